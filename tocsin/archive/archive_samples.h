// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tocsin/archive/builder.h"
#include "tocsin/base/bytes.h"

// What the tests of this module have in common.
namespace tocsin::archive {

inline std::string read_case(const std::string& name) {
  std::ifstream file(std::string(TOCSIN_ARCHIVE_CASES) + '/' + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// The comment of that key in the conversation of that key; ends the test program if it is not
// there.
inline const ArchivedComment& comment_at(const Archive& archive, const std::string& conversation,
                                         const std::string& comment) {
  for (const auto& each : archive.conversations) {
    if (each.key != conversation) continue;
    for (const auto& found : each.comments) {
      if (found.key == comment) return found;
    }
  }
  TOCSIN_CHECK(!"the comment is there");
}

// Archives with fields as odd as they may be.
class ArchiveMaker {
 public:
  explicit ArchiveMaker(std::uint32_t seed) : random_(seed) {}

  Archive make() {
    Builder builder(Format::kTocsin);
    for (auto count = pick(4); count > 0; --count) {
      const auto index = builder.add(some_conversation());
      TOCSIN_CHECK(index.has_value());
      std::vector<std::string> keys{"", "not there"};
      for (auto comments = pick(8); comments > 0; --comments) {
        auto comment = some_comment();
        comment.parent_key = keys[pick(keys.size())];
        keys.push_back(comment.key);
        TOCSIN_CHECK(builder.add(*index, std::move(comment)).has_value());
      }
    }
    return std::move(builder).finish();
  }

 private:
  std::size_t pick(std::size_t count) {
    return std::uniform_int_distribution<std::size_t>(0, count - 1)(random_);
  }
  bool coin() { return pick(2) == 0; }

  std::string some_text(std::size_t pieces_max) {
    constexpr std::array<std::string_view, 34> kPieces{
        "a",      "word", " ",       "\n",   "\n\n",     "\t",         "*",
        "**",     "`",    "```\n",   "[x](", "https://", "e.example/", ")",
        "> ",     "- ",   "1. ",     "\\",   "\"",       "<b>",        "&amp;",
        "&",      "]]>",  "\x01",    "\xff", "\u00e9",   "\u65e5",     "\U0001f3ba",
        "\u00a0", "\r\n", "</item>", "'",    "{\"a\":",  "\u2028"};
    std::string out;
    for (auto count = pick(pieces_max + 1); count > 0; --count)
      out += kPieces[pick(kPieces.size())];
    return pick(50) == 0 ? out + std::string(pick(300), 'x') + "\u00e9 " + out : out;
  }
  std::string some_key() { return coin() ? std::to_string(pick(1000)) : some_text(3); }
  std::string some_url() {
    return coin() ? "https://news.example/" + some_text(3) : coin() ? "" : some_text(4);
  }
  Time some_time() {
    if (pick(8) == 0) return Time{};
    return Time(Millis(std::uniform_int_distribution<std::int64_t>(-100'000'000'000'000,
                                                                   300'000'000'000'000)(random_)));
  }

  ArchivedConversation some_conversation() {
    ArchivedConversation out;
    out.key = some_key();
    out.page_url = some_url();
    out.page_path = coin() ? "/" + some_text(3) : some_text(3);
    out.slug = some_text(2);
    out.title = some_text(4);
    out.is_open = coin();
    out.is_public = coin();
    if (coin()) out.closed = some_time();
    return out;
  }

  ArchivedComment some_comment() {
    ArchivedComment out;
    out.key = some_key();
    out.author = {.name = some_text(3),
                  .email = coin() ? some_text(2) + "@" + some_text(2) : some_text(1),
                  .url = some_url(),
                  .is_registered = coin(),
                  .is_staff = coin()};
    out.created = some_time();
    out.text = some_text(12);
    out.state = static_cast<State>(pick(5));
    out.votes = static_cast<std::int64_t>(pick(5)) - 2;
    if (pick(20) == 0) out.votes = std::uniform_int_distribution<std::int64_t>()(random_);
    out.address = coin() ? "203.0.113." + std::to_string(pick(300)) : some_text(1);
    out.is_featured = coin();
    return out;
  }

  std::mt19937 random_;
};

}  // namespace tocsin::archive
