// SPDX-License-Identifier: Apache-2.0
#include "tocsin/core/subscription.h"

namespace {

using tocsin::core::EndpointPolicy;

// What passes must be https to a name that the policy allows, and pass again as it was written.
void check_accepted(const tocsin::Url& url, const EndpointPolicy& policy) {
  TOCSIN_CHECK(url.scheme == "https");
  TOCSIN_CHECK(url.port == 443);
  TOCSIN_CHECK(url.user_info.empty());
  TOCSIN_CHECK(!url.host_is_ip_literal());
  const auto again = tocsin::core::check_endpoint(url.text(), policy);
  TOCSIN_CHECK(again.has_value());
  TOCSIN_CHECK(again->text() == url.text());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = tocsin::as_text({data, size});
  const EndpointPolicy listed;
  EndpointPolicy open;
  open.any_public_host = true;
  EndpointPolicy local;
  local.allow_private = true;

  const auto url = tocsin::core::check_endpoint(text, listed);
  const auto open_url = tocsin::core::check_endpoint(text, open);
  if (url) {
    check_accepted(*url, listed);
    TOCSIN_CHECK(url->host.ends_with(".com"));
    TOCSIN_CHECK(open_url.has_value());
  }
  if (open_url) check_accepted(*open_url, open);
  if (const auto local_url = tocsin::core::check_endpoint(text, local)) {
    TOCSIN_CHECK(local_url->is_http());
  }
  return 0;
}
