// SPDX-License-Identifier: Apache-2.0
#include "tocsin/webpush/encrypt.h"

// Hostile bodies must be refused, and what opens must seal to a body that opens to the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tocsin;  // NOLINT(google-build-using-namespace): a program of one file
  static const auto keys = crypto::generate_key_pair();
  const webpush::Recipient recipient{keys.public_key, {}};
  const ByteView input(data, size);
  (void)webpush::decrypt(input, keys, {}).has_value();

  const auto body = webpush::encrypt(input, recipient);
  TOCSIN_CHECK(body.has_value() == (size <= webpush::kMaxPlaintextBytes));
  if (!body) return 0;
  const auto opened = webpush::decrypt(*body, keys, {});
  TOCSIN_CHECK(opened.has_value() && *opened == Bytes(input.begin(), input.end()));
  return 0;
}
