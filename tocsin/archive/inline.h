// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tocsin::archive {

// A stretch of a paragraph in one style.
struct Run {
  std::string text;  // white space folded; a line feed is a line break
  bool is_em = false;
  bool is_strong = false;
  bool is_code = false;
  std::string link;  // URL; empty: none
};

// The lines of a paragraph as Markdown. None of them starts a quote, a list or code.
std::vector<std::string> markdown_lines(const std::vector<Run>& runs);

// The fewest backticks, but at least `fewest`, that do not stand in `code`.
std::string fence_for(std::string_view code, std::size_t fewest);

}  // namespace tocsin::archive
