// SPDX-License-Identifier: Apache-2.0
#include "tocsin/net/loop.h"

#include <csignal>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace tocsin::net {
namespace {

TEST(Loop, RunsWhatOtherThreadsPostInItsOwn) {
  Loop loop;
  const auto own = std::this_thread::get_id();
  std::thread::id ran_in;
  std::thread other([&] {
    loop.post([&] {
      ran_in = std::this_thread::get_id();
      loop.stop();
    });
  });
  loop.run();
  other.join();
  EXPECT_EQ(ran_in, own);
}

TEST(Loop, RunsTimersInTheirOrder) {
  Loop loop;
  std::vector<int> order;
  const auto second = loop.after(Millis(2), [&] {
    order.push_back(2);
    loop.stop();
  });
  const auto first = loop.after(Millis(1), [&] { order.push_back(1); });
  loop.run();
  EXPECT_EQ(order, (std::vector{1, 2}));
}

TEST(Loop, ForgetsATimerWhoseHandleGoes) {
  Loop loop;
  bool has_run = false;
  auto handle = loop.after(Millis(0), [&] { has_run = true; });
  handle.reset();
  const auto end = loop.after(Millis(2), [&] { loop.stop(); });
  loop.run();
  EXPECT_FALSE(has_run);
}

TEST(Loop, RepeatsUntilTheHandleGoesEvenInItsOwnTask) {
  Loop loop;
  int count = 0;
  Handle handle = loop.every(Millis(1), [&] {
    if (++count == 3) handle.reset();
  });
  const auto end = loop.after(Millis(20), [&] { loop.stop(); });
  loop.run();
  EXPECT_EQ(count, 3);
}

TEST(Loop, HandsSignalsToItsTask) {
  Loop loop;
  int got = 0;
  const auto handle = loop.on_signal({SIGUSR1}, [&](int number) {
    got = number;
    loop.stop();
  });
  loop.post([] { std::raise(SIGUSR1); });
  loop.run();
  EXPECT_EQ(got, SIGUSR1);
}

TEST(LoopThread, RunsWhatItIsToldOnItsThread) {
  LoopThread other;
  std::thread::id on;
  other.call([&] { on = std::this_thread::get_id(); });
  EXPECT_NE(on, std::this_thread::get_id());
  int timed = 0;
  Handle timer;
  other.call([&] { timer = other.loop().after(Millis(0), [&] { ++timed; }); });
  other.stop();
  EXPECT_LE(timed, 1);
}

}  // namespace
}  // namespace tocsin::net
