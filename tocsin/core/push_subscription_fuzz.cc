// SPDX-License-Identifier: Apache-2.0
#include "tocsin/core/subscription.h"
#include "tocsin/crypto/crypto.h"

// What is accepted must be usable: a checked endpoint and a point on the curve.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto json = tocsin::Json::parse(tocsin::as_text({data, size}));
  if (!json) return 0;
  const tocsin::core::EndpointPolicy policy;
  const auto parsed = tocsin::core::parse_push_subscription(*json, policy);
  if (!parsed) {
    TOCSIN_CHECK(parsed.error().code == tocsin::Errc::kInvalidArgument);
    TOCSIN_CHECK(parsed.error().message.find(": ") != std::string::npos);
    return 0;
  }
  TOCSIN_CHECK(tocsin::core::check_endpoint(parsed->endpoint, policy).has_value());
  TOCSIN_CHECK(tocsin::crypto::check_on_curve(parsed->keys.p256dh).has_value());
  return 0;
}
