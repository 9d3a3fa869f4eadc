// SPDX-License-Identifier: Apache-2.0
#include "tocsin/archive/builder.h"

#include <map>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tocsin/archive/archive_samples.h"

namespace tocsin::archive {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

// An archive of one conversation with comments of these keys and parents.
Archive built(const std::vector<std::pair<std::string, std::string>>& comments) {
  Builder builder(Format::kTocsin);
  const auto index = builder.add({.key = "page"});
  TOCSIN_CHECK(index.has_value());
  for (const auto& [key, parent] : comments) {
    TOCSIN_CHECK(builder.add(*index, {.key = key, .parent_key = parent, .created = Time(Millis(1))})
                     .has_value());
  }
  return std::move(builder).finish();
}

std::vector<std::pair<std::string, std::string>> order(const Archive& archive) {
  std::vector<std::pair<std::string, std::string>> out;
  for (const auto& comment : archive.conversations[0].comments) {
    out.emplace_back(comment.key, comment.parent_key);
  }
  return out;
}

TEST(Builder, PutsParentsBeforeTheirReplies) {
  EXPECT_THAT(order(built({{"c", "b"}, {"b", "a"}, {"d", "a"}, {"a", ""}, {"e", ""}})),
              ElementsAre(std::pair("a", ""), std::pair("b", "a"), std::pair("c", "b"),
                          std::pair("d", "a"), std::pair("e", "")));
}

TEST(Builder, BreaksCircles) {
  const auto archive = built({{"a", "c"}, {"b", "a"}, {"c", "b"}, {"d", "d"}, {"e", "?"}});
  EXPECT_THAT(order(archive),
              ElementsAre(std::pair("b", ""), std::pair("c", "b"), std::pair("a", "c"),
                          std::pair("d", ""), std::pair("e", "")));
  EXPECT_THAT(archive.warnings,
              ElementsAre("a reply to itself answers the page: 2 times, first at b",
                          "a reply to a comment that is not in the file answers the page: e"));
}

TEST(Builder, KeepsTheFirstOfTwoWithTheSameKey) {
  EXPECT_THAT(order(built({{"a", ""}, {"a", "b"}, {"b", "a"}})),
              ElementsAre(std::pair("a", ""), std::pair("b", "a")));
}

TEST(Builder, CutsWhatIsTooLongBetweenCharacters) {
  Builder builder(Format::kTocsin);
  const auto index = builder.add({.key = "page"});
  ASSERT_TRUE(index);
  ASSERT_TRUE(builder.add(*index, {.key = "1",
                                   .author = {.name = std::string(kNameBytesMax - 1, 'x') + "é"},
                                   .text = std::string(kTextBytesMax + 1, 'y')}));
  const auto archive = std::move(builder).finish();
  const auto& comment = comment_at(archive, "page", "1");
  EXPECT_EQ(comment.author.name, std::string(kNameBytesMax - 1, 'x'));
  EXPECT_EQ(comment.text.size(), kTextBytesMax);
  EXPECT_THAT(archive.warnings, Contains("a field was too long and was cut: 2 times, first at 1"));
}

TEST(Builder, TellsLongKeysApart) {
  Builder builder(Format::kTocsin);
  const auto start = "https://news.example/" + std::string(500, 'x');
  ASSERT_TRUE(builder.add({.key = start + "1"}));
  ASSERT_TRUE(builder.add({.key = start + "2"}));
  EXPECT_EQ(builder.find(start + "2"), 1U);
  const auto archive = std::move(builder).finish();
  ASSERT_EQ(archive.conversations.size(), 2U);
  EXPECT_EQ(archive.conversations[0].key.size(), kKeyBytesMax);
  EXPECT_NE(archive.conversations[0].key, archive.conversations[1].key);
}

TEST(Builder, LeavesOutAddressesAndUrlsThatAreNone) {
  Builder builder(Format::kTocsin);
  const auto index = builder.add({.key = "page", .page_url = "javascript:alert(1)"});
  ASSERT_TRUE(index);
  ASSERT_TRUE(builder.add(*index, {.key = "1",
                                   .author = {.email = "nobody", .url = "ftp://a.example/"},
                                   .address = "2ae1c4f1"}));
  const auto archive = std::move(builder).finish();
  EXPECT_EQ(archive.conversations[0].page_url, "");
  const auto& comment = comment_at(archive, "page", "1");
  EXPECT_EQ(comment.author, ArchivedAuthor{});
  EXPECT_EQ(comment.address, "");
}

TEST(Builder, MakesTheSameOfItsOwnArchive) {
  for (std::uint32_t seed = 0; seed < 1000; ++seed) {
    const auto archive = ArchiveMaker(seed).make();
    Builder builder(Format::kTocsin);
    for (auto conversation : archive.conversations) {
      const auto comments = std::exchange(conversation.comments, {});
      const auto index = builder.add(std::move(conversation));
      ASSERT_TRUE(index);
      for (const auto& comment : comments) ASSERT_TRUE(builder.add(*index, comment));
    }
    ASSERT_EQ(std::move(builder).finish().conversations, archive.conversations) << "seed " << seed;
  }
}

// Recursion would overflow the stack, and anything quadratic would run out of the test's time.
TEST(Builder, ArrangesALongChainOfRepliesThatStandsBackwards) {
  constexpr int kCount = 200'000;
  std::vector<std::pair<std::string, std::string>> comments;
  comments.reserve(kCount);
  for (int i = kCount; i > 0; --i) {
    comments.emplace_back(std::to_string(i), i == 1 ? "" : std::to_string(i - 1));
  }
  const auto archive = built(comments);
  const auto& arranged = archive.conversations[0].comments;
  ASSERT_EQ(arranged.size(), comments.size());
  for (std::size_t i = 0; i < arranged.size(); ++i) {
    ASSERT_EQ(arranged[i].key, std::to_string(i + 1));
  }
}

TEST(Builder, ArrangesALongCircle) {
  constexpr int kCount = 200'000;
  std::vector<std::pair<std::string, std::string>> comments;
  comments.reserve(kCount);
  for (int i = 0; i < kCount; ++i) {
    comments.emplace_back(std::to_string(i), std::to_string((i + 1) % kCount));
  }
  const auto archive = built(comments);
  EXPECT_EQ(archive.comments(), comments.size());
  EXPECT_THAT(archive.warnings, Contains(HasSubstr("a reply to itself answers the page")));
}

}  // namespace
}  // namespace tocsin::archive
