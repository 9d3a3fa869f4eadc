// SPDX-License-Identifier: Apache-2.0
#include "tocsin/url/url.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <tuple>

#include "tocsin/url/host.h"

namespace tocsin {
namespace {

Error bad_url(const char* what) { return {Errc::kInvalidArgument, what}; }

constexpr bool is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex_digit(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = lower(c);
  return out;
}

// Characters that stand for themselves in every part of a URL (RFC 3986, section 3.3).
constexpr std::string_view kPathExtra = "-._~!$&'()*+,;=:@/";
constexpr std::string_view kQueryExtra = "-._~!$&'()*+,;=:@/?";
constexpr std::string_view kUserExtra = "-._~!$&'()*+,;=:";

std::string percent_encoded(std::string_view text, std::string_view extra) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool is_escape =
        c == '%' && i + 2 < text.size() && is_hex_digit(text[i + 1]) && is_hex_digit(text[i + 2]);
    if (is_escape || is_alpha(c) || is_digit(c) || extra.find(c) != extra.npos) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    }
  }
  return out;
}

// What browsers do before they look: white space around, tabs and line breaks inside do not count.
Result<std::string> cleaned(std::string_view text) {
  if (text.size() > Url::kBytesMax) return bad_url("the URL is longer than Url::kBytesMax");
  const auto is_outer = [](char c) { return static_cast<unsigned char>(c) <= ' '; };
  while (!text.empty() && is_outer(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_outer(text.back())) text.remove_suffix(1);

  std::string out;
  for (const char c : text) {
    if (c == '\t' || c == '\n' || c == '\r') continue;
    if (static_cast<unsigned char>(c) < ' ' || c == 0x7f) {
      return bad_url("a control character in the URL");
    }
    out += c;
  }
  return out;
}

// Takes "scheme:" off the front; empty if there is none.
std::string take_scheme(std::string_view& text) {
  if (text.empty() || !is_alpha(text.front())) return {};
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == ':') {
      std::string scheme = lower(text.substr(0, i));
      text.remove_prefix(i + 1);
      return scheme;
    }
    if (!is_alpha(c) && !is_digit(c) && c != '+' && c != '-' && c != '.') return {};
  }
  return {};
}

// The text up to the first of `delimiters`, which stays in `text`.
std::string_view take_until(std::string_view& text, std::string_view delimiters) {
  const auto end = std::min(text.find_first_of(delimiters), text.size());
  const auto taken = text.substr(0, end);
  text.remove_prefix(end);
  return taken;
}

bool is_web(std::string_view scheme) { return scheme == "http" || scheme == "https"; }

std::uint16_t default_port(std::string_view scheme) {
  if (scheme == "http") return 80;
  return scheme == "https" ? 443 : 0;
}

// In web URLs a backslash before the query is a slash (WHATWG URL, section 4.4).
void mend_backslashes(std::string& text) {
  const auto end =
      text.begin() + static_cast<std::ptrdiff_t>(std::min(text.find_first_of("?#"), text.size()));
  std::replace(text.begin(), end, '\\', '/');
}

// "." and ".." also where their dots are percent-encoded, as browsers read them.
std::string_view dots_of(std::string_view segment) {
  std::size_t dots = 0;
  for (; !segment.empty(); ++dots) {
    if (segment.front() == '.') {
      segment.remove_prefix(1);
    } else if (segment.starts_with("%2e") || segment.starts_with("%2E")) {
      segment.remove_prefix(3);
    } else {
      return {};
    }
  }
  return dots == 1 ? "." : dots == 2 ? ".." : "";
}

// RFC 3986, section 5.2.4. `path` starts with '/'.
std::string without_dot_segments(std::string_view path) {
  std::string out;
  while (!path.empty()) {
    path.remove_prefix(1);
    const auto segment = take_until(path, "/");
    const auto dots = dots_of(segment);
    if (dots.empty()) {
      out += '/';
      out += segment;
      continue;
    }
    if (dots == "..") out.erase(std::min(out.rfind('/'), out.size()));
    if (path.empty()) out += '/';
  }
  return out.empty() ? "/" : out;
}

Status read_port(std::string_view text, Url& url) {
  url.port = default_port(url.scheme);
  if (text.empty()) return ok();
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), url.port);
  if (error != std::errc() || end != text.data() + text.size() || url.port == 0) {
    return bad_url("the URL's port is not a number from 1 to 65535");
  }
  return ok();
}

// [ user-info "@" ] host [ ":" port ]. The last '@' counts, as in browsers.
Status read_authority(std::string_view text, Url& url) {
  const auto at = text.rfind('@');
  if (at != text.npos) {
    url.user_info = percent_encoded(text.substr(0, at), kUserExtra);
    text.remove_prefix(at + 1);
  }
  const auto colon =
      text.find(':', text.starts_with('[') ? std::min(text.find(']'), text.size()) : 0);
  TOCSIN_TRY(url.host, normalise_host(text.substr(0, colon)));
  return read_port(colon == text.npos ? "" : text.substr(colon + 1), url);
}

