// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "tocsin/base/random.h"
#include "tocsin/conversation/answers.h"
#include "tocsin/conversation/memory_view.h"
#include "tocsin/conversation/opening.h"

// Every command in any order, on two stories: after each, what is counted is recounted, and what
// open pages were told is compared with what changed.
namespace tocsin::conversation {
namespace {

using core::Comment;
using core::CommentState;
using Kind = core::LiveEvent::Kind;

constexpr core::SiteId kSite{1};
constexpr std::uint64_t kStories = 2;
constexpr std::uint64_t kReaders = 5;

class RandomCommands {
 public:
  explicit RandomCommands(std::uint64_t seed) : random_(seed) {
    site_ = {.id = kSite, .name = "The Bell"};
    site_.comments.is_offered = true;
    site_.comments.reports_hold = 2;
    site_.comments.has_votes = true;
    site_.comments.suspect_words = {"suspect"};
    site_.comments.banned_words = {"banned"};
    view_.write(site_);
    for (std::uint64_t id = 1; id <= kStories; ++id) {
      view_.write(core::Story{.id = {id}, .site = kSite, .headline = "Quake", .published = now_});
    }
    view_.write(core::User{.id = {1}, .name = "Mo"});
    for (std::uint64_t id = 1; id <= kReaders; ++id) view_.write(Change{reader_of({id})});
  }

