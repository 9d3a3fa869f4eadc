// SPDX-License-Identifier: Apache-2.0
#include "tocsin/newsroom/limits.h"
#include "tocsin/newsroom/newsroom_fixture.h"

namespace tocsin::newsroom {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class Sources : public Newsroom {};

TEST_F(Sources, ASiteKeepsWhenItWasMade) {
  auto site = sample::site();
  site.id = core::SiteId{12};
  put(PutSite{site});
  const Time made = now();
  site.name = "Another";
  put(PutSite{site});
  EXPECT_EQ(content_.site(site.id)->created, made);
  EXPECT_EQ(content_.site(site.id)->name, "Another");
}

TEST_F(Sources, ASitesAddressesAreOrigins) {
  auto site = sample::site();
  site.base_url = "HTTPS://Bell.Example:443/";
  site.origins = {"http://localhost:8080/"};
  put(PutSite{site});
  EXPECT_EQ(content_.site(site.id)->base_url, "https://bell.example");
  EXPECT_THAT(content_.site(site.id)->origins, ElementsAre("http://localhost:8080"));
  for (const auto* const url : {"", "bell.example", "https://bell.example/news", "ftp://b.example",
                                "https://u@bell.example/", "https://bell.example/#x"}) {
    site.base_url = url;
    EXPECT_THAT(refusal(Errc::kInvalidArgument, PutSite{site}), StartsWith("site.base_url: "));
  }
}

TEST_F(Sources, ASiteOffersATopicOnce) {
  auto site = sample::site();
  site.topics = {" World ", "world", "Sport", "WORLD", "Sport"};
  put(PutSite{site});
  EXPECT_THAT(content_.site(site.id)->topics, ElementsAre("World", "Sport"));
}

TEST_F(Sources, ASitesFieldsHaveLimits) {
  auto site = sample::site();
  site.name = std::string(kNameCharactersMax, 'x');
  EXPECT_EQ(refusal(Errc::kInvalidArgument, PutSite{site}), "");
  site.name += 'x';
  EXPECT_EQ(refusal(Errc::kInvalidArgument, PutSite{site}),
            "site.name: is longer than 120 characters");
  site.name = " ";
  EXPECT_EQ(refusal(Errc::kInvalidArgument, PutSite{site}), "site.name: is missing");
  site.name = "\xff";
  EXPECT_EQ(refusal(Errc::kInvalidArgument, PutSite{site}), "site.name: is not UTF-8");
  site = sample::site();
  site.topics.assign(kSiteTopicsMax + 1, "x");
  EXPECT_EQ(refusal(Errc::kInvalidArgument, PutSite{site}),
            "site.topics: has more than 200 entries");
  site = sample::site();
  site.language = "english language";
  EXPECT_THAT(refusal(Errc::kInvalidArgument, PutSite{site}), StartsWith("site.language: "));
  site = sample::site();
  site.id = {};
  EXPECT_EQ(refusal(Errc::kInvalidArgument, PutSite{site}), "site.id: is missing");
}

TEST_F(Sources, ASourceStaysWithItsSite) {
  auto other = sample::site();
  other.id = core::SiteId{12};
  content_.write(other);
  auto source = sample::source();
  source.site = other.id;
  EXPECT_EQ(refusal(Errc::kConflict, PutSource{source}), "source.id: belongs to another site");
  source.site = core::SiteId{99};
  EXPECT_EQ(refusal(Errc::kNotFound, PutSource{source}), "source.site: there is no such site");
}

TEST_F(Sources, AFeedBelongsToASourceOfItsSite) {
  auto other = sample::site();
  other.id = core::SiteId{12};
  content_.write(other);
  auto feed = sample::feed();
  feed.site = other.id;
  EXPECT_EQ(refusal(Errc::kConflict, PutFeed{feed}), "feed.source: belongs to another site");
  feed.source = core::SourceId{99};
  EXPECT_EQ(refusal(Errc::kNotFound, PutFeed{feed}), "feed.source: there is no such source");
}

TEST_F(Sources, AFeedHasAWebAddressAndAnInterval) {
  auto feed = sample::feed();
  feed.url = "file:///etc/passwd";
  EXPECT_THAT(refusal(Errc::kInvalidArgument, PutFeed{feed}), StartsWith("feed.url: "));
  feed.url = "https://wire.example/" + std::string(kUrlBytesMax, 'x');
  EXPECT_THAT(refusal(Errc::kInvalidArgument, PutFeed{feed}), HasSubstr("longer than 2048 bytes"));
  feed = sample::feed();
  feed.interval = Seconds{0};
  EXPECT_THAT(refusal(Errc::kInvalidArgument, PutFeed{feed}), StartsWith("feed.interval: "));
  feed.interval = kIntervalMax + Seconds{1};
  EXPECT_THAT(refusal(Errc::kInvalidArgument, PutFeed{feed}), StartsWith("feed.interval: "));
}

TEST_F(Sources, AFeedsTopicsAreSpelledAsTheSiteSpellsThem) {
  auto feed = sample::feed();
  feed.topics = {"SPORT", "Chess"};
  put(PutFeed{feed});
  EXPECT_THAT(content_.feed(feed.id)->topics, ElementsAre("Sport", "Chess"));
}

TEST_F(Sources, AFeedIsRemovedOnce) {
  put(RemoveFeed{sample::kFeed});
  EXPECT_EQ(refusal(Errc::kNotFound, RemoveFeed{sample::kFeed}), "feed: there is no such feed");
}

TEST_F(Sources, ACommandHasAnIdATimeAndAnActor) {
  auto command = sample::command(9, PutSite{sample::site()});
  command.actor = std::string(kNameCharactersMax + 1, 'x');
  EXPECT_THAT(content_.execute(command).error().message, StartsWith("actor: "));
  command.actor = "test";
  command.at = Time{Millis{-1}};
  EXPECT_THAT(content_.execute(command).error().message, StartsWith("at: "));
  command.at = Time::max();
  EXPECT_THAT(content_.execute(command).error().message, StartsWith("at: "));
  command.at = sample::kNow;
  command.id = {};
  EXPECT_THAT(content_.execute(command).error().message, StartsWith("id: "));
}

}  // namespace
}  // namespace tocsin::newsroom
