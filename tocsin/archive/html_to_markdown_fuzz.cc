// SPDX-License-Identifier: Apache-2.0
#include "tocsin/archive/markdown.h"
#include "tocsin/base/bytes.h"
#include "tocsin/base/check.h"
#include "tocsin/markdown/comment_html_check.h"
#include "tocsin/markdown/markdown.h"
#include "tocsin/markup/text.h"

namespace tocsin::archive {
namespace {

// What a page shows of a source, without white space.
std::string shown(const std::string& source) {
  const auto html = markdown::comment_html(source);
  TOCSIN_CHECK(markdown::fault_of(html).empty());
  std::string text;
  bool in_tag = false;
  for (const char c : html) {
    in_tag = in_tag || c == '<';
    if (!in_tag) text += c;
    if (c == '>') in_tag = false;
  }
  std::string out;
  for (const char c : markup::fold_space(text)) {
    if (c != ' ') out += c;
  }
  return out;
}

// Whatever somebody's HTML is: clean, bounded, and a source whose page, read as HTML again, makes
// a page with the same text. Left out of the comparison are addresses: pages shorten them, and take
// some for addresses that Url does not.
void check(std::string_view html, LineEnds line_ends) {
  const auto source = html_to_markdown(html, line_ends);
  TOCSIN_CHECK(source.size() <= std::size_t{64} << 10);
  TOCSIN_CHECK(markup::clean_text(source) == source);
  const auto text = shown(source);
  if (source.find("://") != source.npos) return;
  const auto again = html_to_markdown(markdown::comment_html(source), LineEnds::kSpace, 1 << 20);
  TOCSIN_CHECK(shown(again) == text);
}

}  // namespace
}  // namespace tocsin::archive

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using tocsin::archive::LineEnds;
  const auto html = tocsin::as_text({data, size});
  tocsin::archive::check(html, LineEnds::kSpace);
  tocsin::archive::check(html, LineEnds::kBreak);
  return 0;
}
