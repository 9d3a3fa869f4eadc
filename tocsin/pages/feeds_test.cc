// SPDX-License-Identifier: Apache-2.0
#include "tocsin/pages/feeds.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tocsin/feed/feed.h"
#include "tocsin/json/json.h"
#include "tocsin/newsroom/memory_content.h"
#include "tocsin/pages/pages.h"
#include "tocsin/pages/sample.h"

namespace tocsin::pages {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr core::SourceId kSource{21};
constexpr core::ThreadId kThread{51};

std::string written(FeedFormat format, const core::Site& site, const OutFeed& feed) {
  return format == FeedFormat::kAtom ? atom_feed(site, feed) : json_feed(site, feed);
}

class Feeds : public ::testing::TestWithParam<FeedFormat> {
 protected:
  // As another newsroom reads it.
  feed::ParsedFeed read(const std::string& text) const {
    auto parsed = feed::parse(as_bytes(text), {});
    EXPECT_TRUE(parsed) << text;
    return parsed ? *std::move(parsed) : feed::ParsedFeed{};
  }
  feed::ParsedFeed read(const OutFeed& feed) const {
    return read(written(GetParam(), site_, feed));
  }

  core::Site site_ = sample::site();
};
INSTANTIATE_TEST_SUITE_P(BothFormats, Feeds,
                         ::testing::Values(FeedFormat::kAtom, FeedFormat::kJson));

TEST_P(Feeds, SayWhatAStoryIsAndWhereItCameFrom) {
  const auto story = sample::story(7);
  const auto feed = read(OutFeed{.title = "The Bell", .page_path = "/", .stories = {story}});
  EXPECT_EQ(feed.title, "The Bell");
  EXPECT_EQ(feed.link, "https://bell.example/");
  EXPECT_THAT(feed.warnings, ElementsAre());
  ASSERT_EQ(feed.items.size(), 1u);
  const auto& item = feed.items[0];
  EXPECT_EQ(item.title, "Quake hits the coast");
  EXPECT_EQ(item.link, "https://bell.example/s/" + core::slug(story));
  EXPECT_EQ(item.published, sample::kNoon);
  EXPECT_THAT(item.authors, ElementsAre("Ana Rojas", "Luis Soto"));
  EXPECT_THAT(item.categories, ElementsAre("World"));
  EXPECT_THAT(item.summary.sanitized() + item.content.sanitized(),
              HasSubstr("felt in the <b>capital</b>"));
}

TEST_P(Feeds, NeverPassOnTheTextOfAnotherOutlet) {
  auto story = sample::story(7);
  EXPECT_THAT(written(GetParam(), site_, OutFeed{.stories = {story}}),
              Not(HasSubstr("The harbour is closed")));
  story.url.clear();
  EXPECT_THAT(written(GetParam(), site_, OutFeed{.stories = {story}}),
              HasSubstr("The harbour is closed"));
}

TEST_P(Feeds, NameTheOutletWhereNobodySigned) {
  auto story = sample::story(7);
  story.authors.clear();
  const auto feed = read(OutFeed{.stories = {story}});
  EXPECT_THAT(feed.items[0].authors, ElementsAre("The Wire"));
}

TEST_P(Feeds, KeepAnEntrysIdWhenTheHeadlineChanges) {
  const auto one = read(OutFeed{.stories = {sample::story(7, "One")}});
  const auto two = read(OutFeed{.stories = {sample::story(7, "Two")}});
  EXPECT_EQ(one.items[0].id, "https://bell.example/s/" + core::StoryId{7}.text());
  EXPECT_EQ(two.items[0].id, one.items[0].id);
  EXPECT_NE(two.items[0].link, one.items[0].link);
}

TEST_P(Feeds, NameTheirAddressAndTheirHubs) {
  const auto feed = read(OutFeed{.scope = {.topic = "Sport & Games"},
                                 .hubs = {"https://hub.example/", "https://other.example/?a=1&b=2"},
                                 .stories = {sample::story(7)}});
  EXPECT_EQ(feed.self, "https://bell.example" + feed_path(GetParam(), {.topic = "Sport & Games"}));
  EXPECT_THAT(feed.hubs, ElementsAre("https://hub.example/", "https://other.example/?a=1&b=2"));
}

TEST_P(Feeds, AreWellFormedWhateverTheTextSays) {
  for (const std::string text :
       {"<script>canary()</script>", "]]><x>", "<!--", "\"><img src=x onerror=canary()>",
        "&lt;script&gt;", "\\u003cscript>", "' x='", "&#60;script&#62;canary()"}) {
    auto site = site_;
    site.name = site.tagline = site.language = text;
    const OutFeed out{.scope = {.topic = text},
                      .title = text,
                      .page_path = topic_path(text),
                      .hubs = {text},
                      .stories = {sample::story_of(7, text)}};
    const auto raw = written(GetParam(), site, out);
    EXPECT_THAT(raw, Not(HasSubstr("<script")));
    EXPECT_THAT(raw, Not(HasSubstr("<img")));
    const auto feed = read(raw);
    ASSERT_EQ(feed.items.size(), 1u) << raw;
    EXPECT_THAT(feed.warnings, ElementsAre()) << raw;
  }
}

TEST(FeedAddresses, AreThoseOfAllFeedsThatHaveTheStory) {
  auto story = sample::story(7);
  story.thread = kThread;
  story.credits.push_back({kSource, "The Post", ""});
  const std::string site = "https://bell.example";
  EXPECT_THAT(
      feeds_of(sample::site(), story),
      ElementsAre(site + "/feed.atom", site + "/feed.json", site + "/feed.atom?topic=World",
                  site + "/feed.json?topic=World", site + "/feed.atom?source=" + kSource.text(),
                  site + "/feed.json?source=" + kSource.text(),
                  site + "/feed.atom?thread=" + kThread.text(),
                  site + "/feed.json?thread=" + kThread.text()));
}

class FeedPages : public ::testing::Test {
 protected:
  FeedPages() {
    content_.write(site_);
    content_.write(core::Source{.id = kSource, .site = site_.id, .name = "The Wire"});
    content_.write(core::Thread{.id = kThread, .site = site_.id, .headline = "The quake"});
    auto story = sample::story(1, "Of the world");
    content_.write(story);
    story = sample::story(2, "Of the wire");
    story.topics = {"Sport & Games"};
    story.credits = {{kSource, "The Wire", ""}};
    content_.write(story);
    story = sample::story(3, "Of the quake");
    story.topics = {};
    story.thread = kThread;
    content_.write(story);
    story = sample::story(4, "Withdrawn");
    story.state = core::StoryState::kWithdrawn;
    content_.write(story);
  }
  http::Response get(const std::string& path, const std::string& query) {
    http::Request request{.method = "GET", .path = path};
    request.query = query;
    return pages_.handle(site_, request);
  }
  // The titles of both formats, which are the same.
  std::vector<std::string> titles(const std::string& query) {
    std::vector<std::string> out;
    std::vector<std::string> others;
    for (const auto& item : parsed("/feed.atom", query).items) out.push_back(item.title);
    for (const auto& item : parsed("/feed.json", query).items) others.push_back(item.title);
    EXPECT_EQ(out, others);
    return out;
  }
  feed::ParsedFeed parsed(const std::string& path, const std::string& query) {
    const auto response = get(path, query);
    EXPECT_EQ(response.status, 200);
    auto out = feed::parse(as_bytes(response.body),
                           {.content_type = std::string(*response.headers.find("content-type"))});
    EXPECT_TRUE(out) << response.body;
    return out ? *std::move(out) : feed::ParsedFeed{};
  }

