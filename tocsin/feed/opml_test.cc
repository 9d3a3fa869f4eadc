// SPDX-License-Identifier: Apache-2.0
#include "tocsin/feed/opml.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tocsin::feed {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(ReadOpml, FindsFeedsInFolders) {
  const auto read = read_opml(as_bytes(std::string_view(R"x(<?xml version="1.0"?>
    <opml version="1.0"><head><title>Mine</title></head><body>
      <outline text="World"><outline text="Wires" title="Wire services">
        <outline type="rss" text="The Wire" xmlUrl="https://wire.example/feed" htmlUrl="https://wire.example/"/>
      </outline></outline>
      <outline text="" xmlUrl="https://post.example/rss"/>
    </body></opml>)x")));
  ASSERT_TRUE(read);
  EXPECT_THAT(read->feeds,
              ElementsAre(OpmlFeed{"https://wire.example/feed",
                                   "The Wire",
                                   "https://wire.example/",
                                   {"World", "Wire services"}},
                          OpmlFeed{"https://post.example/rss", "post.example", "", {}}));
}

TEST(ReadOpml, LeavesOutWhatIsNoAddressAndNamesEachOnce) {
  const auto read = read_opml(as_bytes(std::string_view(R"x(<opml><body>
      <outline text="a" xmlUrl="feed:x"/><outline text="b" xmlUrl="javascript:alert(1)"/>
      <outline text="c" xmlUrl="https://a.example/"/><outline text="d" xmlUrl="https://A.example"/>
      </body></opml>)x")));
  ASSERT_TRUE(read);
  EXPECT_THAT(read->feeds, SizeIs(1));
  EXPECT_EQ(read->left_out, 2u);
}

TEST(ReadOpml, RefusesOtherDocuments) {
  for (const std::string_view text : {"", "no", "<rss><channel/></rss>", "<html></html>",
                                      "<!DOCTYPE x [<!ENTITY a 'b'>]><opml/>"}) {
    const auto read = read_opml(as_bytes(text));
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().code, Errc::kCorrupt);
  }
  EXPECT_EQ(read_opml(as_bytes(std::string(kOpmlBytesMax + 1, ' '))).error().code,
            Errc::kExhausted);
}

TEST(ReadOpml, EndsAtItsLimitHoweverDeepOrLong) {
  std::string text = "<opml><body>";
  for (int i = 0; i < 50; ++i) text += "<outline text='x'>";
  for (int i = 0; i < 20'000; ++i) {
    text += "<outline xmlUrl='https://a.example/" + std::to_string(i) + "'/>";
  }
  for (int i = 0; i < 100'000; ++i) text += "<outline text='x'>";
  const auto read = read_opml(as_bytes(text));
  ASSERT_TRUE(read);
  EXPECT_THAT(read->feeds, SizeIs(kOpmlFeedsMax));
  EXPECT_EQ(read->left_out, 20'000 - kOpmlFeedsMax);
  EXPECT_EQ(read->feeds.front().folders.size(), 50u);
}

TEST(WriteOpml, IsReadAsItWas) {
  const std::vector<OpmlFeed> feeds = {
      {"https://a.example/?a=1&b=2", "A \"quoted\" <b>", "https://a.example/", {"World", "Wires"}},
      {"https://b.example/", "B", "", {"World"}},
      {"https://c.example/", "C", "", {"World", "Wires"}},
      {"https://d.example/", "D & E", "", {}}};
  const auto read = read_opml(as_bytes(write_opml("Mine & yours", feeds)));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->feeds, feeds);
  EXPECT_THAT(read_opml(as_bytes(write_opml("", {})))->feeds, IsEmpty());
}

}  // namespace
}  // namespace tocsin::feed
