// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tocsin/newsroom/memory_content.h"
#include "tocsin/pages/conversation.h"
#include "tocsin/pages/html_check.h"
#include "tocsin/pages/pages.h"
#include "tocsin/pages/sample.h"

namespace tocsin::pages {
namespace {

using conversation::Opening;
using ::testing::HasSubstr;
using ::testing::Not;

core::Comment comment(std::uint64_t id, std::uint64_t parent = 0, std::string text = "I saw it.") {
  core::Comment out;
  out.id = core::CommentId{id};
  out.site = sample::kSite;
  out.story = core::StoryId{7};
  out.parent = core::CommentId{parent};
  out.name = "Ana";
  out.text = std::move(text);
  out.created = sample::kNoon;
  return out;
}

ConversationView view_of(std::vector<core::Comment> comments) {
  ConversationView view;
  view.story = sample::story(7);
  view.count = static_cast<std::uint32_t>(comments.size());
  view.comments = std::move(comments);
  view.sequence = 41;
  return view;
}

check::Reading read(const ConversationView& view) {
  return check::read(conversation_section(view).markup());
}

std::size_t count(std::string_view text, std::string_view part) {
  std::size_t out = 0;
  for (auto at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) ++out;
  return out;
}

Opening closed(Opening::Why why, std::string message = "") {
  return {Opening::State::kClosed, why, sample::kNoon, std::move(message), std::nullopt};
}

TEST(ConversationMarkup, CarriesWhatTheScriptNeeds) {
  auto view = view_of({comment(1)});
  view.has_votes = true;
  const auto reading = read(view);
  EXPECT_EQ(reading.problem, "");
  const auto* element = reading.find("tocsin-comments");
  ASSERT_NE(element, nullptr);
  EXPECT_EQ(element->attributes.at("story"), core::StoryId{7}.text());
  EXPECT_EQ(element->attributes.at("after"), "41");
  EXPECT_EQ(element->attributes.at("state"), "open");
  EXPECT_EQ(element->attributes.count("votes"), 1u);
  EXPECT_NE(reading.with("data-id", core::CommentId{1}.text()), nullptr);
}

TEST(ConversationMarkup, NamesWhomAnswersBelowTheSixthLevelAnswer) {
  std::vector<core::Comment> chain;
  for (std::uint64_t id = 1; id <= 9; ++id) {
    chain.push_back(comment(id, id - 1));
    chain.back().name = "Writer " + std::to_string(id);
  }
  const auto html = conversation_section(view_of(chain)).markup();
  EXPECT_EQ(check::read(html).problem, "");
  EXPECT_EQ(count(html, "In answer to"), 3u);
  EXPECT_THAT(html, HasSubstr("In answer to Writer 6"));
  EXPECT_THAT(html, HasSubstr("In answer to Writer 8"));
}

TEST(ConversationMarkup, ShowsAnAnswerToWhatIsNotShown) {
  const auto reading = read(view_of({comment(5, 4)}));
  EXPECT_NE(reading.with("id", "c-" + core::CommentId{5}.text()), nullptr);
}

TEST(CommentsPage, SaysThatThereIsNothingWhereItIsHidden) {
  auto view = view_of({comment(1)});
  view.opening = {Opening::State::kHidden, Opening::Why::kNotOffered, {}, "", {}};
  const auto site = sample::site();
  const Assets assets({});
  EXPECT_THAT(comments_page({site, assets}, view), HasSubstr("This report has no comments."));
}

TEST(ConversationMarkup, IsEmptyAndSaysSo) {
  const auto html = conversation_section(view_of({})).markup();
  EXPECT_THAT(html, HasSubstr("<p class=\"empty\">Nobody has commented yet.</p>"));
}

TEST(ConversationMarkup, SaysSinceWhenWhyAndWhatElseWhenItIsClosed) {
  auto view = view_of({comment(1)});
  view.opening = closed(Opening::Why::kByHand, "The trial begins tomorrow.");
  const auto html = conversation_section(view).markup();
  EXPECT_THAT(html, HasSubstr("Comments are closed since <time"));
  EXPECT_THAT(html, HasSubstr(": The trial begins tomorrow.</p>"));
  EXPECT_THAT(html, HasSubstr("<p class=\"instead\"><a href=\"/following\">"));
  EXPECT_THAT(html, HasSubstr("<a href=\"/?topic=World\">World</a>"));
  view.opening = {};
  EXPECT_THAT(conversation_section(view).markup(), HasSubstr("<p class=\"instead\" hidden>"));
}

TEST(OpeningLine, HasWordsForEveryReason) {
  for (const auto why : {Opening::Why::kByHand, Opening::Why::kSite, Opening::Why::kWithdrawn,
                         Opening::Why::kHour, Opening::Why::kAge, Opening::Why::kNight}) {
    const auto line = opening_line(closed(why)).markup();
    EXPECT_THAT(line, HasSubstr("</time>: ")) << conversation::text(why);
    EXPECT_TRUE(line.ends_with(".</p>")) << line;
  }
  const auto age = closed(Opening::Why::kAge);
  EXPECT_THAT(opening_line(age, 14).markup(), HasSubstr(": the report is older than 14 days.</p>"));
  EXPECT_THAT(opening_line(age, 1).markup(), HasSubstr(": the report is older than a day.</p>"));
  auto night = closed(Opening::Why::kNight);
  night.changes = sample::kNoon;
  EXPECT_THAT(opening_line(night).markup(), HasSubstr("They open again on <time"));
}

TEST(ConversationMarkup, KeepsItsShapeWhateverAReaderWrites) {
  const auto with = [](const std::string& text) {
    auto one = comment(1, 0, text);
    one.name = text;
    auto view = view_of({one, comment(2, 1, text)});
    view.opening = closed(Opening::Why::kByHand, text);
    view.story.topics = {text};
    return conversation_section(view).markup();
  };
  for (const std::string text :
       {"<script>canary()</script>", "\"><img src=x onerror=canary()>", "</article></li></ol>",
        "<svg/onload=canary()>", "[x](javascript:canary())", "<!--", "' onclick='canary()"}) {
    const auto reading = check::read(with(text));
    EXPECT_EQ(reading.problem, "") << text;
    for (const auto& element : reading.elements) {
      EXPECT_TRUE(element.name != "script" && element.name != "img" && element.name != "svg");
      for (const auto& [name, value] : element.attributes) {
        EXPECT_FALSE(name.starts_with("on")) << text;
        EXPECT_FALSE(name == "href" && !is_safe_address(value)) << value;
      }
    }
  }
}

core::Entry entry(std::uint64_t id, bool is_key = false) {
  core::Entry out;
  out.id = core::EntryId{id};
  out.thread = core::ThreadId{3};
  out.headline = "Entry " + std::to_string(id);
  out.text_html = "<p>So it is.</p>";
  out.is_key = is_key;
  out.published = out.updated = sample::kNoon;
  return out;
}

TEST(ThreadPage, PinsKeyMomentsMarksCorrectionsAndSaysThatItHasEnded) {
  const auto site = sample::site();
  const Assets assets({});
  ThreadView view;
  view.thread = {core::ThreadId{3}, sample::kSite, "The quake", "Since Monday", false, {}, {}};
  auto wrong = entry(8);
  wrong.correction = "It was two, not three.";
  view.entries = {entry(9), wrong, entry(2, true)};
  view.stories = {sample::story(7)};
  view.sequence = 12;
  const auto page = thread_page({site, assets}, view);
  EXPECT_EQ(check::read(page).problem, "");
  EXPECT_LT(page.find("Entry 2"), page.find("Entry 9"));
  EXPECT_LT(page.find("Entry 9"), page.find("Entry 8"));
  EXPECT_THAT(page, HasSubstr("<strong>Correction:</strong> It was two, not three."));
  EXPECT_THAT(page, HasSubstr("This has ended"));
  EXPECT_THAT(page, HasSubstr("Quake hits the coast"));
  const auto reading = check::read(page);
  EXPECT_EQ(reading.find("tocsin-live")->attributes.at("after"), "12");
  EXPECT_EQ(reading.find("tocsin-live")->attributes.at("thread"), core::ThreadId{3}.text());
}

class ConversationPages : public ::testing::Test {
 protected:
  ConversationPages() {
    site_.comments.is_offered = true;
    content_.write(site_);
    content_.write(story_);
    content_.write(comment(1));
  }

