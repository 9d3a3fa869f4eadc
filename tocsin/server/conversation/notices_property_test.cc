// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tocsin/base/random.h"
#include "tocsin/conversation/answers.h"
#include "tocsin/newsroom/memory_content.h"
#include "tocsin/newsroom/sample.h"
#include "tocsin/server/conversation/notices.h"

// Comments are posted, held, released, edited, rejected and deleted in any order while devices are
// told of them: each answer is told to who was answered, and once.
namespace tocsin::server {
namespace {

namespace sample = newsroom::sample;

using core::CommentId;
using core::CommentState;
using core::ReaderId;
using Ids = std::set<CommentId>;

constexpr core::StoryId kStory{41};
constexpr std::uint64_t kReaders = 4;
// One hears of answers, one of every comment, one of both.
constexpr ReaderId kAnswers{1};
constexpr ReaderId kEvery{2};
constexpr ReaderId kBoth{3};

core::SubscriptionId device(ReaderId reader) {
  core::SubscriptionId out{};
  out.back() = static_cast<std::uint8_t>(reader.value);
  return out;
}

class Evening {
 public:
  explicit Evening(std::uint64_t seed) : random_(seed) {
    auto site = sample::site();
    site.comments.is_offered = true;
    site.comments.newcomer_comments = 0;
    site.comments.edit_minutes = 60;
    site.comments.reports_hold = 1;
    site.comments.suspect_words = {"suspect"};
    content_.write(site);
    content_.write(sample::story(41));
    for (std::uint64_t id = 1; id <= kReaders; ++id) {
      content_.write(core::Reader{
          .id = {id}, .site = site.id, .name = "Reader", .device = device(ReaderId{id})});
    }
    for (const auto id : {kAnswers, kEvery, kBoth}) {
      apply(conversation::Follow{{.story = kStory,
                                  .device = device(id),
                                  .reader = id,
                                  .replies = id != kEvery,
                                  .all = id != kAnswers}});
    }
    start();
  }

  void step() {
    switch (random_.below(12)) {
      case 0:
      case 1:
        return moderate(CommentState::kPublished);
      case 2:
        return moderate(CommentState::kRejected);
      case 3:
        return apply(conversation::EditComment{some(), writer(), text(), {}});
      case 4:
        return apply(conversation::ReportComment{
            {.id = {++made_}, .comment = some(), .reader = {1 + random_.below(kReaders)}}});
      case 5:
        if (random_.below(6) == 0) start();
        return apply(conversation::DeleteComment{some(), writer()});
      case 6:
      case 7:
        return answer(random_.below(4) != 0);
      case 8:
        return wait();
      default:
        return post();
    }
  }
  // Long enough for everything that waits.
  void finish() {
    for (int i = 0; i < 20; ++i) {
      while (!sent_.empty()) answer(true);
      clock_.advance(Notices::kAllGap);
      run();
    }
    for (const auto id : {kAnswers, kBoth}) EXPECT_EQ(untold(id), Ids{});
    for (const auto id : {kEvery, kBoth}) {
      for (const auto comment : unheard_[id]) {
        EXPECT_EQ(content_.comment(comment)->reader, id) << "only one's own may stay untold";
      }
    }
    EXPECT_TRUE(sent_.empty());
  }

  int told = 0;
  int told_several = 0;

 private:
  struct Sent {
    ReaderId to;
    Ids answers;
    Ids heard;
    Notices::Sent done;
  };

  // A process begins; what it had sent before and was not answered is not known to have come.
  void start() {
    sent_.clear();
    notices_.emplace(
        Notices::Ports{content_, clock_,
                       [this](const core::Alert& alert, const core::Story&,
                              const core::SubscriptionId& to, Notices::Sent done) {
                         send(alert, ReaderId{to.back()}, std::move(done));
                         return true;
                       },
                       [this](const conversation::NoteTold& note) { notes_.push_back(note); }});
  }
  void send(const core::Alert& alert, ReaderId to, Notices::Sent done) {
    Sent sent{.to = to, .done = std::move(done)};
    if (alert.title == "New comments") {
      EXPECT_NE(unheard_[to], Ids{}) << "there is nothing";
      sent.heard = unheard_[to];
    } else {
      sent.answers = untold(to);
      const auto count = sent.answers.size();
      EXPECT_TRUE(alert.title.starts_with(count == 1 ? "Reader answered"
                                                     : std::to_string(count) + " answers"))
          << alert.title << ", and " << count << " were not told";
      const auto last =
          content_.comment(*CommentId::parse(alert.url.substr(alert.url.rfind('/') + 1)));
      ASSERT_TRUE(last && sent.answers.contains(last->id)) << alert.url;
      for (const auto id : unheard_[to]) {
        if (shown_.at(id) <= last->announced) sent.heard.insert(id);
      }
    }
    sent_.push_back(std::move(sent));
  }
  void answer(bool is_accepted) {
    if (sent_.empty()) return;
    const auto at = sent_.begin() + static_cast<std::ptrdiff_t>(random_.below(sent_.size()));
    const Sent sent = std::move(*at);
    sent_.erase(at);
    if (is_accepted) {
      for (const auto id : sent.answers) {
        EXPECT_TRUE(told_[sent.to].insert(id).second) << "told twice: " << id.text();
      }
      for (const auto id : sent.heard) unheard_[sent.to].erase(id);
      ++told;
      if (sent.answers.size() > 1) ++told_several;
    }
    sent.done(is_accepted ? core::Outcome::kAccepted : core::Outcome::kFailed);
  }
  void wait() {
    clock_.advance(Seconds(random_.below(90)));
    run();
  }
  // What was told is noted a little later.
  void run() {
    for (const auto& note : std::exchange(notes_, {})) apply(note);
    notices_->run();
  }

