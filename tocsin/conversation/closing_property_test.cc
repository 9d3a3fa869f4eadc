// SPDX-License-Identifier: Apache-2.0
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "tocsin/conversation/memory_view.h"
#include "tocsin/conversation/opening.h"

// Commands of readers, of moderators and of the clock in any order: no comment is taken while the
// conversation is closed.
namespace tocsin::conversation {
namespace {

constexpr Time kStart{Millis{1'795'000'000'000}};
constexpr core::SiteId kSite{11};
constexpr core::StoryId kStory{41};
constexpr int kReaders = 5;

class Interleaving {
 public:
  explicit Interleaving(std::uint32_t seed) : chance_(seed) {
    core::Site site{.id = kSite, .name = "The Bell", .base_url = "https://bell.example"};
    site.comments.is_offered = true;
    site.comments.newcomer_comments = 0;
    view_.write(site);
    core::Story story{.id = kStory, .site = kSite, .headline = "Quake"};
    story.published = story.recorded = kStart;
    view_.write(story);
    for (std::uint64_t id = 1; id <= kReaders; ++id) {
      core::Reader reader{.id = core::ReaderId{id}, .site = kSite};
      reader.name = "Reader " + std::to_string(id);
      view_.write(Change(reader));
    }
  }

  void step() {
    now_ += Millis(below(40 * 60'000));
    switch (below(8)) {
      case 0:
        return set_conversation();
      case 1:
        return change_policy();
      case 2:
        return change_story();
      case 3:
        return edit();
      case 4:
        return announce();
      default:
        return post();
    }
  }

  void expect_counts() const {
    std::uint32_t published = 0;
    for (const auto& comment : view_.comments({.story = kStory})) {
      published += comment.state == core::CommentState::kPublished ? 1 : 0;
    }
    const auto conversation = view_.conversation(kStory);
    EXPECT_EQ(conversation ? conversation->published : 0, published);
  }

  int accepted = 0;
  int refused = 0;

 private:
  int below(int limit) { return std::uniform_int_distribution<int>(0, limit - 1)(chance_); }
  bool is_open() const {
    return opening_of(view_.site(kSite)->comments, view_.conversation(kStory), *view_.story(kStory),
                      now_)
        .is_open();
  }
  template <class Body>
  bool run(const Body& body) {
    const auto changes = apply(Context{view_, now_, "Mo"}, body);
    if (!changes) return false;
    for (const auto& change : *changes) view_.write(change);
    return true;
  }

  void set_conversation() {
    SetConversation body{.story = kStory};
    body.mode = static_cast<core::ConversationMode>(below(4));
    if (body.mode != core::ConversationMode::kByRule) body.reason = "Because.";
    if (below(3) == 0) body.closes_at = now_ + Millis(below(5 * 3'600'000));
    run(body);
  }
  void change_policy() {
    auto site = *view_.site(kSite);
    site.comments.is_offered = below(8) != 0;
    site.comments.is_closed = below(6) == 0;
    site.comments.close_after_days = static_cast<std::uint32_t>(below(4));
    site.comments.opens_minute = static_cast<std::uint32_t>(below(3) * 480);
    site.comments.closes_minute = static_cast<std::uint32_t>(below(3) * 480);
    site.comments.time_zone = below(2) == 0 ? "Europe/Berlin" : "UTC";
    view_.write(site);
  }
  void change_story() {
    auto story = *view_.story(kStory);
    const bool is_withdrawn = below(5) == 0;
    story.state = is_withdrawn ? core::StoryState::kWithdrawn : core::StoryState::kPublished;
    if (below(4) == 0) story.published = now_;
    view_.write(story);
  }
  void announce() {
    run(AnnounceOpening{kStory});
    const auto conversation = view_.conversation(kStory);
    EXPECT_EQ(!conversation || conversation->was_open, is_open());
  }
  void post() {
    PostComment body;
    body.comment.id = core::CommentId{++last_comment_};
    body.comment.site = kSite;
    body.comment.story = kStory;
    body.comment.reader = core::ReaderId{static_cast<std::uint64_t>(1 + below(kReaders))};
    body.comment.text = "Comment " + std::to_string(last_comment_);
    note(run(body));
  }
  void edit() {
    if (last_comment_ == 0) return;
    const auto id = core::CommentId{1 + static_cast<std::uint64_t>(below(20)) % last_comment_};
    const auto comment = view_.comment(id);
    if (!comment) return;
    if (run(EditComment{id, comment->reader, comment->text + " more", std::nullopt})) note(true);
  }
  void note(bool is_taken) {
    (is_taken ? accepted : refused) += 1;
    if (is_taken) {
      EXPECT_TRUE(is_open()) << "taken while closed";
    }
  }

  std::mt19937 chance_;
  MemoryConversations view_;
  Time now_ = kStart;
  std::uint64_t last_comment_ = 0;
};

TEST(Closing, HoldsForEveryCommentInAnyOrder) {
  int accepted = 0;
  int refused = 0;
  for (std::uint32_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Interleaving interleaving(seed);
    for (int i = 0; i < 150; ++i) interleaving.step();
    interleaving.expect_counts();
    accepted += interleaving.accepted;
    refused += interleaving.refused;
    if (::testing::Test::HasFailure()) break;
  }
  EXPECT_GT(accepted, 100);
  EXPECT_GT(refused, 100);
}

}  // namespace
}  // namespace tocsin::conversation
