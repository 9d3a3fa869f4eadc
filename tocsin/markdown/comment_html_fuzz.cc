// SPDX-License-Identifier: Apache-2.0
#include "tocsin/base/bytes.h"
#include "tocsin/base/check.h"
#include "tocsin/markdown/comment_html_check.h"
#include "tocsin/markdown/markdown.h"

// Whatever somebody writes: well-formed, with the allowed tags, attributes and schemes only, and
// not much longer than what was written.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = tocsin::as_text({data, size});
  const std::string html = tocsin::markdown::comment_html(text);
  TOCSIN_CHECK(tocsin::markdown::fault_of(html).empty());
  TOCSIN_CHECK(html.size() <= 32 * (size + 1));
  TOCSIN_CHECK(tocsin::markdown::count_links(text) <= size / 8);
  return 0;
}
