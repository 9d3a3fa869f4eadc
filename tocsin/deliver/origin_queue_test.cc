// SPDX-License-Identifier: Apache-2.0
#include "tocsin/deliver/origin_queue.h"

#include <vector>

#include <gtest/gtest.h>

namespace tocsin::deliver {
namespace {

constexpr Instant kStart{Seconds(1'000)};

std::shared_ptr<const Consignment> messages(std::uint64_t first, std::uint64_t count,
                                            core::Importance importance = core::Importance::kMajor,
                                            Instant deadline = kStart + Seconds(3'600)) {
  auto payload = std::make_shared<core::Payload>();
  payload->importance = importance;
  Consignment out{{.payload = payload}, deadline};
  for (auto token = first; token < first + count; ++token) {
    out.batch.add(token, "/", webpush::KeyMaterial{});
  }
  return std::make_shared<const Consignment>(std::move(out));
}

Job job_of(std::uint64_t token) { return {.of = messages(token, 1)}; }

struct OriginQueueTest : testing::Test {
  OriginQueue queue{"https://push.example", 1, kStart};

  void put_in_flight(int count) {
    for (int i = 0; i < count; ++i) queue.on_sent();
  }
};

TEST_F(OriginQueueTest, GivesTheMostImportantFirst) {
  queue.add(messages(1, 1, core::Importance::kMinor));
  queue.add(messages(2, 2, core::Importance::kMajor));
  queue.add(messages(4, 1, core::Importance::kBreaking));
  queue.add(messages(5, 1, core::Importance::kMajor));
  std::vector<std::uint64_t> order;
  while (queue.has_ready(kStart)) order.push_back(queue.take().message().token);
  EXPECT_EQ(order, (std::vector<std::uint64_t>{4, 2, 3, 5, 1}));
}

TEST_F(OriginQueueTest, GivesWhatIsToBeTriedAgainBeforeTheRest) {
  queue.add(messages(1, 2));
  queue.add_first(job_of(7));
  EXPECT_EQ(queue.take().message().token, 7u);
  EXPECT_EQ(queue.take().message().token, 1u);
}

TEST_F(OriginQueueTest, GivesBackEverything) {
  queue.add(messages(1, 3));
  queue.take();
  queue.add_first(job_of(7));
  queue.add_at(kStart + Seconds(5), job_of(8));
  std::vector<std::uint64_t> tokens;
  for (const Job& job : queue.take_all()) tokens.push_back(job.message().token);
  EXPECT_EQ(tokens, (std::vector<std::uint64_t>{7, 2, 3, 8}));
  EXPECT_FALSE(queue.has_ready(kStart + Seconds(5)));
}

TEST_F(OriginQueueTest, HoldsWhatIsToBeTriedLaterUntilThen) {
  queue.add_at(kStart + Seconds(5), job_of(1));
  EXPECT_FALSE(queue.has_ready(kStart + Millis(4'999)));
  EXPECT_EQ(queue.next(kStart), kStart + Seconds(5));
  EXPECT_TRUE(queue.has_ready(kStart + Seconds(5)));
}

TEST_F(OriginQueueTest, SendsNothingWhilePaused) {
  queue.add(messages(1, 1));
  queue.pause(kStart + Seconds(30));
  EXPECT_FALSE(queue.may_send(kStart + Millis(29'999)));
  EXPECT_TRUE(queue.may_send(kStart + Seconds(30)));
}

TEST_F(OriginQueueTest, HalvesItsRateOncePerIncident) {
  const double rate = queue.rate();
  for (int i = 0; i < 100; ++i) queue.pause(kStart + Seconds(30) + Millis(i));
  EXPECT_DOUBLE_EQ(queue.rate(), rate / 2);
}

TEST_F(OriginQueueTest, HalvesTheNumberInFlightOncePerIncident) {
  put_in_flight(100);
  for (int i = 0; i < 60; ++i) queue.on_unprocessed(kStart);
  EXPECT_TRUE(queue.may_send(kStart)) << "40 in flight, 50 allowed";
  put_in_flight(10);
  EXPECT_FALSE(queue.may_send(kStart));
}

TEST_F(OriginQueueTest, KeepsTheNumberInFlightWhereFewAreRefused) {
  put_in_flight(10'000);
  for (int i = 0; i < 300; ++i) queue.on_unprocessed(kStart + Millis(i));
  put_in_flight(300);
  EXPECT_TRUE(queue.may_send(kStart + Millis(300)));
}

TEST_F(OriginQueueTest, RecoversALargeNumberInFlightWithinSomeAnswersOfEach) {
  constexpr int kMany = 16'000;
  put_in_flight(kMany);
  for (int i = 0; i < kMany; ++i) queue.on_unprocessed(kStart);
  int accepted = 0;
  int in_flight = 0;
  for (; in_flight < kMany; ++in_flight) {
    for (; !queue.may_send(kStart); ++accepted) {
      queue.on_accepted();
      queue.on_sent();
    }
    queue.on_sent();
  }
  EXPECT_LE(accepted, 64 * kMany / 2 + kMany);
}

TEST_F(OriginQueueTest, ProbesABrokenServiceWithOneMessage) {
  put_in_flight(10);
  for (int i = 0; i < 9; ++i) EXPECT_FALSE(queue.on_broken(kStart));
  EXPECT_TRUE(queue.on_broken(kStart));
  EXPECT_FALSE(queue.may_send(kStart));
  EXPECT_TRUE(queue.may_send(kStart + Seconds(5)));
  put_in_flight(1);
  EXPECT_FALSE(queue.may_send(kStart + Seconds(5)));
  queue.on_accepted();
  EXPECT_TRUE(queue.may_send(kStart + Seconds(5)));
}

TEST_F(OriginQueueTest, TakesALostConnectionForOneFailure) {
  put_in_flight(200);
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(queue.on_lost(kStart));
  EXPECT_TRUE(queue.may_send(kStart)) << "the others work";
  for (int i = 1; i < 9; ++i) EXPECT_FALSE(queue.on_lost(kStart + i * Millis(100)));
  EXPECT_TRUE(queue.on_lost(kStart + Millis(900))) << "ten in a row are too many";
}

TEST_F(OriginQueueTest, GivesUpThoseWhoseTimeEndsBeforeThePause) {
  queue.add(messages(1, 3, core::Importance::kMajor, kStart + Seconds(10)));
  queue.add(messages(4, 2, core::Importance::kMajor, kStart + Seconds(60)));
  queue.take();
  queue.pause(kStart + Seconds(30));
  const auto expired = queue.take_expired(kStart);
  ASSERT_EQ(expired.size(), 2u);
  EXPECT_EQ(expired[0].message().token, 2u);
  EXPECT_EQ(queue.take().message().token, 4u);
  EXPECT_TRUE(queue.take_expired(kStart + Seconds(2)).empty());
  EXPECT_EQ(queue.take().message().token, 5u);
}

}  // namespace
}  // namespace tocsin::deliver
