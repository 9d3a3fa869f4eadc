// SPDX-License-Identifier: Apache-2.0
#include "tocsin/deliver/origin_queue.h"

#include <vector>

#include <gtest/gtest.h>

namespace tocsin::deliver {
namespace {

constexpr Instant kStart{Seconds(1'000)};

Job job_of(std::uint64_t token, core::Importance importance = core::Importance::kMajor,
           Instant deadline = kStart + Seconds(3'600)) {
  auto payload = std::make_shared<core::Payload>();
  payload->importance = importance;
  return {.message = {.token = token}, .payload = payload, .deadline = deadline};
}

struct OriginQueueTest : testing::Test {
  OriginQueue queue{"https://push.example", 1, kStart};

  void put_in_flight(int count) {
    for (int i = 0; i < count; ++i) queue.on_sent();
  }
};

TEST_F(OriginQueueTest, GivesTheMostImportantFirst) {
  queue.add(job_of(1, core::Importance::kMinor));
  queue.add(job_of(2, core::Importance::kMajor));
  queue.add(job_of(3, core::Importance::kBreaking));
  queue.add(job_of(4, core::Importance::kMajor));
  std::vector<std::uint64_t> order;
  while (queue.has_ready(kStart)) order.push_back(queue.take().message.token);
  EXPECT_EQ(order, (std::vector<std::uint64_t>{3, 2, 4, 1}));
}

TEST_F(OriginQueueTest, HoldsWhatIsToBeTriedLaterUntilThen) {
  queue.add_at(kStart + Seconds(5), job_of(1));
  EXPECT_FALSE(queue.has_ready(kStart + Millis(4'999)));
  EXPECT_EQ(queue.next(kStart), kStart + Seconds(5));
  EXPECT_TRUE(queue.has_ready(kStart + Seconds(5)));
}

TEST_F(OriginQueueTest, SendsNothingWhilePaused) {
  queue.add(job_of(1));
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

TEST_F(OriginQueueTest, GivesUpThoseWhoseTimeEndsBeforeThePause) {
  queue.add(job_of(1, core::Importance::kMajor, kStart + Seconds(10)));
  queue.add(job_of(2, core::Importance::kMajor, kStart + Seconds(60)));
  queue.pause(kStart + Seconds(30));
  const auto expired = queue.take_expired(kStart);
  ASSERT_EQ(expired.size(), 1u);
  EXPECT_EQ(expired[0].message.token, 1u);
}

}  // namespace
}  // namespace tocsin::deliver
