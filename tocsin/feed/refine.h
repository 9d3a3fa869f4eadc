// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tocsin/base/clock.h"
#include "tocsin/feed/feed.h"
#include "tocsin/markup/warnings.h"
#include "tocsin/url/url.h"

namespace tocsin::feed {

// What the links at one place of a document are relative to; null for nothing.
using Base = std::shared_ptr<const Url>;

// Makes what is kept of what a feed says, and counts its bytes: a short relative link at a long
// base, often repeated, may grow without bound. What it reads is clean (encoding.h).
class Refiner {
 public:
  explicit Refiner(markup::Warnings& warnings) : warnings_(warnings) {}

  std::string link(std::string_view reference, const Base& base);
  RawHtml html(std::string_view html, const Base& base);
  std::string line_of_html(std::string_view html) { return spend(limited_line(html, true)); }
  std::string line(std::string_view text) { return spend(limited_line(text, false)); }
  std::optional<Time> date(std::string_view text);

  // True once more than kOutputBytesMax was made: nothing more is.
  bool is_exhausted() const { return spent_bytes_ > kOutputBytesMax; }
  markup::Warnings& warnings() { return warnings_; }

 private:
  std::string spend(std::string&& made) {
    spent_bytes_ += made.size();
    if (is_exhausted()) made.clear();
    return std::move(made);
  }
  std::string_view limited(std::string_view text);
  std::string limited_line(std::string_view text, bool is_html);

  markup::Warnings& warnings_;
  std::size_t spent_bytes_ = 0;
};

// Appends unless it is empty, there already, or one too many.
void add_to(std::vector<std::string>& list, std::string text);

}  // namespace tocsin::feed
