// SPDX-License-Identifier: Apache-2.0
#include "tocsin/api/auth.h"

#include <array>

#include "tocsin/api/errors.h"

namespace tocsin::api {
namespace {

constexpr std::array<std::string_view, 4> kScopes = {"read", "write", "alert", "admin"};
constexpr std::size_t kTokenBytesMax = 512;

// What follows "Bearer " in whatever case; empty if that is not how it starts.
std::string_view bearer_token(std::string_view value) {
  constexpr std::string_view kScheme = "bearer ";
  if (value.size() <= kScheme.size()) return {};
  for (std::size_t i = 0; i < kScheme.size(); ++i) {
    const char c = value[i];
    if ((c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c) != kScheme[i]) return {};
  }
  value.remove_prefix(kScheme.size());
  while (value.starts_with(' ')) value.remove_prefix(1);
  return value.size() <= kTokenBytesMax ? value : std::string_view{};
}

http::Response refuse(Refusal refusal, std::string detail, const std::string& parameters) {
  auto response = problem(refusal, std::move(detail)).response();
  response.headers.add("www-authenticate", "Bearer realm=\"tocsin\"" + parameters);
  return response;
}

}  // namespace

std::string_view text(Scope scope) { return kScopes[static_cast<std::size_t>(scope)]; }

std::optional<Scope> parse_scope(std::string_view text) {
  for (std::size_t i = 0; i < kScopes.size(); ++i) {
    if (kScopes[i] == text) return static_cast<Scope>(i);
  }
  return std::nullopt;
}

bool TokenInfo::has(Scope scope) const {
  return scopes[static_cast<std::size_t>(scope)] || scopes[static_cast<std::size_t>(Scope::kAdmin)];
}

std::optional<Scope> scope_of(Access access) {
  switch (access) {
    case Access::kAnyone:
    case Access::kReader:
      return std::nullopt;
    case Access::kRead:
      return Scope::kRead;
    case Access::kWrite:
      return Scope::kWrite;
    case Access::kAlert:
      return Scope::kAlert;
    case Access::kAdmin:
      return Scope::kAdmin;
  }
  return Scope::kAdmin;
}

std::variant<TokenInfo, http::Response> authenticate(const http::Request& request, Scope scope,
                                                     const TokenBook& tokens) {
  const auto field = request.headers.find("authorization");
  if (!field) return refuse(Refusal::kTokenMissing, {}, "");
  const auto token = bearer_token(*field);
  const auto info = token.empty() ? std::nullopt : tokens.find(crypto::sha256(as_bytes(token)));
  if (!info) return refuse(Refusal::kTokenUnknown, {}, ", error=\"invalid_token\"");
  if (info->has(scope)) return *info;
  const std::string name(text(scope));
  return refuse(Refusal::kScopeMissing, "The scope \"" + name + "\" is needed.",
                ", error=\"insufficient_scope\", scope=\"" + name + '"');
}

}  // namespace tocsin::api
