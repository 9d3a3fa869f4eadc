// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <csignal>

#include <sys/wait.h>
#include <unistd.h>

#include "tocsin/base/random.h"
#include "tocsin/store/store_fixture.h"

// A process that writes without end is killed at random moments; whatever it had acknowledged
// must be there afterwards.
namespace tocsin::store {
namespace {

namespace sample = newsroom::sample;

constexpr std::uint64_t kSeed = 20261123;
constexpr int kRuns = 8;

newsroom::Command put_story(std::uint64_t n) {
  auto command = sample::command(1, newsroom::PutStory{sample::story(n)});
  const auto number = big_endian(n);
  std::copy(number.begin(), number.end(), command.id.begin() + 4);
  return command;
}

// In the child: writes stories and subscriptions from `first` on, and each acknowledged number to
// the pipe, until it is killed.
[[noreturn]] void write_until_killed(const std::string& folder, int pipe, std::uint64_t first) {
  auto store = Store::open({.folder = folder});
  if (!store) _exit(2);
  for (std::uint64_t n = first;; n += 16) {
    std::vector<std::promise<void>> done(32);
    for (std::uint64_t i = 0; i < 16; ++i) {
      const auto acknowledge = [pipe, number = n + i, &promise = done[i]](const auto& result) {
        if (!result || write(pipe, &number, sizeof(number)) != sizeof(number)) _exit(3);
        promise.set_value();
      };
      (*store)->execute(put_story(n + i), acknowledge);
      (*store)->put_subscription(subscription(n + i),
                                 [&promise = done[16 + i]](const auto&) { promise.set_value(); });
    }
    for (auto& promise : done) promise.get_future().wait();
  }
}

// Kills the child after it has acknowledged `count`, and gives back all that it acknowledged.
std::vector<std::uint64_t> acknowledged_until_killed(const std::string& folder, std::uint64_t first,
                                                     std::uint64_t count) {
  std::array<int, 2> ends{};
  TOCSIN_CHECK(pipe(ends.data()) == 0);
  const pid_t child = fork();
  TOCSIN_CHECK(child >= 0);
  if (child == 0) {
    close(ends[0]);
    write_until_killed(folder, ends[1], first);
  }
  close(ends[1]);
  std::vector<std::uint64_t> out;
  std::uint64_t number = 0;
  while (read(ends[0], &number, sizeof(number)) == sizeof(number)) {
    out.push_back(number);
    if (out.size() == count) kill(child, SIGKILL);
  }
  close(ends[0]);
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFSIGNALED(status)) << "the writing process failed: " << status;
  return out;
}

TEST(Crash, LosesNothingThatWasAcknowledged) {
  const TemporaryFolder folder;
  {
    const auto store = open_store(folder.path());
    ASSERT_TRUE(execute(*store, sample::command(1, newsroom::PutSite{sample::site()})));
  }
  SeededRandom random(kSeed);
  std::vector<std::uint64_t> acknowledged;
  for (int run = 0; run < kRuns; ++run) {
    const std::uint64_t first = 1 + static_cast<std::uint64_t>(run) * 1'000'000;
    const auto more = acknowledged_until_killed(folder.path(), first, 1 + random.below(300));
    ASSERT_FALSE(more.empty());
    acknowledged.insert(acknowledged.end(), more.begin(), more.end());

    const auto store = open_store(folder.path());  // checks that the database is sound
    ASSERT_TRUE(store);
    for (const auto n : acknowledged) {
      ASSERT_TRUE(store->reader().content().story(core::StoryId{n})) << "run " << run;
    }
  }
}

}  // namespace
}  // namespace tocsin::store