  http::Response get(const std::string& path, const std::string& etag = "") {
    http::Request request;
    request.method = "GET";
    request.path = path;
    if (!etag.empty()) request.headers.add("if-none-match", etag);
    return pages_.handle(site_, request);
  }
  // As the store would have it.
  void commit(const newsroom::Change& change) {
    content_.write(change);
    bodies_.drop_changed({change});
  }

  core::Site site_ = sample::site();
  core::Story story_ = sample::story(7);
  newsroom::MemoryContent content_;
  Assets assets_{{}};
  FakeClock clock_{sample::kNoon};
  newsroom::KeptBodies bodies_;
  Pages pages_{content_, assets_, clock_, {}, &bodies_};
};

TEST_F(ConversationPages, AreWrittenOnceUntilSomethingChanges) {
  for (const std::string path : {"", "/comments"}) {
    const auto address = "/s/" + core::slug(story_) + path;
    const auto first = get(address);
    // Nobody was told of this one, so what was written stands.
    content_.write(comment(2));
    const auto second = get(address);
    EXPECT_EQ(second.body, first.body);
    EXPECT_EQ(second.headers.fields, first.headers.fields);
    const auto known = get(address, std::string(*first.headers.find("etag")));
    EXPECT_EQ(known.status, 304);
    EXPECT_EQ(known.body, "");
    EXPECT_EQ(known.headers.find("etag"), first.headers.find("etag"));
    commit(comment(3));
    EXPECT_THAT(get(address).body, HasSubstr("c-" + core::CommentId{3}.text()));
  }
}

TEST_F(ConversationPages, CloseByTheClockThoughNothingChanges) {
  core::Conversation conversation{.story = story_.id, .site = site_.id};
  conversation.closes_at = sample::kNoon + Seconds(60);
  commit(conversation);
  const auto address = "/s/" + core::slug(story_) + "/comments";
  const auto open = get(address);
  EXPECT_THAT(open.body, HasSubstr("Comments are open until"));
  clock_.advance(Seconds(61));
  const auto closed = get(address, std::string(*open.headers.find("etag")));
  EXPECT_EQ(closed.status, 200);
  EXPECT_THAT(closed.body, HasSubstr("Comments are closed since"));
}

TEST_F(ConversationPages, StandBelowTheStoryAndByThemselves) {
  for (const std::string path : {"", "/comments"}) {
    const auto response = get("/s/" + core::slug(story_) + path);
    EXPECT_EQ(response.status, 200);
    EXPECT_THAT(response.body, HasSubstr("<p>I saw it.</p>"));
    EXPECT_EQ(check::read(response.body).problem, "");
  }
}

TEST_F(ConversationPages, LeadFromAPermalinkToTheComment) {
  const auto id = core::CommentId{1}.text();
  const auto response = get("/c/" + id);
  EXPECT_EQ(response.status, 302);
  EXPECT_EQ(response.headers.find("location"), "/s/" + core::slug(story_) + "/comments#c-" + id);
  EXPECT_EQ(get("/c/nothing").status, 404);
  story_.state = core::StoryState::kDraft;
  content_.write(story_);
  EXPECT_EQ(get("/c/" + id).status, 404) << "the address has the headline";
}

TEST_F(ConversationPages, GoWithAWithdrawnReport) {
  get("/s/" + core::slug(story_));
  const auto known = get("/s/" + core::slug(story_) + "/comments");
  story_.state = core::StoryState::kWithdrawn;
  content_.write(story_);
  const auto response = get("/s/" + core::slug(story_) + "/comments");
  EXPECT_EQ(response.status, 410);
  EXPECT_THAT(response.body, Not(HasSubstr("Quake")));
  const auto etag = std::string(*known.headers.find("etag"));
  EXPECT_EQ(get("/s/" + core::slug(story_) + "/comments", etag).status, 410);
  EXPECT_EQ(get("/s/" + core::slug(story_), etag).status, 410);
}

TEST_F(ConversationPages, AreNotInTheFeed) {
  EXPECT_THAT(get("/feed.atom").body, Not(HasSubstr("I saw it")));
}

TEST_F(ConversationPages, LetNobodyElsesScriptsRunWhereOneSignsIn) {
  const auto response = get("/sign-in");
  EXPECT_EQ(response.status, 200);
  EXPECT_THAT(std::string(response.headers.find("content-security-policy").value_or("")),
              HasSubstr("script-src 'self'"));
  EXPECT_NE(check::read(response.body).find("tocsin-sign-in"), nullptr);
}

}  // namespace
}  // namespace tocsin::pages
