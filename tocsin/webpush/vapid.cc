// SPDX-License-Identifier: Apache-2.0
#include "tocsin/webpush/vapid.h"

#include <algorithm>

#include "tocsin/base/base64url.h"

namespace tocsin::webpush {
namespace {

using namespace std::literals;

constexpr auto kTokenLife = std::chrono::hours(12);
constexpr std::size_t kSubjectBytesMax = 320;

bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return c > ' ' && c < 0x7f && c != '"' && c != '\\'; });
}

Status check_subject(std::string_view subject) {
  const auto at = subject.find('@');
  const bool is_mail = subject.starts_with("mailto:") && at != subject.npos && at > 7 &&
                       subject.find('.', at) != subject.npos;
  const bool is_page = subject.starts_with("https://") && subject.size() > 8;
  const bool is_local = subject.find("localhost") != subject.npos;
  if ((!is_mail && !is_page) || is_local || !is_plain(subject) ||
      subject.size() > kSubjectBytesMax) {
    return Error{Errc::kInvalidArgument,
                 "subject: must be mailto:you@your.domain or https://your.domain; push services "
                 "write there when something is wrong"};
  }
  return ok();
}

// RFC 7515, section 3.1. Header and claims hold nothing that JSON would escape: see is_plain().
Result<std::string> sign_token(const VapidKey& key, std::string_view audience, Time expires) {
  if (!is_plain(audience) || !is_plain(key.subject)) {
    return Error{Errc::kInvalidArgument, "VAPID audience and subject must be printable ASCII"};
  }
  const auto seconds = std::chrono::floor<Seconds>(expires).time_since_epoch().count();
  const std::string claims = "{\"aud\":\"" + std::string(audience) +
                             "\",\"exp\":" + std::to_string(seconds) + ",\"sub\":\"" + key.subject +
                             "\"}";
  const std::string input =
      base64url(as_bytes(R"({"typ":"JWT","alg":"ES256"})")) + '.' + base64url(as_bytes(claims));
  TOCSIN_TRY(const auto signature, crypto::sign_es256(key.keys.private_key, as_bytes(input)));
  return input + '.' + base64url(signature);
}

}  // namespace

Result<VapidKey> VapidKey::generate(std::string subject) {
  TOCSIN_TRY(std::ignore, check_subject(subject));
  return VapidKey{crypto::generate_key_pair(), std::move(subject)};
}

Result<VapidKey> VapidKey::from(std::string_view public_key, std::string_view private_key,
                                std::string_view subject) {
  const auto public_bytes = unbase64_as<crypto::PublicKey>(public_key);
  if (!public_bytes) {
    return Error{Errc::kInvalidArgument, "publicKey: must be 65 bytes in base64url"};
  }
  const auto private_bytes = unbase64_as<crypto::PrivateKey>(private_key);
  if (!private_bytes) {
    return Error{Errc::kInvalidArgument, "privateKey: must be 32 bytes in base64url"};
  }
  auto keys = crypto::key_pair_from(Secret(*private_bytes));
  if (!keys) return Error{Errc::kInvalidArgument, "privateKey: " + keys.error().message};
  if (keys->public_key != *public_bytes) {
    return Error{Errc::kInvalidArgument, "publicKey: does not belong to privateKey"};
  }
  TOCSIN_TRY(std::ignore, check_subject(subject));
  return VapidKey{*std::move(keys), std::string(subject)};
}

Result<std::string> vapid_authorization(const VapidKey& key, std::string_view audience,
                                        Time expires) {
  TOCSIN_TRY(const auto token, sign_token(key, audience, expires));
  return "vapid t=" + token + ", k=" + base64url(key.keys.public_key);
}

Result<std::string_view> VapidTokens::authorization(std::string_view origin, Time now) {
  auto found = tokens_.find(origin);
  if (found == tokens_.end()) found = tokens_.emplace(std::string(origin), Token{}).first;

  Token& token = found->second;
  // A clock that stepped back signs again too: the old token would be valid for too long.
  const bool is_fresh =
      !token.value.empty() && now >= token.signed_at && now < token.signed_at + kTokenLife / 2;
  if (!is_fresh) {
    TOCSIN_TRY(token.value, vapid_authorization(key_, origin, now + kTokenLife));
    token.signed_at = now;
  }
  return std::string_view(token.value);
}

}  // namespace tocsin::webpush
