// SPDX-License-Identifier: Apache-2.0
#include "tocsin/api/auth.h"

#include <algorithm>
#include <array>

#include "tocsin/api/errors.h"

namespace tocsin::api {
namespace {

constexpr std::array<std::string_view, 5> kScopes = {"read", "write", "alert", "moderate", "admin"};
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

// What the user of that session may do: their role stands for scopes.
std::optional<TokenInfo> info_of_session(const crypto::Digest& session, const Ports& ports) {
  const auto id = ports.accounts.user_of(session);
  const auto user = id ? ports.content.user(*id) : std::nullopt;
  if (!user || user->is_disabled) return std::nullopt;
  TokenInfo out{.id = "user " + user->id.text(), .name = user->name, .user = user->id};
  switch (user->role) {
    case core::Role::kAdmin:
      out.add(Scope::kAdmin);
      break;
    case core::Role::kModerator:
      out.add(Scope::kRead);
      out.add(Scope::kModerate);
      break;
  }
  return out;
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
    case Access::kWriter:
      return std::nullopt;
    case Access::kRead:
      return Scope::kRead;
    case Access::kWrite:
      return Scope::kWrite;
    case Access::kAlert:
      return Scope::kAlert;
    case Access::kModerate:
      return Scope::kModerate;
    case Access::kAdmin:
      return Scope::kAdmin;
  }
  return Scope::kAdmin;
}

std::optional<crypto::Digest> bearer_of(const http::Request& request) {
  const auto field = request.headers.find("authorization");
  const auto token = field ? bearer_token(*field) : std::string_view();
  if (token.empty()) return std::nullopt;
  return crypto::sha256(as_bytes(token));
}

std::optional<crypto::Digest> session_of(const http::Request& request) {
  for (const auto& [name, value] : request.headers.fields) {
    if (name != "cookie") continue;
    std::string_view rest = value;
    while (!rest.empty()) {
      const auto end = std::min(rest.find(';'), rest.size());
      std::string_view pair = rest.substr(0, end);
      rest.remove_prefix(std::min(end + 1, rest.size()));
      while (pair.starts_with(' ')) pair.remove_prefix(1);
      const auto equals = pair.find('=');
      if (equals == pair.npos || pair.substr(0, equals) != kSessionCookie) continue;
      const auto token = pair.substr(equals + 1);
      if (token.empty() || token.size() > kTokenBytesMax) return std::nullopt;
      return crypto::sha256(as_bytes(token));
    }
  }
  return std::nullopt;
}

bool is_from_own_page(const http::Request& request) {
  if (request.method == "GET" || request.method == "HEAD") return true;
  const auto origin = request.headers.find("origin");
  if (!origin) return false;
  return *origin == "https://" + request.host || *origin == "http://" + request.host;
}

std::variant<TokenInfo, http::Response> authenticate(const http::Request& request, Scope scope,
                                                     const Ports& ports) {
  std::optional<TokenInfo> info;
  if (request.headers.find("authorization")) {
    const auto token = bearer_of(request);
    info = token ? ports.tokens.find(*token) : std::nullopt;
    if (!info) return refuse(Refusal::kTokenUnknown, {}, ", error=\"invalid_token\"");
  } else if (const auto session = session_of(request)) {
    info = info_of_session(*session, ports);
    if (!info) return refuse(Refusal::kTokenUnknown, {}, ", error=\"invalid_token\"");
    if (!is_from_own_page(request)) return problem(Refusal::kOriginForbidden).response();
  } else {
    return refuse(Refusal::kTokenMissing, {}, "");
  }
  if (info->has(scope)) return *info;
  const std::string name(text(scope));
  return refuse(Refusal::kScopeMissing, "The scope \"" + name + "\" is needed.",
                ", error=\"insufficient_scope\", scope=\"" + name + '"');
}

}  // namespace tocsin::api
