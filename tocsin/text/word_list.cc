// SPDX-License-Identifier: Apache-2.0
#include "tocsin/text/word_list.h"

#include <algorithm>
#include <utility>

#include "tocsin/text/breaks.h"
#include "tocsin/text/text.h"
#include "tocsin/text/unicode.h"
#include "tocsin/text/words.h"

namespace tocsin::text {
namespace {

constexpr std::size_t kWrittenMax = 64;
constexpr std::size_t kRunLettersMin = 3;
constexpr std::size_t kGapMax = 3;  // characters between two letters of a run

struct Words {
  std::vector<Span> spans;
  std::vector<std::u32string> words;
};

Words words_of(const Folded& text) {
  Words out{word_spans(text.characters), {}};
  for (const Span& span : out.spans) out.words.push_back(word_at(text, span));
  return out;
}

// The words that are spelled in single letters with something between them.
Words spelled_words(const Folded& text) {
  const std::u32string& all = text.characters;
  Words out;
  std::u32string letters;
  std::size_t count = 0;
  Span run;
  const auto finish = [&] {
    if (count >= kRunLettersMin) {
      out.spans.push_back(run);
      out.words.push_back(normalised(letters, Form::kNfc));
    }
    letters.clear();
    count = 0;
  };
  for (std::size_t i = 0; i < all.size();) {
    if (!is_letter_or_digit(all[i])) {
      ++i;
      continue;
    }
    const std::size_t begin = i;
    for (++i; i < all.size() && is_mark(all[i]);) ++i;
    const std::size_t end = i;
    while (i < all.size() && (is_letter_or_digit(all[i]) || is_mark(all[i]))) ++i;
    if (i > end || (count > 0 && begin - run.end > kGapMax)) finish();
    if (i > end) continue;
    if (count == 0) run.begin = begin;
    letters.append(all, begin, end - begin);
    run.end = end;
    ++count;
  }
  finish();
  return out;
}

Match match_at(std::string_view utf8, const Folded& text, Span span, const std::string& entry) {
  const std::size_t begin = text.begins[span.begin];
  const std::size_t end = text.ends[span.end - 1];
  constexpr std::size_t kBytesRead = kWrittenMax * 32;
  const auto raw = utf8.substr(begin, std::min(end - begin, kBytesRead));
  return {entry, encode(decode(clean_name(raw)).substr(0, kWrittenMax))};
}

std::string_view trimmed(std::string_view line) {
  const std::size_t begin = line.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) return {};
  return line.substr(begin, line.find_last_not_of(" \t\r") + 1 - begin);
}

Error bad(std::string message) { return {Errc::kInvalidArgument, std::move(message)}; }

}  // namespace

std::uint32_t WordList::step(std::uint32_t node, char32_t letter) const {
  const auto found = steps_.find(std::uint64_t{node} << 32 | letter);
  return found == steps_.end() ? kNone : found->second;
}

std::uint32_t WordList::step_or_add(std::uint32_t node, char32_t letter) {
  const auto next = static_cast<std::uint32_t>(nodes_.size());
  const auto [at, is_new] = steps_.try_emplace(std::uint64_t{node} << 32 | letter, next);
  if (is_new) nodes_.emplace_back();
  return at->second;
}

std::optional<Error> WordList::add(std::string_view line) {
  if (entries_.size() == kEntriesMax) return bad("more than 2,000 entries");
  if (line.size() > kEntryBytesMax ||
      graphemes(line, kEntryGraphemesMax + 1) > kEntryGraphemesMax) {
    return bad("longer than 64 characters");
  }
  const bool is_beginning = line.ends_with('*');
  std::string_view text = line;
  if (is_beginning) text.remove_suffix(1);
  if (text.find('*') != std::string_view::npos) return bad("a '*' may stand at the end only");
  const Folded letters = fold(text);
  const Words found = words_of(letters);
  if (found.words.empty()) return bad("no word in it");
  if (is_beginning && found.spans.back().end != letters.characters.size()) {
    return bad("a '*' follows a word directly");
  }
  std::uint32_t node = 0;
  for (std::size_t i = 0; i < found.words.size(); ++i) {
    if (i > 0) node = step_or_add(node, ' ');
    for (const char32_t letter : found.words[i]) node = step_or_add(node, letter);
  }
  std::uint32_t& place = is_beginning ? nodes_[node].beginning : nodes_[node].whole;
  if (place != kNone) return std::nullopt;  // listed already
  place = static_cast<std::uint32_t>(entries_.size());
  entries_.emplace_back(line);
  return std::nullopt;
}

Result<WordList> WordList::parse(std::string_view lines) {
  WordList out;
  for (std::size_t number = 1; !lines.empty(); ++number) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    const std::string_view line = trimmed(lines.substr(0, end));
    lines.remove_prefix(std::min(end + 1, lines.size()));
    if (line.empty()) continue;
    if (auto error = out.add(line)) {
      return bad("word list, line " + std::to_string(number) + ": " + error->message);
    }
  }
  return out;
}

std::optional<std::pair<std::uint32_t, std::size_t>> WordList::walk(
    const std::vector<std::u32string>& words, std::size_t first) const {
  std::uint32_t node = 0;
  for (std::size_t i = first; i < words.size(); ++i) {
    if (i > first) node = step(node, ' ');
    if (node == kNone) return std::nullopt;
    for (const char32_t letter : words[i]) {
      node = step(node, letter);
      if (node == kNone) return std::nullopt;
      if (nodes_[node].beginning != kNone) return {{nodes_[node].beginning, i + 1 - first}};
    }
    if (nodes_[node].whole != kNone) return {{nodes_[node].whole, i + 1 - first}};
  }
  return std::nullopt;
}

std::optional<Match> WordList::find(std::string_view text) const {
  if (entries_.empty()) return std::nullopt;
  const Folded letters = fold(text);
  for (const Words& found : {words_of(letters), spelled_words(letters)}) {
    for (std::size_t i = 0; i < found.words.size(); ++i) {
      if (const auto match = walk(found.words, i)) {
        const auto [entry, count] = *match;
        const Span span{found.spans[i].begin, found.spans[i + count - 1].end};
        return match_at(text, letters, span, entries_[entry]);
      }
    }
  }
  return std::nullopt;
}

}  // namespace tocsin::text
