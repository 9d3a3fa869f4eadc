// SPDX-License-Identifier: Apache-2.0
#include "tocsin/json/json.h"

#include <algorithm>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tocsin/archive/archive_samples.h"
#include "tocsin/archive/readers.h"
#include "tocsin/archive/writers.h"

namespace tocsin::archive {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

std::string written(const Archive& archive) {
  std::string out;
  write_json(archive, [&](std::string_view piece) { out += piece; });
  return out;
}

TEST(JsonArchive, ReadsWhatItWrites) {
  for (std::uint32_t seed = 0; seed < 2000; ++seed) {
    const auto archive = ArchiveMaker(seed).make();
    const auto text = written(archive);
    const auto again = read(as_bytes(text));
    ASSERT_TRUE(again) << again.error().message << " seed " << seed;
    ASSERT_EQ(again->conversations, archive.conversations) << "seed " << seed << '\n' << text;
    EXPECT_EQ(again->format, "tocsin");
  }
}

TEST(JsonArchive, IsWrittenAsDocumented) {
  Archive archive;
  archive.conversations.push_back(
      {.key = "7",
       .page_url = "https://news.example/a/",
       .title = "A",
       .comments = {{.key = "1", .created = Time(Millis(1'500)), .text = "x"},
                    {.key = "2", .parent_key = "1", .text = "y", .state = State::kPending}}});
  EXPECT_EQ(written(archive), R"({"format":"tocsin-comments","version":1}
{"key":"7","url":"https://news.example/a/","title":"A","comments":[)"
                              R"({"key":"1","created":"1970-01-01T00:00:01.500Z","text":"x"},)"
                              R"({"key":"2","parent":"1","state":"pending","text":"y"}]}
{"end":true}
)");
}

// 3,000 comments of 1 KiB, 3 MiB with their fields: neither a line nor a piece holds them all.
TEST(JsonArchive, WritesALongConversationInPieces) {
  Archive archive;
  auto& conversation = archive.conversations.emplace_back();
  conversation.key = "7";
  for (int i = 0; i < 3000; ++i) {
    conversation.comments.push_back(
        {.key = std::to_string(i), .created = Time(Millis(1)), .text = std::string(1024, 'x')});
  }
  std::string text;
  std::size_t longest = 0;
  write_json(archive, [&](std::string_view piece) {
    text += piece;
    longest = std::max(longest, piece.size());
  });
  EXPECT_LT(longest, 2 * kPieceBytes);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 6);
  const auto again = read_json(as_bytes(text));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->conversations, archive.conversations);
  EXPECT_THAT(again->warnings, ElementsAre());
}

TEST(JsonArchive, SaysThatAFileBreaksOff) {
  const auto whole = written(ArchiveMaker(5).make());
  for (std::size_t length = 0; length + 1 < whole.size(); ++length) {
    const auto part = whole.substr(0, length);
    const auto archive = read_json(as_bytes(part));
    ASSERT_FALSE(archive) << part;
    EXPECT_EQ(archive.error().code, Errc::kCorrupt);
  }
  const auto most = whole.substr(0, whole.find("{\"end\""));
  const auto kept = read_json(as_bytes(most), {.keep_what_is_readable = true});
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->conversations, ArchiveMaker(5).make().conversations);
  EXPECT_THAT(kept->warnings, Contains(HasSubstr("breaks off")));
}

TEST(JsonArchive, RefusesWhatItDoesNotKnow) {
  for (const std::string_view text :
       {"", "x", "{}", "[]", R"({"format":"tocsin-comments","version":2})",
        R"({"format":"other","version":1})", R"({"version":1,"users":[],"posts":[]})"}) {
    const auto archive = read_json(as_bytes(text));
    ASSERT_FALSE(archive) << text;
    EXPECT_EQ(archive.error().code, Errc::kCorrupt);
  }
}

constexpr std::string_view kHead = "{\"format\":\"tocsin-comments\",\"version\":1}\n";

TEST(JsonArchive, PassesOverRecordsThatAreNoneWhenAsked) {
  const auto text = std::string(kHead) + R"({"key":"1","comments":[{"key":"1","text":"a"}]}
{"key":"2","comments":[{"key":
{"key":"3","comments":[{"key":"1","text":"c"}]}
nonsense
{"key":"4","comments":[{"key":"1","text":"d"},7,{"text":"no key"}]}
{"end":true}
)";
  const auto refused = read_json(as_bytes(text));
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("line 3"));
  const auto kept = read_json(as_bytes(text), {.keep_what_is_readable = true});
  ASSERT_TRUE(kept) << kept.error().message;
  std::vector<std::string> keys;
  for (const auto& each : kept->conversations) keys.push_back(each.key);
  EXPECT_THAT(keys, ElementsAre("1", "3", "4"));
  EXPECT_EQ(kept->comments(), 3U);
  EXPECT_THAT(kept->warnings, Contains(HasSubstr("not JSON was left out: 2 times")));
}

// A million lines that each lack their end would take each other along.
TEST(JsonArchive, DoesNotReadOpenObjectsAgainAndAgain) {
  std::string text(kHead);
  for (int i = 0; i < 1'000'000; ++i) text += "{\n";
  const auto kept = read_json(as_bytes(text), {.keep_what_is_readable = true});
  ASSERT_TRUE(kept) << kept.error().message;
  EXPECT_EQ(kept->comments(), 0U);
}

TEST(JsonArchive, RefusesDeepNestingAndLongRecords) {
  const auto deep =
      std::string(kHead) + std::string(100'000, '[') + "\n{\"end\":" + std::string(100'000, '[');
  EXPECT_FALSE(read_json(as_bytes(deep)));
  const auto objects = std::string(kHead) + [] {
    std::string out;
    for (int i = 0; i < 100'000; ++i) out += "{\"a\":";
    return out;
  }();
  EXPECT_FALSE(read_json(as_bytes(objects)));
  const auto lengthy =
      std::string(kHead) + R"({"key":"1","title":")" + std::string(17 << 20, 'x') + "\"}\n";
  const auto archive = read_json(as_bytes(lengthy));
  ASSERT_FALSE(archive);
  EXPECT_EQ(archive.error().code, Errc::kExhausted);
}

}  // namespace
}  // namespace tocsin::archive
