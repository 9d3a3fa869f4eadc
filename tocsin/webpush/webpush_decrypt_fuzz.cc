// SPDX-License-Identifier: Apache-2.0
#include "tocsin/webpush/encrypt.h"

// Hostile bodies must be refused, and what opens must seal to a body that opens to the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tocsin;
  static const auto kKeys = crypto::generate_key_pair();
  const webpush::Recipient recipient{kKeys.public_key, {}};
  const ByteView input(data, size);
  (void)webpush::decrypt(input, kKeys, {}).has_value();

  const auto body = webpush::encrypt(input, recipient);
  TOCSIN_CHECK(body.has_value() == (size <= webpush::kMaxPlaintextBytes));
  if (!body) return 0;
  const auto opened = webpush::decrypt(*body, kKeys, {});
  TOCSIN_CHECK(opened.has_value() && *opened == Bytes(input.begin(), input.end()));
  return 0;
}
