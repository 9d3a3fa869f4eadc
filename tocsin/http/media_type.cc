// SPDX-License-Identifier: Apache-2.0
#include "tocsin/http/media_type.h"

#include <algorithm>

namespace tocsin::http {
namespace {

bool is_token_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

// Takes the token (RFC 9110, section 5.6.2) at the front, in lower case.
std::string take_token(std::string_view& rest) {
  std::string token;
  while (!rest.empty() && is_token_character(rest.front())) {
    const char c = rest.front();
    token += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    rest.remove_prefix(1);
  }
  return token;
}

bool take(char c, std::string_view& rest) {
  if (!rest.starts_with(c)) return false;
  rest.remove_prefix(1);
  return true;
}

void skip_spaces(std::string_view& rest) {
  rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size()));
}

}  // namespace

std::optional<MediaType> MediaType::parse(std::string_view value) {
  skip_spaces(value);
  const std::string type = take_token(value);
  if (type.empty() || !take('/', value)) return std::nullopt;
  const std::string subtype = take_token(value);
  if (subtype.empty()) return std::nullopt;

  MediaType out{type + "/" + subtype, {}};
  while (!value.empty() && out.charset.empty()) {
    value.remove_prefix(std::min(value.find(';'), value.size()));
    take(';', value);
    skip_spaces(value);
    if (take_token(value) != "charset" || !take('=', value)) continue;
    take('"', value);
    out.charset = take_token(value);
  }
  return out;
}

}  // namespace tocsin::http
