// SPDX-License-Identifier: Apache-2.0
#include "tocsin/pages/pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tocsin/newsroom/memory_content.h"
#include "tocsin/pages/html_check.h"
#include "tocsin/pages/sample.h"

namespace tocsin::pages {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class PagesTest : public ::testing::Test {
 protected:
  PagesTest()
      : assets_({{"/app.css", "body{}"},
                 {"/tocsin.js", "x()"},
                 {"/sw.js", "y()"},
                 {"/newsroom/index.html", "<!doctype html>"},
                 {"/newsroom/newsroom.js", "z()"}}),
        pages_(content_, assets_, clock_) {
    content_.write(site_);
  }

  http::Response get(const std::string& path, const std::string& query = "",
                     const std::string& known_etag = "") {
    http::Request request;
    request.method = "GET";
    request.path = path;
    request.query = query;
    if (!known_etag.empty()) request.headers.add("if-none-match", known_etag);
    return pages_.handle(site_, request);
  }

  std::string address(const core::Story& story) { return "/s/" + core::slug(story); }

  static std::string field(const http::Response& response, std::string_view name) {
    return std::string(response.headers.find(name).value_or("(absent)"));
  }

  core::Site site_ = sample::site();
  newsroom::MemoryContent content_;
  Assets assets_;
  FakeClock clock_{Time{Millis{1'795'000'000'000}}};
  Pages pages_;
};

TEST_F(PagesTest, ShowsTheRiver) {
  content_.write(sample::story(7));
  const auto response = get("/");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(field(response, "content-type"), "text/html; charset=utf-8");
  EXPECT_THAT(response.body, HasSubstr("Quake hits the coast"));
}

TEST_F(PagesTest, PartsTheRiverAtThirtyStories) {
  for (std::uint64_t i = 1; i <= kStoriesPerPage + 5; ++i) {
    content_.write(sample::story(i, "Story " + std::to_string(i) + " ends"));
  }
  const auto first = get("/");
  EXPECT_THAT(first.body, HasSubstr("Story 35 ends"));
  EXPECT_THAT(first.body, HasSubstr("Story 6 ends"));
  EXPECT_THAT(first.body, Not(HasSubstr("Story 5 ends")));
  const auto cursor = "before=" + core::StoryId{6}.text();
  EXPECT_THAT(first.body, HasSubstr("/?" + cursor));

  const auto second = get("/", cursor);
  EXPECT_THAT(second.body, HasSubstr("Story 5 ends"));
  EXPECT_THAT(second.body, Not(HasSubstr("Story 6 ends")));
  EXPECT_THAT(second.body, Not(HasSubstr("before=")));
}

TEST_F(PagesTest, ShowsATopicThatTheNewsroomNamed) {
  content_.write(sample::story(7));
  EXPECT_EQ(get("/", "topic=World").status, 200);
  EXPECT_EQ(get("/", "topic=Sport%20%26%20Games").status, 200);
  EXPECT_EQ(get("/", "topic=Buy+pills").status, 404);
  EXPECT_EQ(get("/", "before=nonsense").status, 404);
}

TEST_F(PagesTest, ShowsAStoryUnderItsAddress) {
  const auto story = sample::story(7);
  content_.write(story);
  EXPECT_EQ(get(address(story)).status, 200);
}

TEST_F(PagesTest, SendsAnAddressWithOtherWordsToTheRightOne) {
  const auto story = sample::story(7);
  content_.write(story);
  for (const auto& slug : {"/s/old-words-" + story.id.text(), "/s/" + story.id.text()}) {
    const auto response = get(slug);
    EXPECT_EQ(response.status, 301);
    EXPECT_EQ(field(response, "location"), address(story));
  }
}

TEST_F(PagesTest, HidesDraftsAndStoriesOfOtherSites) {
  auto draft = sample::story(7);
  draft.state = core::StoryState::kDraft;
  content_.write(draft);
  auto foreign = sample::story(8);
  foreign.site = core::SiteId{99};
  content_.write(foreign);
  EXPECT_EQ(get(address(draft)).status, 404);
  EXPECT_EQ(get(address(foreign)).status, 404);
  EXPECT_EQ(get("/s/").status, 404);
  EXPECT_EQ(get("/s/no-such-story").status, 404);
}

TEST_F(PagesTest, AnswersGoneForAWithdrawnStory) {
  auto story = sample::story(7);
  story.state = core::StoryState::kWithdrawn;
  story.correction = "It was false.";
  content_.write(story);
  const auto response = get(address(story));
  EXPECT_EQ(response.status, 410);
  EXPECT_THAT(response.body, HasSubstr("It was false."));
  EXPECT_THAT(get("/").body, Not(HasSubstr("Quake")));
}

TEST_F(PagesTest, LinksRelatedStoriesButNotTheStoryItself) {
  auto other = sample::story(5, "Before the quake");
  other.topics = {"Sport & Games"};
  content_.write(other);
  const auto story = sample::story(7, "The quake");
  content_.write(story);
  content_.write(sample::story(9, "After the quake"));
  const auto body = get(address(story)).body;
  EXPECT_THAT(body, HasSubstr("More on World"));
  EXPECT_THAT(body, HasSubstr("After the quake"));
  EXPECT_THAT(body, HasSubstr("Before this: Before the quake"));
  EXPECT_THAT(body, Not(HasSubstr("\">The quake</a>")));
  // Alone in its topic: the latest stand in.
  EXPECT_THAT(get(address(other)).body, HasSubstr("After the quake"));
  EXPECT_THAT(get(address(other)).body, Not(HasSubstr("Before this")));
}

TEST_F(PagesTest, AnswersNotModifiedToWhoHasIt) {
  for (const std::string path : {"/", "/app.css", "/feed.atom", "/manifest.webmanifest"}) {
    const auto first = get(path);
    const auto etag = field(first, "etag");
    ASSERT_THAT(etag, HasSubstr("\"")) << path;
    for (const auto& known : {etag, "W/" + etag, "\"x\", " + etag, std::string("*")}) {
      const auto again = get(path, "", known);
      EXPECT_EQ(again.status, 304) << path << known;
      EXPECT_EQ(again.body, "");
      EXPECT_EQ(field(again, "etag"), etag);
    }
    EXPECT_EQ(get(path, "", "\"x\"").status, 200);
  }
}

TEST_F(PagesTest, LetsVersionedAssetsBeKeptForEver) {
  const auto link = *check::read(get("/").body).with("rel", "stylesheet");
  const auto query = link.attributes.at("href").substr(std::string("/app.css?").size());
  EXPECT_THAT(field(get("/app.css", query), "cache-control"), HasSubstr("immutable"));
  EXPECT_THAT(field(get("/app.css", "v=old"), "cache-control"), Not(HasSubstr("immutable")));
  EXPECT_EQ(field(get("/app.css"), "content-type"), "text/css; charset=utf-8");
}

TEST_F(PagesTest, NeverMixesTheDashboardsFilesOfTwoVersions) {
  const auto version = assets_.find("/newsroom/newsroom.js")->version;
  EXPECT_THAT(field(get("/newsroom/newsroom.js", "v=" + version), "cache-control"),
              HasSubstr("immutable"));
  EXPECT_EQ(get("/newsroom/newsroom.js", "v=old").status, 404);
  EXPECT_EQ(get("/newsroom/newsroom.js").status, 200);
  const auto page = get("/newsroom/");
  EXPECT_EQ(field(page, "cache-control"), "no-cache");
  EXPECT_THAT(field(page, "content-security-policy"), HasSubstr("script-src 'self';"));
}

TEST_F(PagesTest, LetsForeignPagesUseTheScriptAndItsWorker) {
  for (const std::string path : {"/tocsin.js", "/sw.js"}) {
    const auto response = get(path);
    EXPECT_EQ(field(response, "access-control-allow-origin"), "*");
    EXPECT_EQ(field(response, "cross-origin-resource-policy"), "cross-origin");
  }
  EXPECT_EQ(field(get("/sw.js"), "cache-control"), "no-cache");
}

TEST_F(PagesTest, ForbidsEverythingThatThePagesDoNotUse) {
  const auto policy = field(get("/"), "content-security-policy");
  EXPECT_THAT(policy, HasSubstr("default-src 'none'"));
  EXPECT_THAT(policy, HasSubstr("frame-ancestors 'none'"));
  EXPECT_THAT(policy, Not(HasSubstr("unsafe")));
  EXPECT_THAT(policy, Not(HasSubstr("http:")));
  EXPECT_EQ(field(get("/"), "x-content-type-options"), "nosniff");
  EXPECT_EQ(field(get("/nothing"), "referrer-policy"), "strict-origin-when-cross-origin");

  site_.base_url = "http://localhost:8080";
  EXPECT_THAT(field(get("/"), "content-security-policy"), HasSubstr("http:"));
}

TEST_F(PagesTest, AnswersWhatItDoesNotHave) {
  EXPECT_EQ(get("/nothing").status, 404);
  http::Request post;
  post.method = "POST";
  post.path = "/";
  const auto response = pages_.handle(site_, post);
  EXPECT_EQ(response.status, 405);
  EXPECT_EQ(field(response, "allow"), "GET, HEAD");
  EXPECT_EQ(pages_.error(site_, 500).status, 500);
}

TEST_F(PagesTest, AnswersHeadAsGet) {
  http::Request head;
  head.method = "HEAD";
  head.path = "/";
  EXPECT_EQ(pages_.handle(site_, head).status, 200);
}

}  // namespace
}  // namespace tocsin::pages
