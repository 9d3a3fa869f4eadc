// SPDX-License-Identifier: Apache-2.0
#include "tocsin/pushservice/vapid_check.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "tocsin/base/base64url.h"
#include "tocsin/json/json.h"

namespace tocsin::pushservice {
namespace {

constexpr std::size_t kKnownMax = 1024;
constexpr std::size_t kFieldBytesMax = 4096;
constexpr auto kLifeMax = std::chrono::hours(24);

struct Credentials {
  std::string_view token;
  std::string_view key;
};

std::string_view without_blanks(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

// RFC 8292, section 3: the parameters come in any order.
std::optional<Credentials> parse_field(std::string_view field) {
  constexpr std::string_view kScheme = "vapid ";
  if (!field.starts_with(kScheme) || field.size() > kFieldBytesMax) return std::nullopt;
  field.remove_prefix(kScheme.size());
  Credentials out;
  while (!field.empty()) {
    const std::string_view item = field.substr(0, field.find(','));
    field.remove_prefix(std::min(field.size(), item.size() + 1));
    const std::string_view parameter = without_blanks(item);
    if (parameter.starts_with("t=")) out.token = parameter.substr(2);
    if (parameter.starts_with("k=")) out.key = parameter.substr(2);
  }
  if (out.token.empty() || out.key.empty()) return std::nullopt;
  return out;
}

std::optional<Json> json_part(std::string_view part) {
  const auto bytes = unbase64(part);
  if (!bytes) return std::nullopt;
  auto json = Json::parse(as_text(*bytes));
  if (!json) return std::nullopt;
  return *std::move(json);
}

Error refused(const char* why) { return {Errc::kUnauthorized, std::string("VAPID: ") + why}; }

}  // namespace

Result<VapidCheck::Sender> VapidCheck::verify(std::string_view authorization, Time now) {
  if (const auto found = known_.find(authorization); found != known_.end()) {
    if (now < found->second.expires) return found->second;
    known_.erase(found);
  }
  const auto credentials = parse_field(authorization);
  if (!credentials) return Error{Errc::kInvalidArgument, "no VAPID credentials"};
  const auto key = unbase64_as<crypto::PublicKey>(credentials->key);
  if (!key || !crypto::check_on_curve(*key)) return refused("k is no key");

  const std::string_view token = credentials->token;
  const auto first = token.find('.');
  const auto last = token.rfind('.');
  if (first == std::string_view::npos || first == last) return refused("t is no JWT");
  const auto header = json_part(token.substr(0, first));
  const auto claims = json_part(token.substr(first + 1, last - first - 1));
  const auto signature = unbase64_as<crypto::Signature>(token.substr(last + 1));
  if (!header || !claims || !signature) return refused("t is no JWT");
  if (header->text("alg") != "ES256") return refused("alg is not ES256");
  if (!crypto::verify_es256(*key, as_bytes(token.substr(0, last)), *signature)) {
    return refused("the signature is not of k");
  }
  if (claims->text("aud") != origin_) return refused("aud is another origin");
  const Json* exp = claims->find("exp");
  const std::int64_t seconds = exp == nullptr ? 0 : exp->if_int().value_or(0);
  const auto latest = std::chrono::floor<Seconds>(now + kLifeMax).time_since_epoch().count();
  if (seconds > latest) return refused("exp is more than 24 hours ahead");
  const Time expires{Seconds(std::max<std::int64_t>(seconds, 0))};
  if (expires <= now) return refused("exp is over, or missing");
  const std::string subject = claims->text("sub").value_or("");
  if (!subject.starts_with("mailto:") && !subject.starts_with("https:")) {
    return refused("sub has no address");
  }

  if (known_.size() >= kKnownMax) known_.clear();
  return known_.emplace(authorization, Sender{*key, expires}).first->second;
}

}  // namespace tocsin::pushservice
