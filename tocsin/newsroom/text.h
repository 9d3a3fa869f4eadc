// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace tocsin::newsroom {

// How many code points; nothing if `text` is not UTF-8.
std::optional<std::size_t> characters(std::string_view text);

// `text` if it has at most `characters_max`; otherwise its start up to the end of a word, or of a
// grapheme where a word is longer than half of that, and an ellipsis. Broken UTF-8 becomes U+FFFD.
std::string cut(std::string_view text, std::size_t characters_max);

// The text of sanitised HTML on one line: tags out, character references read, white space as
// single spaces.
std::string plain_text(std::string_view html);

// White space around it out and inside it as single spaces.
std::string collapsed(std::string_view text);

// Equal for names that differ in case alone (Unicode's default case folding).
std::string folded(std::string_view text);

}  // namespace tocsin::newsroom
