// SPDX-License-Identifier: Apache-2.0
#include "tocsin/http/cache.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "tocsin/http/dates.h"
#include "tocsin/http/retry_after.h"

namespace tocsin::http {
namespace {

struct CacheControl {
  bool forbids_reuse = false;  // no-store or no-cache
  std::optional<Seconds> max_age;
};

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::string_view unquoted(std::string_view text) {
  const bool is_quoted = text.size() >= 2 && text.front() == '"' && text.back() == '"';
  return is_quoted ? text.substr(1, text.size() - 2) : text;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

// Takes the text up to the next comma outside quotes, and the comma.
std::string_view take_directive(std::string_view& rest) {
  bool is_quoted = false;
  std::size_t end = 0;
  for (; end < rest.size() && (is_quoted || rest[end] != ','); ++end) {
    if (rest[end] == '"') is_quoted = !is_quoted;
    if (rest[end] == '\\' && is_quoted) ++end;
  }
  end = std::min(end, rest.size());
  const std::string_view directive = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return trimmed(directive);
}

void read_cache_control(std::string_view value, CacheControl& control) {
  while (!value.empty()) {
    const std::string_view directive = take_directive(value);
    const std::size_t equals = std::min(directive.find('='), directive.size());
    const std::string name = lower(trimmed(directive.substr(0, equals)));
    if (name == "no-store" || name == "no-cache") control.forbids_reuse = true;
    // Of several, the first counts (section 4.2.1).
    if (name == "max-age" && !control.max_age && equals < directive.size()) {
      control.max_age = parse_delta_seconds(unquoted(trimmed(directive.substr(equals + 1))));
    }
  }
}

}  // namespace

std::optional<Seconds> fresh_for(const Headers& headers, Time now) {
  CacheControl control;
  for (const auto& [name, value] : headers.fields) {
    if (name == "cache-control") read_cache_control(value, control);
  }
  if (control.forbids_reuse) return Seconds(0);
  if (control.max_age) {
    const auto age = parse_delta_seconds(headers.find("age").value_or(""));
    return std::max(Seconds(0), *control.max_age - age.value_or(Seconds(0)));
  }
  const auto expires_field = headers.find("expires");
  if (!expires_field) return std::nullopt;
  const auto expires = parse_http_date(*expires_field, now);
  if (!expires) return Seconds(0);  // "0" and the like mean: in the past (section 5.3)
  const auto date = parse_http_date(headers.find("date").value_or(""), now);
  return std::max(Seconds(0), std::chrono::ceil<Seconds>(*expires - date.value_or(now)));
}

}  // namespace tocsin::http
