// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tocsin/conversation/memory_view.h"

namespace tocsin::conversation {

// A site with one story, two readers with devices and a moderator; a small language for tests.
class ConversationTest : public ::testing::Test {
 protected:
  static constexpr core::SiteId kSite{1};
  static constexpr core::StoryId kStory{10};
  static constexpr core::StoryId kOtherStory{11};
  static constexpr core::ReaderId kAnna{20};
  static constexpr core::ReaderId kBen{21};
  static constexpr core::UserId kModerator{30};

  ConversationTest() {
    site_ = {.id = kSite, .name = "The Bell"};
    site_.comments.is_offered = true;
    site_.comments.newcomer_comments = 0;
    put_site();
    for (const auto id : {kStory, kOtherStory}) {
      content_.write(core::Story{
          .id = id, .site = kSite, .thread = {5}, .headline = "Quake", .published = now_});
    }
    content_.write(core::User{.id = kModerator, .name = "Maria Muster"});
    content_.write(Change{reader(kAnna, "Anna")});
    content_.write(Change{reader(kBen, "Ben")});
  }

  static core::SubscriptionId device(core::ReaderId id) {
    core::SubscriptionId out{};
    out[0] = static_cast<std::uint8_t>(id.value);
    return out;
  }
  core::Reader reader(core::ReaderId id, const std::string& name) const {
    return {.id = id, .site = kSite, .name = name, .device = device(id), .created = now_};
  }
  void put_site() { content_.write(site_); }

  // Applies and writes; the error's message, or nothing.
  template <class Body>
  std::string run(const Body& body) {
    now_ += Seconds{1};
    const auto changes = apply(Context{content_, now_, "Maria Muster"}, body);
    if (!changes) {
      last_.clear();
      return changes.error().message;
    }
    last_ = *changes;
    content_.write_all(last_);
    return {};
  }

  PostComment post(core::CommentId id, core::ReaderId by, const std::string& text,
                   core::CommentId parent = {}) const {
    PostComment out;
    out.comment = {.id = id, .story = kStory, .parent = parent, .reader = by, .text = text};
    return out;
  }
  // Posts a text that no other comment has.
  core::Comment posted(core::CommentId id, core::ReaderId by, core::CommentId parent = {}) {
    EXPECT_EQ(run(post(id, by, "Comment " + id.text(), parent)), "");
    return comment(id);
  }
  core::Comment comment(core::CommentId id) const { return *content_.comment(id); }
  core::Conversation conversation() const { return *content_.conversation(kStory); }
  std::size_t live_events(core::LiveEvent::Kind kind) const {
    std::size_t count = 0;
    for (const auto& change : last_) {
      const auto* event = std::get_if<core::LiveEvent>(&change);
      if (event != nullptr && event->kind == kind) ++count;
    }
    return count;
  }
  std::size_t comment_events() const { return live_events(core::LiveEvent::Kind::kComment); }

  core::Site site_;
  MemoryConversations content_;
  Time now_ = *parse_rfc3339("2026-11-23T09:41:00Z");
  std::vector<Change> last_;
};

}  // namespace tocsin::conversation