  core::Site site_ = sample::site();
  newsroom::MemoryContent content_;
  Assets assets_{{}};
  FakeClock clock_{sample::kNoon};
  Pages pages_{content_, assets_, clock_, {"https://hub.example/"}};
};

TEST_F(FeedPages, AreOfASiteATopicASourceOrADevelopingStory) {
  EXPECT_THAT(titles(""), ElementsAre("Of the quake", "Of the wire", "Of the world"));
  EXPECT_THAT(titles("topic=World"), ElementsAre("Of the world"));
  EXPECT_THAT(titles("topic=Sport+%26+Games"), ElementsAre("Of the wire"));
  EXPECT_THAT(titles("source=" + kSource.text()), ElementsAre("Of the wire"));
  EXPECT_THAT(titles("thread=" + kThread.text()), ElementsAre("Of the quake"));
  EXPECT_THAT(titles("topic=Nothing"), ElementsAre());
  EXPECT_EQ(get("/feed.atom", "source=" + core::SourceId{99}.text()).status, 404);
  EXPECT_EQ(get("/feed.json", "thread=x").status, 404);
}

TEST_F(FeedPages, HaveOneAddressEachWhichHubsKnow) {
  const auto response = get("/feed.atom", "utm_source=x&topic=Sport%20%26%20Games");
  const std::string self = "https://bell.example/feed.atom?topic=Sport%20%26%20Games";
  EXPECT_EQ(response.headers.find("link"),
            "<" + self + ">; rel=\"self\", <https://hub.example/>; rel=\"hub\"");
  EXPECT_EQ(parsed("/feed.atom", "topic=Sport%20%26%20Games").self, self);
}

TEST_F(FeedPages, AreOfferedByThePageThatShowsTheSame) {
  EXPECT_THAT(get("/", "").body, HasSubstr("href=\"/feed.json\""));
  EXPECT_THAT(get("/", "topic=World").body, HasSubstr("href=\"/feed.atom?topic=World\""));
  EXPECT_THAT(get("/t/" + kThread.text(), "").body,
              HasSubstr("href=\"/feed.atom?thread=" + kThread.text() + "\""));
}

}  // namespace
}  // namespace tocsin::pages
