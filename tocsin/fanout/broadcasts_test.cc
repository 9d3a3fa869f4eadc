// SPDX-License-Identifier: Apache-2.0
#include "tocsin/fanout/broadcasts.h"

#include <algorithm>
#include <deque>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tocsin::fanout {
namespace {

using core::Importance;
using core::Outcome;
using testing::IsEmpty;

constexpr core::SiteId kSite{1};
const std::string kFcm = "https://fcm.googleapis.com";
const std::string kMozilla = "https://updates.push.services.mozilla.com";

// Keeps what is saved and calls back when told.
class FakeStore final : public ProgressStore {
 public:
  void save_plan(Plan plan, Done done) override {
    Unfinished& kept = unfinished[plan.progress.alert];
    kept = {plan.progress, plan.recipients, std::vector<Bytes>(core::kPartitions)};
    calls.push_back(std::move(done));
  }
  void save_checkpoint(Checkpoint checkpoint, Done done) override {
    Unfinished& kept = unfinished[checkpoint.progress.alert];
    kept.progress = checkpoint.progress;
    for (auto& [partition, outcomes] : checkpoint.changed) {
      kept.outcomes[partition] = std::move(outcomes);
    }
    ++checkpoints;
    calls.push_back(std::move(done));
  }
  void save_finished(Checkpoint last, Done done) override {
    save_checkpoint(last, std::move(done));
    finished[last.progress.alert] = last.progress;
  }
  Result<std::vector<Unfinished>> load_unfinished() override {
    std::vector<Unfinished> out;
    for (const auto& [alert, kept] : unfinished) {
      if (!finished.contains(alert)) out.push_back(kept);
    }
    return out;
  }
  Result<std::optional<Progress>> load_progress(core::AlertId alert) override {
    const auto found = unfinished.find(alert);
    if (found == unfinished.end()) return std::optional<Progress>();
    return std::optional(found->second.progress);
  }
  void answer(const Status& status = ok()) {
    for (const Done& done : std::exchange(calls, {})) done(status);
  }

  std::map<core::AlertId, Unfinished> unfinished;
  std::map<core::AlertId, Progress> finished;
  std::deque<Done> calls;
  int checkpoints = 0;
};

class FakeDispatch final : public Dispatch {
 public:
  void send(core::Batch batch) override { batches.push_back(std::move(batch)); }
  void stop() override { is_stopped = true; }
  std::size_t messages() const {
    std::size_t out = 0;
    for (const auto& batch : batches) out += batch.messages.size();
    return out;
  }

