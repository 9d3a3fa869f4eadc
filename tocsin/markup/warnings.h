// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <string>
#include <vector>

namespace tocsin::markup {

// What was mended or left out, each once, in the order of first sight.
class Warnings {
 public:
  // `text` is one of a fixed set of literals: a feed cannot make the list long.
  void add(const char* text) {
    if (std::find(texts_.begin(), texts_.end(), text) == texts_.end()) texts_.emplace_back(text);
  }
  std::vector<std::string> take() { return std::move(texts_); }

 private:
  std::vector<std::string> texts_;
};

}  // namespace tocsin::markup
