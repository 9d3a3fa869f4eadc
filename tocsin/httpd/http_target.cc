// SPDX-License-Identifier: Apache-2.0
#include "tocsin/httpd/http_target.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <tuple>

namespace tocsin::httpd {
namespace {

Error bad(const char* what) { return Error{Errc::kInvalidArgument, what}; }

bool is_digit(char c) { return c >= '0' && c <= '9'; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::optional<unsigned> hex_digit(char c) {
  if (is_digit(c)) return static_cast<unsigned>(c - '0');
  c = lower(c);
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a') + 10;
  return std::nullopt;
}

// The byte that "%41" at the start of `text` stands for.
std::optional<unsigned char> escaped_byte(std::string_view text) {
  if (text.size() < 3) return std::nullopt;
  const auto high = hex_digit(text[1]);
  const auto low = hex_digit(text[2]);
  if (!high || !low) return std::nullopt;
  return static_cast<unsigned char>(*high << 4 | *low);
}

Result<std::string> decode_path(std::string_view raw) {
  std::string out;
  out.reserve(raw.size());
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] == '\\') return bad("a backslash in the path");
    if (raw[i] != '%') {
      out += raw[i];
      continue;
    }
    const auto byte = escaped_byte(raw.substr(i));
    if (!byte) return bad("a percent sign without two hexadecimal digits");
    if (*byte < 0x20 || *byte == 0x7f) return bad("a control character in the path");
    if (*byte == '/' || *byte == '\\') return bad("an encoded slash in the path");
    out += static_cast<char>(*byte);
    i += 2;
  }
  return out;
}

// The number of bytes of the well-formed character at the start of `text` (Unicode, table 3-7);
// 0 if there is none.
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) -> unsigned {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0;
  };
  const auto is_tail = [&](std::size_t i) { return (byte(i) & 0xc0) == 0x80; };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return is_tail(1) ? 2 : 0;
  if (!is_tail(1) || !is_tail(2)) return 0;
  const unsigned second = byte(1);
  if (first == 0xe0) return second >= 0xa0 ? 3 : 0;
  if (first == 0xed) return second <= 0x9f ? 3 : 0;
  if (first >= 0xe1 && first <= 0xef) return 3;
  if (!is_tail(3)) return 0;
  if (first == 0xf0) return second >= 0x90 ? 4 : 0;
  if (first == 0xf4) return second <= 0x8f ? 4 : 0;
  return first >= 0xf1 && first <= 0xf3 ? 4 : 0;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const auto length = utf8_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

Result<std::string> normalise(std::string_view path) {
  std::string out;
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash
    const auto segment = path.substr(0, path.find('/'));
    path.remove_prefix(segment.size());
    if (segment == "..") return bad("a '..' segment in the path");
    if (segment.empty() || segment == ".") {
      if (path.empty()) out += '/';
      continue;
    }
    out += '/';
    out += segment;
  }
  return out;
}

Status check_query(std::string_view query) {
  for (std::size_t i = 0; i < query.size(); ++i) {
    if (query[i] == '%' && !escaped_byte(query.substr(i))) {
      return bad("a percent sign without two hexadecimal digits");
    }
  }
  return ok();
}

bool starts_with_scheme(std::string_view target, std::string_view scheme) {
  return target.size() >= scheme.size() && std::equal(scheme.begin(), scheme.end(), target.begin(),
                                                      [](char a, char b) { return a == lower(b); });
}

}  // namespace

Result<HttpTarget> parse_http_target(std::string_view target) {
  const bool printable =
      std::all_of(target.begin(), target.end(), [](char c) { return c > 0x20 && c < 0x7f; });
  if (!printable) return bad("a character in the target that no URL has");
  if (target.find('#') != std::string_view::npos) return bad("a fragment in the target");

  HttpTarget out;
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!starts_with_scheme(target, scheme)) continue;
    target.remove_prefix(scheme.size());
    const auto authority = target.substr(0, target.find_first_of("/?"));
    TOCSIN_TRY(out.authority, parse_host(authority));
    target.remove_prefix(authority.size());
    break;
  }
  if (out.authority.empty() && !target.starts_with('/')) return bad("not a path");

  const auto mark = target.find('?');
  if (mark != std::string_view::npos) out.query = target.substr(mark + 1);
  TOCSIN_TRY(std::ignore, check_query(out.query));
  TOCSIN_TRY(const auto decoded, decode_path(target.substr(0, mark)));
  if (!is_utf8(decoded)) return bad("a path that is not UTF-8");
  TOCSIN_TRY(out.path, normalise(decoded));
  if (out.path.empty()) out.path = "/";
  return out;
}

Result<std::string> parse_host(std::string_view host) {
  const auto end = host.starts_with('[') ? host.find(']') : host.find(':');
  const auto name_bytes = host.starts_with('[') && end != host.npos ? end + 1 : end;
  const auto name = host.substr(0, name_bytes);
  const auto port = host.substr(name.size());
  if (name.empty() || host.size() > 255) return bad("host: empty or too long");

  const bool literal = name.starts_with('[');
  if (literal && !name.ends_with(']')) return bad("host: an open bracket");
  std::string out;
  for (const char raw : literal ? name.substr(1, name.size() - 2) : name) {
    const char c = lower(raw);
    const bool fits =
        literal ? hex_digit(c) || c == ':' || c == '.'
                : is_digit(c) || (c >= 'a' && c <= 'z') || c == '-' || c == '.' || c == '_';
    if (!fits) return bad("host: a character that no host has");
    out += c;
  }
  if (literal) out = '[' + out + ']';
  if (port.empty()) return out;

  const auto digits = port.substr(1);
  if (port[0] != ':' || digits.size() > 5 || !std::all_of(digits.begin(), digits.end(), is_digit)) {
    return bad("host: a port that is no number");
  }
  if (digits.empty() || digits == "80" || digits == "443") return out;
  return out + std::string(port);
}

}  // namespace tocsin::httpd