  template <class Body>
  void apply(const Body& body) {
    const auto changes =
        conversation::apply(conversation::Context{content_, clock_.now(), "Mo"}, body);
    if (!changes) return;
    for (const auto& change : *changes) {
      std::visit([this](const auto& record) { content_.write(record); }, change);
    }
    for (const auto& comment : content_.comments({.story = kStory})) {
      const bool is_seen = comment.state == CommentState::kPublished;
      if (!is_seen || !shown_.emplace(comment.id, content_.last_sequence()).second) continue;
      for (const auto id : {kEvery, kBoth}) unheard_[id].insert(comment.id);
      notices_->on_comment(kStory);
    }
  }
  void post() {
    conversation::PostComment body;
    body.comment = {
        .id = {++made_}, .story = kStory, .reader = {1 + random_.below(kReaders)}, .text = text()};
    if (random_.below(4) != 0) body.comment.parent = some();
    const bool hears_of_answers = body.comment.reader == kAnswers || body.comment.reader == kBoth;
    body.follow_replies = hears_of_answers && random_.below(2) == 0;
    ids_.push_back(body.comment.id);
    apply(body);
  }
  void moderate(CommentState state) {
    apply(
        conversation::Moderate{.comment = some(), .state = state, .ground = core::Ground::kOther});
  }
  CommentId some() {
    last_ = {};
    if (!ids_.empty())
      last_ = ids_[ids_.size() - 1 - random_.below(std::min<std::size_t>(ids_.size(), 8))];
    return last_;
  }
  ReaderId writer() const {
    const auto known = content_.comment(last_);
    return known ? known->reader : ReaderId{1};
  }
  std::string text() {
    return (random_.below(4) == 0 ? "suspect " : "fine ") + std::to_string(++made_);
  }
  // Answers of others to the reader that are shown and were not told.
  Ids untold(ReaderId reader) const {
    Ids out;
    for (const auto& comment : content_.comments({.story = kStory})) {
      const auto parent = content_.comment(comment.parent);
      const bool is_answer = parent && parent->reader == reader && comment.reader != reader;
      const bool is_seen = comment.state == CommentState::kPublished;
      const auto known = told_.find(reader);
      const bool is_told = known != told_.end() && known->second.contains(comment.id);
      if (is_answer && is_seen && !is_told) out.insert(comment.id);
    }
    return out;
  }

  SeededRandom random_;
  newsroom::MemoryContent content_;
  FakeClock clock_{sample::kNow};
  std::optional<Notices> notices_;
  std::vector<Sent> sent_;
  std::vector<conversation::NoteTold> notes_;
  std::vector<CommentId> ids_;
  CommentId last_;
  std::uint64_t made_ = 0;
  std::map<CommentId, std::uint64_t> shown_;  // first, with this event
  std::map<ReaderId, Ids> told_;
  std::map<ReaderId, Ids> unheard_;
};

TEST(NoticesOfAnEvening, TellEachAnswerOnce) {
  int told = 0;
  int told_several = 0;
  for (std::uint64_t seed = 1; seed <= 200 && !::testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Evening evening(seed);
    for (int i = 0; i < 300 && !::testing::Test::HasFailure(); ++i) evening.step();
    if (!::testing::Test::HasFailure()) evening.finish();
    told += evening.told;
    told_several += evening.told_several;
  }
  if (::testing::Test::HasFailure()) return;
  EXPECT_GT(told, 500);
  EXPECT_GT(told_several, 50);
}

}  // namespace
}  // namespace tocsin::server