  void step() {
    now_ += Millis{static_cast<std::int64_t>(random_.below(60'000))};
    switch (random_.below(24)) {
      case 0:
        return run(PutReader{reader_of(reader())});
      case 1:
        return run(SetConversation{
            .story = story(), .mode = mode(), .closes_at = soon(), .holds_all = once_in(6)});
      case 2:
        return change_policy();
      case 3:
        return run(AnnounceOpening{story()});
      case 4:
        return run(EditComment{comment(), writer(), text(), {}});
      case 5:
        return once_in(3) ? run(DeleteComment{comment(), writer()}) : post();
      case 6:
        if (once_in(4)) return run(AnnounceVotes{comment()});
        return run(VoteComment{comment(), reader(), !once_in(3)});
      case 7:
        return run(ReportComment{{.id = {++made_}, .comment = comment(), .reader = reader()}});
      case 8:
        return run(AppealRuling{comment(), writer(), "Why?"});
      case 9:
      case 10:
        return run(
            Moderate{.comment = comment(), .state = verdict(), .ground = core::Ground::kOther});
      case 11:
        return run(FeatureComment{comment(), once_in(2)});
      case 12:
        return once_in(3) ? erase() : follow();
      default:
        return post();
    }
  }

  int accepted = 0;
  int refused = 0;
  int posted = 0;
  int told_several = 0;  // commands with more than one event

 private:
  bool once_in(std::uint64_t times) { return random_.below(times) == 0; }
  core::StoryId story() { return {1 + random_.below(kStories)}; }
  core::ConversationMode mode() {
    using enum core::ConversationMode;
    constexpr core::ConversationMode kModes[] = {kByRule, kByRule, kByRule, kOpen,
                                                 kOpen,   kOpen,   kClosed, kHidden};
    return kModes[random_.below(8)];
  }
  CommentState verdict() {
    if (once_in(6)) return CommentState::kHeld;
    return once_in(2) ? CommentState::kRejected : CommentState::kPublished;
  }
  core::ReaderId reader() { return {readers_ - random_.below(kReaders)}; }
  core::CommentId comment() {
    last_ = {};
    const auto& all = view_.all_comments();
    if (all.empty()) return last_;
    const auto back = std::min<std::uint64_t>(random_.below(12), all.size() - 1);
    return last_ = std::prev(all.end(), static_cast<std::ptrdiff_t>(back) + 1)->first;
  }
  core::ReaderId writer() {
    const auto known = view_.comment(last_);
    return known && !once_in(8) ? known->reader : reader();
  }
  std::string text() {
    const std::string words[] = {"suspect", "banned", "same", "fine", "good", "quiet"};
    const auto word = words[random_.below(6)];
    return word == "same" ? word : word + " " + std::to_string(++made_);
  }
  std::optional<Time> soon() {
    if (!once_in(6)) return std::nullopt;
    return now_ + Millis{static_cast<std::int64_t>(random_.below(3'600'000))};
  }
  core::SubscriptionId device(core::ReaderId id) const {
    core::SubscriptionId out{};
    out[0] = static_cast<std::uint8_t>(id.value);
    return out;
  }
  core::Reader reader_of(core::ReaderId id) const {
    return {.id = id, .site = kSite, .name = "Reader " + id.text(), .device = device(id)};
  }
  void post() {
    PostComment body;
    body.comment = {.id = {++made_}, .story = story(), .reader = reader(), .text = text()};
    if (once_in(2)) body.comment.parent = comment();
    const auto parent = view_.comment(body.comment.parent);
    if (parent && !once_in(8)) body.comment.story = parent->story;
    body.follow_replies = once_in(2);
    run(body);
  }
  // Somebody else comes in the place of who was erased.
  void erase() {
    const core::ReaderId id{readers_ - kReaders + 1};
    run(EraseReader{id});
    const auto known = view_.reader(id);
    if (!known || !known->is_erased) return;
    ++readers_;
    run(PutReader{reader_of({readers_})});
  }
  void follow() {
    const auto id = reader();
    run(Follow{{.story = story(),
                .device = device(id),
                .reader = id,
                .replies = once_in(2),
                .all = once_in(2)}});
  }
  void change_policy() {
    auto& policy = site_.comments;
    policy.is_offered = !once_in(8);
    policy.is_closed = once_in(8);
    policy.close_after_days = static_cast<std::uint32_t>(random_.below(4));
    policy.opens_minute = std::uint32_t{480} * static_cast<std::uint32_t>(random_.below(3));
    policy.closes_minute = std::uint32_t{480} * static_cast<std::uint32_t>(random_.below(3));
    policy.time_zone = once_in(2) ? "Europe/Berlin" : "UTC";
    policy.holds_all = once_in(5);
    policy.newcomer_comments = static_cast<std::uint32_t>(random_.below(2));
    view_.write(site_);
    for (std::uint64_t id = 1; id <= kStories; ++id) {
      auto known = *view_.story({id});
      if (once_in(3)) known.published = now_;
      known.state = once_in(6) ? core::StoryState::kWithdrawn : core::StoryState::kPublished;
      view_.write(known);
    }
  }
  bool is_open(core::StoryId id) const {
    return opening_of(site_.comments, view_.conversation(id), *view_.story(id), now_).is_open();
  }

  template <class Body>
  void run(const Body& body) {
    const MemoryConversations before = view_;
    const auto changes = apply(Context{before, now_, "Mo"}, body);
    (changes ? accepted : refused) += 1;
    if (!changes) return;
    const auto events = std::count_if(changes->begin(), changes->end(), [](const Change& change) {
      return std::holds_alternative<core::LiveEvent>(change);
    });
    if constexpr (std::is_same_v<Body, PostComment>) ++posted;
    if (events > 1) ++told_several;
    view_.write_all(*changes);
    check_closed(before, *changes);
    check_events(before, *changes);
    check_counts(before);
    check_answers();
    if constexpr (std::is_same_v<Body, SetConversation> || std::is_same_v<Body, AnnounceOpening>) {
      const auto known = view_.conversation(body.story);
      EXPECT_EQ(!known || known->was_open, is_open(body.story));
    }
  }

  // No comment is taken, and no text changed, while its conversation is closed.
  void check_closed(const MemoryConversations& before, const std::vector<Change>& changes) const {
    for (const auto& change : changes) {
      const auto* after = std::get_if<Comment>(&change);
      if (after == nullptr || after->state == CommentState::kDeleted) continue;
      const auto known = before.comment(after->id);
      if (known && known->text == after->text) continue;
      EXPECT_TRUE(opening_of(site_.comments, before.conversation(after->story),
                             *before.story(after->story), now_)
                      .is_open());
    }
  }

  // One event for each comment that readers see differently, numbered without a gap; one where
  // was_open changed.
  void check_events(const MemoryConversations& before, const std::vector<Change>& changes) const {
    std::uint64_t sequence = before.last_sequence();
    std::map<Kind, std::set<std::uint64_t>> told;
    for (const auto& change : changes) {
      const auto* event = std::get_if<core::LiveEvent>(&change);
      if (event == nullptr) continue;
      EXPECT_EQ(event->sequence, ++sequence);
      EXPECT_TRUE(told[event->kind].insert(event->subject).second) << "told twice";
    }
    std::set<std::uint64_t> seen_differently;
    for (const auto& [id, after] : view_.all_comments()) {
      const auto known = before.comment(id);
      const bool was_seen = known && known->state == CommentState::kPublished;
      const bool is_seen = after.state == CommentState::kPublished;
      const bool differs =
          known && (known->text != after.text || known->is_featured != after.is_featured);
      if (was_seen != is_seen || (is_seen && differs)) seen_differently.insert(id.value);
    }
    EXPECT_EQ(told[Kind::kComment], seen_differently);
    for (std::uint64_t id = 1; id <= kStories; ++id) {
      const auto open = [&](const MemoryConversations& view) {
        const auto known = view.conversation({id});
        return !known || known->was_open;
      };
      if (open(before) != open(view_)) {
        EXPECT_EQ(told[Kind::kConversation].count(id), 1U);
      }
    }
  }

  // What a reader's comments were before they were deleted counts for the reader.
  void check_counts(const MemoryConversations& before) {
    std::map<core::StoryId, std::uint32_t> published;
    std::map<core::ReaderId, std::pair<std::uint32_t, std::uint32_t>> by_reader;
    for (const auto& [id, comment] : view_.all_comments()) {
      if (comment.state != CommentState::kDeleted)
        last_state_[id] = {comment.reader, comment.state};
      const auto& [by, state] = last_state_[id];
      if (comment.state == CommentState::kPublished) ++published[comment.story];
      if (state == CommentState::kPublished) ++by_reader[by].first;
      if (state == CommentState::kRejected) ++by_reader[by].second;
      const auto reports = view_.reports(id);
      EXPECT_EQ(comment.reports, std::count_if(reports.begin(), reports.end(),
                                               [](const auto& r) { return !r.decided; }));
      std::uint32_t votes = 0;
      for (std::uint64_t r = 1; r <= readers_; ++r) votes += view_.has_voted(id, {r}) ? 1U : 0U;
      EXPECT_EQ(comment.votes, votes);
      const bool is_restricted =
          comment.state == CommentState::kHeld || comment.state == CommentState::kRejected;
      if (is_restricted) {
        EXPECT_FALSE(comment.statement.empty());
        EXPECT_FALSE(view_.rulings(id).empty());
      }
    }
    for (std::uint64_t id = 1; id <= kStories; ++id) {
      const auto known = view_.conversation({id});
      EXPECT_EQ(known ? known->published : 0, published[{id}]);
    }
    for (std::uint64_t id = 1; id <= readers_; ++id) {
      const auto known = view_.reader({id});
      if (!known) continue;
      EXPECT_EQ(known->published, by_reader[{id}].first) << "reader " << id;
      EXPECT_EQ(known->rejected, by_reader[{id}].second) << "reader " << id;
    }
    EXPECT_GE(view_.last_sequence(), before.last_sequence());
  }

  void check_answers() const {
    for (std::uint64_t id = 1; id <= kStories; ++id) {
      for (const auto& follower : view_.followers({id}, std::nullopt, 100)) {
        const auto answers =
            follower.replies ? untold_answers(view_, follower) : std::vector<Comment>();
        EXPECT_EQ(follower.unseen, answers.size());
        EXPECT_EQ(follower.reply, answers.empty() ? core::CommentId{} : answers.back().id);
      }
    }
  }

  SeededRandom random_;
  core::Site site_;
  MemoryConversations view_;
  Time now_ = *parse_rfc3339("2026-11-23T09:41:00Z");
  std::uint64_t made_ = 0;
  std::uint64_t readers_ = kReaders;  // the last kReaders of them are about
  core::CommentId last_;
  std::map<core::CommentId, std::pair<core::ReaderId, CommentState>> last_state_;
};

// The numbers say that the commands are not merely refused.
TEST(Commands, KeepCountsAndEventsTrueInAnyOrder) {
  int accepted = 0;
  int refused = 0;
  int posted = 0;
  int told_several = 0;
  for (std::uint64_t seed = 1; seed <= 20 && !::testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomCommands commands(seed);
    for (int i = 0; i < 400 && !::testing::Test::HasFailure(); ++i) commands.step();
    accepted += commands.accepted;
    refused += commands.refused;
    posted += commands.posted;
    told_several += commands.told_several;
  }
  RecordProperty("posted", posted);
  RecordProperty("told_several", told_several);
  if (::testing::Test::HasFailure()) return;
  EXPECT_GT(accepted, 2000);
  EXPECT_GT(refused, 1000);
  EXPECT_GT(posted, 500);
  EXPECT_GT(told_several, 10);
}

}  // namespace
}  // namespace tocsin::conversation
