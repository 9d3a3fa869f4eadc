// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tocsin::markdown {

// Appends `text` as it may stand in HTML text and in a quoted attribute.
void append_escaped(std::string& out, std::string_view text);

// Turns the text of one paragraph into HTML: emphasis, code, links, line breaks. It may be used for
// one text after another. Linear: what is looked for in vain once is not looked for again.
class InlineHtml {
 public:
  // Appends to `out`.
  void append(std::string& out, std::string_view text);

 private:
  // A run of asterisks in `html_`, and what became of it: it closes, remains, opens.
  struct Mark {
    std::size_t at = 0;
    std::uint8_t left = 0;
    std::string closes;
    std::string opens;
  };

  void take(std::string_view text, bool may_link);
  std::size_t take_asterisks(std::string_view text, std::size_t at);
  std::size_t take_code(std::string_view text, std::size_t at);
  std::size_t take_link(std::string_view text, std::size_t at);
  std::size_t take_address(std::string_view text, std::size_t at);
  void open_link(std::string_view address);

  std::string html_;
  std::vector<Mark> marks_;
  std::vector<std::size_t> openers_;      // of marks_, innermost last
  std::array<bool, 9> has_no_closing_{};  // by the length of the run of backticks
};

}  // namespace tocsin::markdown