// `text` is what follows the authority.
Status read_tail(std::string_view text, Url& url) {
  std::string path = percent_encoded(take_until(text, "?#"), kPathExtra);
  if (path.empty()) path = "/";
  url.target = without_dot_segments(path);
  if (text.starts_with('?'))
    url.target += '?' + percent_encoded(take_until(text, "#").substr(1), kQueryExtra);
  url.fragment.clear();
  if (text.starts_with('#')) url.fragment = percent_encoded(text.substr(1), kQueryExtra);
  if (url.text().size() > Url::kBytesMax) return bad_url("the URL is longer than Url::kBytesMax");
  return ok();
}

}  // namespace

Result<Url> Url::parse(std::string_view text) {
  TOCSIN_TRY(std::string clean, cleaned(text));
  std::string_view rest = clean;
  Url url;
  url.scheme = take_scheme(rest);
  if (url.scheme.empty()) return bad_url("the URL has no scheme");
  std::string mended(rest);
  if (url.is_http()) mend_backslashes(mended);
  rest = mended;
  if (!rest.starts_with("//")) return bad_url("the URL has no host");
  rest.remove_prefix(2);
  TOCSIN_TRY(std::ignore, read_authority(take_until(rest, "/?#"), url));
  TOCSIN_TRY(std::ignore, read_tail(rest, url));
  return url;
}

Result<Url> Url::resolve(std::string_view reference) const {
  TOCSIN_TRY(std::string clean, cleaned(reference));
  std::string_view view = clean;
  const std::string own_scheme = take_scheme(view);
  // "http:g" at an http URL is relative, as in browsers (RFC 3986, section 5.2.2, last remark).
  if (!own_scheme.empty() && (own_scheme != scheme || !is_web(scheme))) return parse(clean);
  std::string rest(view);
  if (is_http()) mend_backslashes(rest);
  if (rest.starts_with("//")) return parse(scheme + ':' + rest);

  const std::string_view path = std::string_view(target).substr(0, target.find('?'));
  std::string merged;
  if (rest.empty() || rest.front() == '#') {
    merged = target + rest;
  } else if (rest.front() == '?') {
    merged = std::string(path) + rest;
  } else if (rest.front() == '/') {
    merged = rest;
  } else {
    merged = std::string(path.substr(0, path.rfind('/') + 1)) + rest;
  }
  Url url = *this;
  TOCSIN_TRY(std::ignore, read_tail(merged, url));
  return url;
}

std::string Url::text() const {
  std::string out = scheme + "://";
  if (!user_info.empty()) out += user_info + '@';
  out += host;
  if (port != default_port(scheme)) out += ':' + std::to_string(port);
  out += target;
  if (!fragment.empty()) out += '#' + fragment;
  return out;
}

// Beside letters and digits, what needs no mending in the target of a normal link.
constexpr std::string_view kPlainSigns = "-._~/=&+,:?";
constexpr std::array<bool, 256> kPlainInTarget = [] {
  std::array<bool, 256> plain{};
  for (std::size_t i = 0; i < plain.size(); ++i) {
    const char c = static_cast<char>(i);
    plain[i] = is_alpha(c) || is_digit(c) || kPlainSigns.find(c) != kPlainSigns.npos;
  }
  return plain;
}();

// Of "https://host/path?query", with nothing to mend but what is not ASCII in the target: what
// stands before the target. Empty for all else.
std::string_view normal_origin(std::string_view text) {
  constexpr std::size_t kHostBytesMax = 63;  // of one label, so of all
  if (!text.starts_with("http")) return {};
  auto rest = text.substr(text.starts_with("https") ? 5 : 4);
  if (!rest.starts_with("://")) return {};
  rest.remove_prefix(3);
  const auto host = rest.substr(0, rest.find('/'));
  if (host.size() == rest.size() || host.size() > kHostBytesMax) return {};
  char before = '.';
  for (const char c : host) {
    const bool is_letter = c >= 'a' && c <= 'z';
    const bool is_inner = c == '-' || c == '.';
    if (!is_letter && !is_digit(c) && !is_inner) return {};
    if (is_inner && (before == '-' || before == '.')) return {};
    if (before == '-' && c == '.') return {};
    before = c;
  }
  const auto last = host.substr(host.rfind('.') + 1);
  if (last.empty() || !is_alpha(last.front()) || before == '-') return {};
  if (host.starts_with('-') || host.find(".-") != host.npos) return {};
  return text.substr(0, text.size() - rest.size() + host.size());
}

std::optional<std::string> normal_web_link(std::string_view text) {
  constexpr std::size_t kTextBytesMax = 2048;  // it may grow threefold
  if (text.size() > kTextBytesMax) return std::nullopt;
  const auto origin = normal_origin(text);
  if (origin.empty()) return std::nullopt;
  const auto target = text.substr(origin.size());
  bool is_ascii = true;
  char before = ' ';
  for (const char c : target) {
    const bool is_beyond = static_cast<signed char>(c) < 0;
    if (!is_beyond && !kPlainInTarget[static_cast<unsigned char>(c)]) return std::nullopt;
    if (c == '.' && before == '/') return std::nullopt;
    is_ascii = is_ascii && !is_beyond;
    before = c;
  }
  if (is_ascii) return std::string(text);
  return std::string(origin) + percent_encoded(target, kPlainSigns);
}

std::string Url::origin() const {
  std::string out = scheme + "://" + host;
  if (port != default_port(scheme)) out += ':' + std::to_string(port);
  return out;
}

bool Url::host_is_ip_literal() const { return is_ip_literal(host); }

}  // namespace tocsin
