// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

// From HTML to the source text of comments: the subset of Markdown that markdown::comment_html()
// shows (tocsin/markdown/markdown.h).
namespace tocsin::archive {

inline constexpr std::size_t kHtmlBytesMax = 1 << 20;  // of one comment; the rest is left out
inline constexpr std::size_t kContainersMax = 4;       // quotes and items in one another

// What a line end in the text of an HTML document means.
enum class LineEnds : std::uint8_t {
  kSpace,  // as browsers have it
  kBreak,  // one is a line break, two end the paragraph: WordPress's wpautop()
};

// Reads HTML as comments have it. The text of elements that the subset does not have is kept, that
// of scripts, styles and frames is not; a picture leaves its alternative text; headings become
// strong paragraphs. What Markdown would take for its own is escaped, at the start of a line with a
// no-break space before it. Emphasis that the subset cannot express goes: of half a word that
// starts with a bracket, of a link, of a bare address. Characters of a bare address that have a
// meaning are percent-encoded, brackets in the text of a link become parentheses. `html` may be any
// bytes. Linear in them; the result is at most `bytes_max` long.
std::string html_to_markdown(std::string_view html, LineEnds line_ends = LineEnds::kSpace,
                             std::size_t bytes_max = 64 << 10);

}  // namespace tocsin::archive
