// SPDX-License-Identifier: Apache-2.0
#include "tocsin/newsroom/apply/fields.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "tocsin/newsroom/limits.h"
#include "tocsin/newsroom/text.h"
#include "tocsin/url/url.h"

namespace tocsin::newsroom {
namespace {

Error field_error(Errc code, std::string_view field, std::string_view what) {
  return {code, std::string(field) + ": " + std::string(what)};
}

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

}  // namespace

Error bad_field(std::string_view field, std::string_view what) {
  return field_error(Errc::kInvalidArgument, field, what);
}

Error not_found(std::string_view field, std::string_view what) {
  return field_error(Errc::kNotFound, field, what);
}

Error conflict(std::string_view field, std::string_view what) {
  return field_error(Errc::kConflict, field, what);
}

Status check_text(std::string_view field, std::string_view text, std::size_t characters_max) {
  const auto count = characters(text);
  if (!count) return bad_field(field, "is not UTF-8");
  if (*count > characters_max) {
    return bad_field(field, "is longer than " + std::to_string(characters_max) + " characters");
  }
  return ok();
}

Status check_name(std::string_view field, std::string_view text, std::size_t characters_max) {
  TOCSIN_TRY(std::ignore, check_text(field, text, characters_max));
  if (collapsed(text).empty()) return bad_field(field, "is missing");
  return ok();
}

Status check_html(std::string_view field, std::string_view html, std::size_t bytes_max) {
  if (html.size() > bytes_max) {
    return bad_field(field, "is longer than " + std::to_string(bytes_max) + " bytes");
  }
  if (!characters(html)) return bad_field(field, "is not UTF-8");
  return ok();
}

bool is_web_url(std::string_view url) {
  if (url.size() > kUrlBytesMax) return false;
  const auto parsed = Url::parse(url);
  return parsed && parsed->is_http();
}

Status check_url(std::string_view field, std::string_view url) {
  if (url.size() > kUrlBytesMax) {
    return bad_field(field, "is longer than " + std::to_string(kUrlBytesMax) + " bytes");
  }
  if (!url.empty() && !is_web_url(url)) {
    return bad_field(field, "is not an absolute http or https URL");
  }
  return ok();
}

bool is_language(std::string_view language) {
  if (language.size() < 2 || language.size() > kLanguageBytesMax) return false;
  if (language.front() == '-' || language.back() == '-') return false;
  return std::all_of(language.begin(), language.end(),
                     [](char c) { return c == '-' || is_alphanumeric(c); });
}

Status check_language(std::string_view field, std::string_view language) {
  if (!is_language(language)) return bad_field(field, "is not a language tag such as en or pt-BR");
  return ok();
}

Status check_count(std::string_view field, std::size_t count, std::size_t count_max) {
  if (count > count_max) {
    return bad_field(field, "has more than " + std::to_string(count_max) + " entries");
  }
  return ok();
}

std::vector<std::string> normalised_topics(const std::vector<std::string>& topics,
                                           const core::Site& site) {
  std::map<std::string, std::string> spelling;
  for (const auto& topic : site.topics) spelling.emplace(folded(topic), topic);

  std::vector<std::string> out;
  std::set<std::string> seen;
  for (const auto& topic : topics) {
    const std::string name = collapsed(topic);
    if (name.empty() || *characters(name) > kTopicCharactersMax) continue;
    const std::string key = folded(name);
    if (!seen.insert(key).second) continue;
    const auto known = spelling.find(key);
    out.push_back(known == spelling.end() ? name : known->second);
    if (out.size() == kTopicsMax) break;
  }
  return out;
}

}  // namespace tocsin::newsroom
