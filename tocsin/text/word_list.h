// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "tocsin/base/result.h"

namespace tocsin::text {

// What a WordList found.
struct Match {
  std::string entry;    // as listed
  std::string written;  // as in the text, made safe to show by clean_name(); 64 code points at most
};

// A newsroom's list of words. An entry is a word, a phrase of several words, or the beginning of a
// word ("word*", for the last word of a phrase too). Case, width and invisible characters do not
// matter, nor does what stands between the words of a phrase. A value: safe to read from any
// thread.
class WordList {
 public:
  static constexpr std::size_t kEntriesMax = 2'000;
  static constexpr std::size_t kEntryGraphemesMax = 64;
  static constexpr std::size_t kEntryBytesMax = 512;

  // One entry a line; empty lines count for nothing. Errors: kInvalidArgument, naming the line: too
  // many entries, an entry too long, without a word, or with a '*' that is not at its end.
  static Result<WordList> parse(std::string_view lines);

  // The first entry in `text`, of those that begin at one word the shortest. Words that are spelled
  // in single letters ("b.a.d", "b a d", "b-a-d") are found where such a run is three letters or
  // more and nothing but the entry. Reads kTextBytesMax; the time is that times the longest entry
  // at worst.
  std::optional<Match> find(std::string_view text) const;

  std::size_t size() const { return entries_.size(); }

 private:
  static constexpr std::uint32_t kNone = 0xffffffff;
  // A node of the tree of letters, with a space between words.
  struct Node {
    std::uint32_t whole = kNone;      // the entry that ends here with its word
    std::uint32_t beginning = kNone;  // the entry "...*" that ends here
  };

  std::optional<Error> add(std::string_view line);
  std::uint32_t step(std::uint32_t node, char32_t letter) const;
  std::uint32_t step_or_add(std::uint32_t node, char32_t letter);
  // Walks `words` from `first`; the entry and how many words it took.
  std::optional<std::pair<std::uint32_t, std::size_t>> walk(
      const std::vector<std::u32string>& words, std::size_t first) const;

  std::vector<std::string> entries_;
  std::vector<Node> nodes_{Node{}};
  std::unordered_map<std::uint64_t, std::uint32_t> steps_;  // (node, letter) to node
};

}  // namespace tocsin::text
