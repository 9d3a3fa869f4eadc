// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "tocsin/base/result.h"
#include "tocsin/core/content.h"

// The checks that apply() makes of single fields. Each error starts with the field's name.
namespace tocsin::newsroom {

Error bad_field(std::string_view field, std::string_view what);
Error not_found(std::string_view field, std::string_view what);
Error conflict(std::string_view field, std::string_view what);

// UTF-8 of at most that many code points.
Status check_text(std::string_view field, std::string_view text, std::size_t characters_max);
// The same, and more than white space.
Status check_name(std::string_view field, std::string_view text, std::size_t characters_max);
// UTF-8 of at most that many bytes.
Status check_html(std::string_view field, std::string_view html, std::size_t bytes_max);
// Empty, or an absolute http or https URL.
Status check_url(std::string_view field, std::string_view url);
// The shape of a BCP 47 tag.
Status check_language(std::string_view field, std::string_view language);
Status check_count(std::string_view field, std::size_t count, std::size_t count_max);

bool is_web_url(std::string_view url);
bool is_language(std::string_view language);

// Topic names with single spaces, in the site's spelling where it has one, none empty or twice
// (case aside), none longer than kTopicCharactersMax, at most kTopicsMax.
std::vector<std::string> normalised_topics(const std::vector<std::string>& topics,
                                           const core::Site& site);

}  // namespace tocsin::newsroom
