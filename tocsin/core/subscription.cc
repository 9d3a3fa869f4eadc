// SPDX-License-Identifier: Apache-2.0
#include "tocsin/core/subscription.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "tocsin/base/base64url.h"
#include "tocsin/crypto/crypto.h"

namespace tocsin::core {
namespace {

constexpr std::string_view kEndpoint = "endpoint";
constexpr std::string_view kP256dh = "keys.p256dh";
constexpr std::string_view kAuth = "keys.auth";

Error bad(std::string_view field, std::string_view what) {
  return {Errc::kInvalidArgument, std::string(field) + ": " + std::string(what)};
}

bool is_listed(std::string_view host, const EndpointPolicy& policy) {
  return std::any_of(policy.hosts.begin(), policy.hosts.end(), [&](const std::string& allowed) {
    return allowed.starts_with('.') ? host.ends_with(allowed) : host == allowed;
  });
}

// Names that lead to this machine or its network, not to a push service.
bool is_local_name(std::string_view host) {
  constexpr std::array<std::string_view, 4> kLocal = {".localhost", ".local", ".internal", ".arpa"};
  if (host.ends_with('.')) host.remove_suffix(1);
  if (host.find('.') == host.npos) return true;
  return std::any_of(kLocal.begin(), kLocal.end(),
                     [&](std::string_view suffix) { return host.ends_with(suffix); });
}

Status check_host(const Url& url, const EndpointPolicy& policy) {
  if (is_listed(url.host, policy)) return ok();
  const bool is_address = url.host_is_ip_literal();
  const bool is_local = !is_address && is_local_name(url.host);
  if (policy.allow_private && (is_address || is_local)) return ok();
  if (is_address) return bad(kEndpoint, "the host is an IP address; push services have names");
  if (is_local) return bad(kEndpoint, "the host is a local name; push services have public ones");
  if (policy.any_public_host) return ok();
  return bad(kEndpoint, "the host " + url.host +
                            " is not a known push service; if it is one, the operator can add it "
                            "to the list");
}

Result<std::string_view> text_member(const Json& json, std::string_view name,
                                     std::string_view field) {
  const Json* member = json.find(name);
  if (member == nullptr) return bad(field, "is missing");
  const std::string* text = member->if_string();
  if (text == nullptr) return bad(field, "is not a string");
  if (text->empty()) return bad(field, "is empty");
  return std::string_view(*text);
}

Result<Bytes> key_bytes(const Json& keys, std::string_view name, std::string_view field) {
  TOCSIN_TRY(const std::string_view text, text_member(keys, name, field));
  auto bytes = unbase64(text);
  if (!bytes) return bad(field, "is not base64url");
  return *std::move(bytes);
}

// Why `bytes` cannot be an uncompressed point (SEC 1, section 2.3.3), as far as its form tells.
Error bad_point(const Bytes& bytes) {
  const std::size_t size = bytes.size();
  if (size == 1 && bytes[0] == 0) return bad(kP256dh, "is the point at infinity");
  if (size == 33 && (bytes[0] == 2 || bytes[0] == 3)) {
    return bad(kP256dh, "is a compressed point; send the 65 bytes of the uncompressed one");
  }
  if (size == 64) return bad(kP256dh, "has 64 bytes: the leading 0x04 is missing");
  if (size == 97) return bad(kP256dh, "has 97 bytes, as a key of P-384; Web Push uses P-256");
  if (size == 133) return bad(kP256dh, "has 133 bytes, as a key of P-521; Web Push uses P-256");
  if (size != 65) return bad(kP256dh, "has " + std::to_string(size) + " bytes instead of 65");
  return bad(kP256dh, "does not start with 0x04, the mark of an uncompressed point");
}

Result<webpush::Recipient> parse_keys(const Json& keys) {
  TOCSIN_TRY(const Bytes point, key_bytes(keys, "p256dh", kP256dh));
  TOCSIN_TRY(const Bytes secret, key_bytes(keys, "auth", kAuth));
  if (point.size() == 16 && secret.size() == 65) {
    return bad("keys", "p256dh and auth are swapped");
  }
  const auto p256dh = crypto::PublicKey::from(point);
  if (!p256dh || p256dh->front() != 0x04) return bad_point(point);
  if (!crypto::check_on_curve(*p256dh)) return bad(kP256dh, "is not a point on the curve P-256");
  const auto auth = webpush::AuthSecret::from(secret);
  if (!auth) return bad(kAuth, "has " + std::to_string(secret.size()) + " bytes instead of 16");
  return webpush::Recipient{*p256dh, *auth};
}

}  // namespace

SubscriptionId subscription_id(std::string_view endpoint) {
  const crypto::Digest digest = crypto::sha256(as_bytes(endpoint));
  SubscriptionId id;
  std::copy_n(digest.begin(), id.size(), id.begin());
  return id;
}

Result<Url> check_endpoint(std::string_view endpoint, const EndpointPolicy& policy) {
  if (endpoint.empty()) return bad(kEndpoint, "is empty");
  if (endpoint.size() > kEndpointBytesMax) {
    return bad(kEndpoint, "is longer than " + std::to_string(kEndpointBytesMax) + " bytes");
  }
  auto url = Url::parse(endpoint);
  if (!url) return bad(kEndpoint, "is not an absolute URL");
  if (url->text().size() > kEndpointBytesMax) {
    return bad(kEndpoint, "is longer than " + std::to_string(kEndpointBytesMax) + " bytes");
  }
  const bool is_secure = url->scheme == "https";
  if (!is_secure && !(policy.allow_private && url->scheme == "http")) {
    return bad(kEndpoint, "is not an https URL");
  }
  if (!url->user_info.empty()) return bad(kEndpoint, "holds a user name or password");
  if (!url->fragment.empty()) return bad(kEndpoint, "has a fragment (#...)");
  if (url->port != 443 && !policy.allow_private) {
    return bad(kEndpoint, "has another port than 443");
  }
  TOCSIN_TRY(std::ignore, check_host(*url, policy));
  return url;
}

Result<PushSubscription> parse_push_subscription(const Json& json, const EndpointPolicy& policy) {
  if (json.if_object() == nullptr) return bad("subscription", "is not an object");
  TOCSIN_TRY(const std::string_view endpoint, text_member(json, "endpoint", kEndpoint));
  TOCSIN_TRY(const Url url, check_endpoint(endpoint, policy));
  const Json* keys = json.find("keys");
  if (keys == nullptr) return bad("keys", "is missing");
  if (keys->if_object() == nullptr) return bad("keys", "is not an object");
  TOCSIN_TRY(const webpush::Recipient recipient, parse_keys(*keys));
  return PushSubscription{url.text(), recipient};
}

}  // namespace tocsin::core
