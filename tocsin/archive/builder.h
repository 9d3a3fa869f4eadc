// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "tocsin/archive/archive.h"
#include "tocsin/archive/markdown.h"
#include "tocsin/base/result.h"

namespace tocsin::archive {

// Makes an archive of what a reader found: fields cleaned and cut, limits kept, replies in order.
// A builder that is given an archive's own values makes the same archive of them.
class Builder {
 public:
  explicit Builder(Format format);

  // Adds a conversation, or finds the one of that key. Errors: kExhausted.
  Result<std::size_t> add(ArchivedConversation conversation);
  std::optional<std::size_t> find(const std::string& conversation_key) const;
  ArchivedConversation& at(std::size_t conversation) {
    return archive_.conversations[conversation];
  }

  // `parent_key` may be that of a comment which is yet to come. Errors: kExhausted.
  Status add(std::size_t conversation, ArchivedComment comment);

  // `what` is a literal: what happened to `where`, a key. Only the first place is kept.
  void warn(const char* what, std::string_view where, std::size_t times = 1);

  void warn_once(std::string text) { once_.push_back(std::move(text)); }

  std::size_t comments() const { return comments_; }
  // Replies after their parents, parents that are not there forgotten.
  Archive finish() &&;

 private:
  struct Warning {
    const char* what;
    std::string where;
    std::size_t times;
  };
  std::string shorten(std::string_view text, std::size_t bytes_max, std::string_view where);
  void refine(ArchivedConversation& conversation);
  void refine(ArchivedComment& comment);
  void arrange(ArchivedConversation& conversation);

  Archive archive_;
  std::unordered_map<std::string, std::size_t> indices_;  // by key
  std::vector<Warning> warnings_;
  std::vector<std::string> once_;
  std::size_t comments_ = 0;
};

// "2026-11-25 05:16:50", as SQL has it, taken for UTC; nothing for "0000-00-00 00:00:00".
std::optional<Time> parse_sql_date(std::string_view text);

// A comment's HTML as source text; what is longer than kTextBytesMax is for the builder to cut.
std::string comment_text(std::string_view html, LineEnds line_ends = LineEnds::kSpace);

// The URL, normalised; empty unless it is one of http or https within kUrlBytesMax.
std::string usable_url(std::string_view text);

}  // namespace tocsin::archive
