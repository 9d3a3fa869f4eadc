// SPDX-License-Identifier: Apache-2.0
#include "tocsin/server/feeds/hub_address.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "tocsin/base/base64url.h"
#include "tocsin/base/bytes.h"
#include "tocsin/http/percent.h"
#include "tocsin/url/url.h"
#include "tocsin/websub/confidential.h"

namespace tocsin::server {
namespace {

Error wrong(const std::string& what) { return {Errc::kInvalidArgument, "websub_hubs: " + what}; }

bool has_control(const std::string& text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

// "Basic ..." for the user information of a URL. Nothing where there can be none (RFC 7617,
// section 2): a user with a colon, control characters.
std::optional<std::string> basic(const std::string& user_info) {
  const auto colon = std::min(user_info.find(':'), user_info.size());
  const auto user = http::percent_decode(user_info.substr(0, colon));
  const auto password =
      http::percent_decode(user_info.substr(std::min(colon + 1, user_info.size())));
  if (!user || !password || user->find(':') != std::string::npos) return std::nullopt;
  if (has_control(*user) || has_control(*password)) return std::nullopt;
  return "Basic " + base64(as_bytes(*user + ":" + *password));
}

Result<HubAddress> parse_hub(const std::string& text, bool trust_loopback) {
  auto url = Url::parse(text);
  if (!url || !url->is_http()) return wrong("each hub is an http or https URL");
  HubAddress out;
  const std::string user_info = std::exchange(url->user_info, {});
  url->fragment.clear();
  out.url = url->text();
  if (user_info.empty()) return out;
  if (!websub::is_confidential(*url, trust_loopback)) {
    return wrong("the password for " + url->host + " would be sent in the clear: use https");
  }
  auto authorization = basic(user_info);
  if (!authorization) {
    return wrong("the user and password for " + url->host + " cannot be sent (RFC 7617)");
  }
  out.authorization = *std::move(authorization);
  return out;
}

}  // namespace

Result<std::vector<HubAddress>> parse_hubs(const std::vector<std::string>& texts,
                                           bool trust_loopback) {
  std::vector<HubAddress> out;
  for (const auto& text : texts) {
    TOCSIN_TRY(auto hub, parse_hub(text, trust_loopback));
    const bool is_known = std::any_of(
        out.begin(), out.end(), [&](const HubAddress& known) { return known.url == hub.url; });
    if (!is_known) out.push_back(std::move(hub));
  }
  return out;
}

}  // namespace tocsin::server
