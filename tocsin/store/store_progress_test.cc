// SPDX-License-Identifier: Apache-2.0
#include "tocsin/store/store_fixture.h"

namespace tocsin::store {
namespace {

using newsroom::sample::kNow;

class StoreProgress : public ::testing::Test {
 protected:
  Status save(const fanout::Plan& plan) {
    return wait_for<std::monostate>(
        [&](auto done) { store_->progress().save_plan(plan, std::move(done)); });
  }
  Status save(const fanout::Checkpoint& checkpoint) {
    return wait_for<std::monostate>(
        [&](auto done) { store_->progress().save_checkpoint(checkpoint, std::move(done)); });
  }
  Status finish(const fanout::Checkpoint& checkpoint) {
    return wait_for<std::monostate>(
        [&](auto done) { store_->progress().save_finished(checkpoint, std::move(done)); });
  }
  std::vector<fanout::Unfinished> unfinished() {
    auto loaded = store_->progress().load_unfinished();
    EXPECT_TRUE(loaded) << loaded.error().message;
    return loaded ? *std::move(loaded) : std::vector<fanout::Unfinished>();
  }

  TemporaryFolder folder_;
  std::unique_ptr<Store> store_ = open_store(folder_.path());
};

fanout::Plan plan(std::uint64_t alert) {
  fanout::Plan out;
  out.progress.alert = core::AlertId{alert};
  out.progress.started = kNow;
  out.progress.totals.recipients = 3;
  out.recipients.resize(core::kPartitions);
  out.recipients[0] = {1, 2, 3};
  out.recipients[63] = Bytes(5000, 7);
  return out;
}

TEST_F(StoreProgress, KeepsPlansAcrossARestart) {
  ASSERT_TRUE(save(plan(52)));
  ASSERT_TRUE(save(plan(51)));
  store_.reset();
  store_ = open_store(folder_.path());
  const auto all = unfinished();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].progress, plan(51).progress);
  EXPECT_EQ(all[0].recipients, plan(51).recipients);
  EXPECT_EQ(all[0].outcomes, std::vector<Bytes>(core::kPartitions));
}

TEST_F(StoreProgress, RefusesASecondPlanForOneAlert) {
  ASSERT_TRUE(save(plan(51)));
  EXPECT_EQ(save(plan(51)).error().code, Errc::kConflict);
  EXPECT_EQ(unfinished().size(), 1u);
}

TEST_F(StoreProgress, ReplacesTheOutcomesOfTheNamedPartitions) {
  ASSERT_TRUE(save(plan(51)));
  auto progress = plan(51).progress;
  progress.totals.accepted = 2;
  ASSERT_TRUE(save(fanout::Checkpoint{progress, {{0, {9}}, {1, {8}}}}));
  progress.totals.accepted = 3;
  ASSERT_TRUE(save(fanout::Checkpoint{progress, {{0, {9, 9}}}}));
  const auto all = unfinished();
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].progress, progress);
  EXPECT_EQ(all[0].outcomes[0], (Bytes{9, 9}));
  EXPECT_EQ(all[0].outcomes[1], Bytes{8});
  EXPECT_EQ(all[0].recipients, plan(51).recipients);
}

TEST_F(StoreProgress, TellsOfFinishedBroadcastsToo) {
  ASSERT_TRUE(save(plan(51)));
  auto progress = plan(51).progress;
  progress.totals.accepted = 3;
  progress.finished = kNow + Seconds{1};
  ASSERT_TRUE(finish({progress, {{0, {9}}}}));
  EXPECT_TRUE(unfinished().empty());
  EXPECT_EQ(**store_->progress().load_progress(core::AlertId{51}), progress);
  EXPECT_FALSE(*store_->progress().load_progress(core::AlertId{52}));
}

TEST_F(StoreProgress, RefusesACheckpointWithoutAPlan) {
  EXPECT_EQ(save(fanout::Checkpoint{plan(51).progress, {}}).error().code, Errc::kNotFound);
}

}  // namespace
}  // namespace tocsin::store