  std::deque<core::Batch> batches;
  bool is_stopped = false;
};

struct BroadcastsTest : testing::Test {
  FakeClock clock{Time(Seconds(1'795'000'000))};
  SubscriptionTable table;
  FakeStore store;
  FakeDispatch dispatch;
  std::vector<core::SubscriptionId> gone;
  std::vector<Progress> finished;
  std::uint32_t slots = 0;
  core::Site site;
  core::Story story;
  core::Alert alert;
  std::unique_ptr<Broadcasts> broadcasts;

  BroadcastsTest() {
    site = {.id = kSite, .base_url = "https://news.example"};
    story.id = core::StoryId{2};
    story.site = kSite;
    alert.id = core::AlertId{3};
    alert.title = "Quake";
    alert.created = clock.now();
    begin({});
  }

  void begin(const Broadcasts::Settings& settings) {
    broadcasts = std::make_unique<Broadcasts>(
        Broadcasts::Ports{clock, table, store, dispatch}, settings,
        Broadcasts::Events{
            .on_gone =
                [this](std::vector<core::SubscriptionId> ids, Time) {
                  gone.insert(gone.end(), ids.begin(), ids.end());
                  for (const auto& id : ids) table.retire(id);
                },
            .on_finished = [this](const Progress& progress) { finished.push_back(progress); },
            .wake_at = [](Instant) {}});
  }

  core::SubscriptionId add(int number, const std::string& origin = kFcm) {
    core::Subscription added;
    added.endpoint = origin + "/p/" + std::to_string(number);
    added.id = core::subscription_id(added.endpoint);
    added.site = kSite;
    added.vapid_key = core::VapidKeyId{9};
    EXPECT_TRUE(table.upsert(added, ++slots));
    return added.id;
  }
  void add_many(int count, const std::string& origin = kFcm) {
    for (int i = 0; i < count; ++i) add(static_cast<int>(slots), origin);
  }

  void start() {
    ASSERT_TRUE(broadcasts->start(alert, story, site));
    store.answer();
  }
  // Lets every message that was sent come to this end.
  void decide_all(Outcome outcome) {
    std::map<std::string, core::Decisions> by_origin;
    for (const auto& batch : std::exchange(dispatch.batches, {})) {
      core::Decisions& news = by_origin[batch.origin];
      news.origin = batch.origin;
      for (const auto& message : batch.messages) {
        news.decisions.push_back({message.token, outcome});
      }
    }
    for (const auto& [origin, news] : by_origin) broadcasts->on_decisions(news);
  }
  // Until nothing is left to send and all is saved.
  void run_out(Outcome outcome) {
    while (!dispatch.batches.empty() || !store.calls.empty()) {
      decide_all(outcome);
      pass(Seconds(2));
    }
  }
  void pass(Millis time) {
    clock.advance(time);
    broadcasts->on_time();
    store.answer();
  }
};

TEST_F(BroadcastsTest, SendsNothingBeforeThePlanIsOnDisk) {
  add_many(3);
  ASSERT_TRUE(broadcasts->start(alert, story, site));
  EXPECT_EQ(dispatch.messages(), 0u);
  EXPECT_EQ(store.unfinished[alert.id].progress.totals.recipients, 3u);
  store.answer();
  EXPECT_EQ(dispatch.messages(), 3u);
}

TEST_F(BroadcastsTest, PlansAgainWhenThePlanCouldNotBeSaved) {
  add_many(3);
  ASSERT_TRUE(broadcasts->start(alert, story, site));
  store.answer(Error{Errc::kUnavailable, "disk full"});
  EXPECT_EQ(dispatch.messages(), 0u);
  EXPECT_THAT(store.calls, IsEmpty());
  pass(Seconds(1));
  EXPECT_EQ(dispatch.messages(), 3u);
}

TEST_F(BroadcastsTest, EndsWithTotalsThatAddUp) {
  add(1);
  add(2, kMozilla);
  start();
  EXPECT_EQ(broadcasts->start(alert, story, site).error().code, Errc::kConflict);
  clock.advance(Millis(250));
  decide_all(Outcome::kAccepted);
  store.answer();  // what one service's answer made
  store.answer();
  ASSERT_EQ(finished.size(), 1u);
  EXPECT_TRUE(finished[0].totals.add_up());
  EXPECT_EQ(finished[0].totals.accepted, 2u);
  EXPECT_EQ(finished[0].services.at("fcm").accepted, 1u);
  EXPECT_EQ(finished[0].services.at("mozilla").recipients, 1u);
  EXPECT_EQ(finished[0].first_accepted, alert.created + Millis(250));
  EXPECT_THAT(broadcasts->running(), IsEmpty());
  EXPECT_EQ(**broadcasts->progress(alert.id), finished[0]);
  EXPECT_EQ(broadcasts->outstanding(), 0u);
}

TEST_F(BroadcastsTest, EndsAtOnceWithoutRecipients) {
  start();
  store.answer();
  ASSERT_EQ(finished.size(), 1u);
  EXPECT_TRUE(finished[0].totals.add_up());
}

TEST_F(BroadcastsTest, KeepsABoundedNumberOutstandingAtEachService) {
  begin({.untried_max = 10, .outstanding_max = 15, .batch_messages_max = 4});
  add_many(100, kFcm);
  add_many(5, kMozilla);
  start();
  EXPECT_EQ(dispatch.messages(), 15u);

  // What was tried and waits makes room for others, up to the second bound.
  core::Decisions waits{.origin = kFcm};
  for (const auto& batch : dispatch.batches) {
    if (batch.origin != kFcm) continue;
    for (const auto& message : batch.messages) {
      waits.decisions.push_back({message.token, Outcome::kThrottled});
    }
  }
  broadcasts->on_decisions(waits);
  EXPECT_EQ(broadcasts->outstanding(), 20u);
  for (auto& decision : waits.decisions) decision = {decision.token, Outcome::kAccepted, true};
  broadcasts->on_decisions(waits);
  EXPECT_EQ(broadcasts->outstanding(), 15u);
}

TEST_F(BroadcastsTest, SuppressesThoseWhoUnsubscribedMeanwhile) {
  begin({.untried_max = 1, .outstanding_max = 1});
  const auto first = add(1);
  const auto second = add(2);
  start();
  table.retire(first);
  table.retire(second);
  run_out(Outcome::kAccepted);
  ASSERT_EQ(finished.size(), 1u);
  EXPECT_EQ(finished[0].totals.accepted, 1u);
  EXPECT_EQ(finished[0].totals.suppressed, 1u);
  EXPECT_EQ(finished[0].suppressed_because.at("unsubscribed"), 1u);
}

TEST_F(BroadcastsTest, SavesACheckpointAtMostEvery200Milliseconds) {
  begin({.untried_max = 2, .outstanding_max = 2});
  add_many(100);
  start();
  for (int i = 0; i < 40; ++i) {
    decide_all(Outcome::kAccepted);
    pass(Millis(10));
  }
  EXPECT_GE(store.checkpoints, 2);
  EXPECT_LE(store.checkpoints, 4);
}

TEST_F(BroadcastsTest, ResumesWithTheRestAfterARestart) {
  begin({.untried_max = 30, .outstanding_max = 30});
  add_many(100);
  start();
  std::set<std::string> accepted;
  for (const auto& batch : dispatch.batches) {
    for (const auto& message : batch.messages) accepted.emplace(batch.path(message));
  }
  decide_all(Outcome::kAccepted);
  pass(Seconds(1));
  dispatch.batches.clear();

  begin({});
  const auto unfinished = store.load_unfinished();
  ASSERT_EQ(unfinished->size(), 1u);
  ASSERT_TRUE(broadcasts->resume(unfinished->front(), alert, story, site));
  EXPECT_EQ(dispatch.messages(), 70u);
  for (const auto& batch : dispatch.batches) {
    for (const auto& message : batch.messages) {
      EXPECT_FALSE(accepted.contains(std::string(batch.path(message))));
    }
  }
  run_out(Outcome::kAccepted);
  ASSERT_EQ(finished.size(), 1u);
  EXPECT_EQ(finished[0].totals.accepted, 100u);
  EXPECT_EQ(finished[0].services.at("fcm").accepted, 100u);
}

TEST_F(BroadcastsTest, SuppressesThoseWhoAreMissingAfterARestart) {
  add_many(10);
  start();
  table = SubscriptionTable();
  slots = 0;
  add_many(4);
  begin({});
  ASSERT_TRUE(broadcasts->resume(store.load_unfinished()->front(), alert, story, site));
  EXPECT_EQ(dispatch.messages(), 10u + 4u) << "four are sent again";
  EXPECT_EQ((*broadcasts->progress(alert.id))->totals.suppressed, 6u);
}

TEST_F(BroadcastsTest, RefusesToResumeFromWhatDoesNotFitTogether) {
  add_many(10);
  start();
  Unfinished saved = store.load_unfinished()->front();
  begin({});
  Unfinished wrong = saved;
  wrong.progress.totals.recipients = 11;
  EXPECT_EQ(broadcasts->resume(wrong, alert, story, site).error().code, Errc::kCorrupt);
  wrong = saved;
  wrong.recipients.pop_back();
  EXPECT_EQ(broadcasts->resume(wrong, alert, story, site).error().code, Errc::kCorrupt);
  wrong = saved;
  wrong.outcomes[0] = {1, 2, 3};
  EXPECT_EQ(broadcasts->resume(wrong, alert, story, site).error().code, Errc::kCorrupt);
}

TEST_F(BroadcastsTest, RetiresTheGoneOnceTheVerdictIsOnDisk) {
  const auto lost = add(1);
  start();
  decide_all(Outcome::kGone);
  EXPECT_THAT(gone, IsEmpty());
  store.answer();
  EXPECT_THAT(gone, testing::ElementsAre(lost));
}

TEST_F(BroadcastsTest, RetiresNobodyWhereAServiceSaysGoneToManyOfItsSubscriptions) {
  add_many(1'000, kFcm);
  add_many(30, kMozilla);
  start();
  run_out(Outcome::kGone);
  ASSERT_EQ(finished.size(), 1u);
  EXPECT_EQ(finished[0].totals.gone, 1'030u);
  EXPECT_THAT(gone, IsEmpty());
}

TEST_F(BroadcastsTest, RetiresAUsualShare) {
  add_many(1'000);
  start();
  int number = 0;
  core::Decisions news{.origin = kFcm};
  for (const auto& batch : std::exchange(dispatch.batches, {})) {
    for (const auto& message : batch.messages) {
      news.decisions.push_back(
          {message.token, ++number % 25 == 0 ? Outcome::kGone : Outcome::kAccepted});
    }
  }
  broadcasts->on_decisions(news);
  store.answer();
  EXPECT_EQ(gone.size(), 40u);
}

TEST_F(BroadcastsTest, LooksAtWhatComesBackBeforeAllIsGivenToTheSenders) {
  add_many(10'000, kFcm);
  add_many(10'000, kMozilla);
  start();
  EXPECT_GE(dispatch.messages(), 8'192u);
  EXPECT_LT(dispatch.messages(), 16'384u);
  std::set<std::string> services;
  for (const auto& batch : dispatch.batches) services.insert(batch.origin);
  EXPECT_EQ(services.size(), 2u) << "each has its turn";
  while (dispatch.messages() < 20'000u) {
    const auto before = dispatch.messages();
    broadcasts->on_time();
    ASSERT_GT(dispatch.messages(), before);
  }
}

TEST_F(BroadcastsTest, SendsBreakingNewsThoughLesserNewsFillsTheQueues) {
  begin({.untried_max = 10, .outstanding_max = 10});
  add_many(50);
  alert.importance = Importance::kMinor;
  start();
  EXPECT_EQ(dispatch.messages(), 10u);
  alert.id = core::AlertId{4};
  alert.importance = Importance::kBreaking;
  start();
  EXPECT_EQ(dispatch.messages(), 20u);
  EXPECT_EQ(dispatch.batches.back().payload->importance, Importance::kBreaking);
}

TEST_F(BroadcastsTest, StopsOnceWhatTheSendersHoldIsDecidedAndOnDisk) {
  begin({.untried_max = 30, .outstanding_max = 30});
  add_many(100);
  start();
  int stops = 0;
  broadcasts->stop([&] { ++stops; });
  EXPECT_TRUE(dispatch.is_stopped);
  EXPECT_EQ(stops, 0) << "the senders hold them still";
  core::Decisions waits{.origin = kFcm};
  core::Decisions ends{.origin = kFcm};
  for (const auto& batch : std::exchange(dispatch.batches, {})) {
    for (const auto& message : batch.messages) {
      if (ends.returned.size() < 10) {
        waits.decisions.push_back({message.token, Outcome::kThrottled});
        ends.returned.push_back({message.token, true});
      } else {
        ends.decisions.push_back({message.token, Outcome::kAccepted});
      }
    }
  }
  broadcasts->on_decisions(waits);
  pass(Seconds(1));
  EXPECT_EQ(stops, 0);
  broadcasts->on_decisions(ends);
  clock.advance(Seconds(1));
  broadcasts->on_time();
  EXPECT_EQ(stops, 0) << "the checkpoint is on its way";
  store.answer();
  EXPECT_EQ(stops, 1);
  pass(Seconds(1));
  EXPECT_EQ(stops, 1);
  EXPECT_EQ(dispatch.messages(), 0u);

  begin({});
  ASSERT_TRUE(broadcasts->resume(store.load_unfinished()->front(), alert, story, site));
  EXPECT_EQ(dispatch.messages(), 80u) << "70 that were never given, and 10 that came back";
}

TEST_F(BroadcastsTest, StopsAtOnceWhenNothingIsBeingSent) {
  bool is_stopped = false;
  broadcasts->stop([&] { is_stopped = true; });
  EXPECT_TRUE(is_stopped);
  add_many(3);
  start();
  EXPECT_EQ(dispatch.messages(), 0u);
  EXPECT_EQ(store.load_unfinished()->size(), 1u) << "for the next start";
}

TEST_F(BroadcastsTest, SavesAgainBeforeItStops) {
  add_many(3);
  start();
  bool is_stopped = false;
  broadcasts->stop([&] { is_stopped = true; });
  decide_all(Outcome::kAccepted);
  store.answer(Error{Errc::kUnavailable, "disk full"});
  EXPECT_FALSE(is_stopped);
  pass(Seconds(1));
  EXPECT_TRUE(is_stopped);
  EXPECT_EQ(finished.size(), 1u);
}

TEST_F(BroadcastsTest, SendsWithMaterialWhereThereIsSomeUnlessTheSiteWantsAKeyPairForEach) {
  const auto with = add(1);
  add(2);
  crypto::PublicKey sender{};
  sender[0] = 4;
  ASSERT_TRUE(table.set_material(*table.find(with), sender, webpush::KeyMaterial{}));
  start();
  std::size_t warm = 0;
  std::size_t cold = 0;
  for (const auto& batch : std::exchange(dispatch.batches, {})) {
    warm += batch.materials.size();
    cold += batch.recipients.size();
    if (!batch.materials.empty()) {
      EXPECT_EQ(batch.sender, sender);
    }
  }
  EXPECT_EQ(warm, 1u);
  EXPECT_EQ(cold, 1u);

  site.per_message_keys = true;
  alert.id = core::AlertId{4};
  start();
  for (const auto& batch : dispatch.batches) EXPECT_TRUE(batch.materials.empty());
  EXPECT_EQ(dispatch.messages(), 2u);
}

TEST_F(BroadcastsTest, SendsATestToOneSubscription) {
  const auto id = add(1);
  add(2);
  std::optional<Outcome> outcome;
  ASSERT_TRUE(broadcasts->send_test(alert, story, site, id, [&](Outcome o) { outcome = o; }));
  ASSERT_EQ(dispatch.messages(), 1u);
  EXPECT_EQ(dispatch.batches[0].path(dispatch.batches[0].messages[0]), "/p/1");
  const auto token = dispatch.batches[0].messages[0].token;
  broadcasts->on_decisions({.origin = kFcm, .decisions = {{token, Outcome::kThrottled}}});
  EXPECT_FALSE(outcome);
  broadcasts->on_decisions({.origin = kFcm, .decisions = {{token, Outcome::kAccepted, true}}});
  EXPECT_EQ(outcome, Outcome::kAccepted);
  EXPECT_TRUE(store.unfinished.empty());

  table.retire(id);
  EXPECT_EQ(broadcasts->send_test(alert, story, site, id, [](Outcome) {}).error().code,
            Errc::kNotFound);
}

}  // namespace
}  // namespace tocsin::fanout
