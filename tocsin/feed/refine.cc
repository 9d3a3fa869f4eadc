// SPDX-License-Identifier: Apache-2.0
#include "tocsin/feed/refine.h"

#include <algorithm>

#include "tocsin/feed/dates.h"
#include "tocsin/feed/sanitize/sanitize.h"
#include "tocsin/markup/scan.h"
#include "tocsin/markup/text.h"

namespace tocsin::feed {

std::string_view Refiner::limited(std::string_view text) {
  if (text.size() > kFieldBytesMax) warnings_.add("a text longer than 1 MB was cut");
  return markup::cut(text, kFieldBytesMax);
}

std::string Refiner::limited_line(std::string_view text, bool is_html) {
  text = limited(text);
  const bool has_markup = is_html && markup::find_any<'<', '&'>(text) < text.size();
  return has_markup ? plain_text(text) : markup::fold_space(text);
}

std::string Refiner::link(std::string_view reference, const Base& base) {
  if (is_exhausted()) return {};
  return spend(absolute_link(reference, base ? *base : Url{}));
}

RawHtml Refiner::html(std::string_view html, const Base& base) {
  if (is_exhausted()) return {};
  return {spend(std::string(markup::trim(limited(html)))), base};
}

std::optional<Time> Refiner::date(std::string_view text) {
  const auto time = parse_date(text);
  if (!time && !markup::trim(text).empty()) warnings_.add("a date cannot be read");
  return time;
}

void add_to(std::vector<std::string>& list, std::string text) {
  if (text.empty() || list.size() == kListMax) return;
  if (std::find(list.begin(), list.end(), text) == list.end()) list.push_back(std::move(text));
}

}  // namespace tocsin::feed
