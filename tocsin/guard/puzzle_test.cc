// SPDX-License-Identifier: Apache-2.0
#include "tocsin/guard/puzzle.h"

#include <gtest/gtest.h>

namespace tocsin::guard {
namespace {

using Verdict = Puzzle::Verdict;

const Time kNow{Seconds{1'790'000'000}};

bool solves(const std::string& challenge, const std::string& nonce) {
  const int bits = std::stoi(challenge);
  const crypto::Digest digest = crypto::sha256(as_bytes(challenge + ":" + nonce));
  for (int i = 0; i < bits; ++i) {
    const auto at = static_cast<std::size_t>(i);
    if ((digest[at / 8] >> (7 - at % 8) & 1) != 0) return false;
  }
  return true;
}

// The first decimal number that solves it, or that does not.
std::string nonce_for(const std::string& challenge, bool is_solution = true) {
  for (int i = 0;; ++i) {
    if (solves(challenge, std::to_string(i)) == is_solution) return std::to_string(i);
  }
}

class PuzzleTest : public testing::Test {
 protected:
  Verdict solve(Puzzle& puzzle, const std::string& challenge, Time now) {
    return puzzle.check(challenge, nonce_for(challenge), now);
  }

  SeededRandom random_{7};
  Puzzle puzzle_{random_};
};

TEST_F(PuzzleTest, AcceptsASolutionOnce) {
  const std::string challenge = puzzle_.challenge(kNow);
  EXPECT_LE(challenge.size(), Puzzle::kChallengeBytesMax);
  EXPECT_EQ(solve(puzzle_, challenge, kNow), Verdict::kAccepted);
  EXPECT_EQ(solve(puzzle_, challenge, kNow), Verdict::kUsed);
}

TEST_F(PuzzleTest, RefusesAWrongNonceAndStillTakesTheRightOne) {
  const std::string challenge = puzzle_.challenge(kNow);
  EXPECT_EQ(puzzle_.check(challenge, nonce_for(challenge, false), kNow), Verdict::kWrong);
  EXPECT_EQ(puzzle_.check(challenge, "", kNow), Verdict::kWrong);
  EXPECT_EQ(puzzle_.check(challenge, std::string(33, '1'), kNow), Verdict::kWrong);
  EXPECT_EQ(puzzle_.check(challenge, "1\n", kNow), Verdict::kWrong);
  EXPECT_EQ(solve(puzzle_, challenge, kNow), Verdict::kAccepted);
}

TEST_F(PuzzleTest, RefusesWhatItDidNotWrite) {
  const std::string challenge = puzzle_.challenge(kNow);
  for (const std::string& text :
       {std::string(), std::string("."), std::string("1..."), std::string(10'000, '.'),
        "0" + challenge.substr(2), challenge + "A", challenge + "=", challenge.substr(1)}) {
    EXPECT_EQ(puzzle_.check(text, "0", kNow), Verdict::kWrong) << text;
  }
  Puzzle other(random_);
  EXPECT_EQ(solve(other, challenge, kNow), Verdict::kWrong);
}

TEST_F(PuzzleTest, RefusesAChallengeThatIsOld) {
  const std::string challenge = puzzle_.challenge(kNow);
  EXPECT_EQ(solve(puzzle_, challenge, kNow + Puzzle::kLifetime), Verdict::kExpired);
  EXPECT_EQ(solve(puzzle_, challenge, kNow + Puzzle::kLifetime - Millis{1}), Verdict::kAccepted);
}

TEST_F(PuzzleTest, AcceptsNoChallengeTwiceThoughItsMemoryIsFull) {
  Puzzle puzzle(random_, 2);
  const std::string first = puzzle.challenge(kNow);
  EXPECT_EQ(solve(puzzle, first, kNow), Verdict::kAccepted);
  for (int i = 1; i <= 3; ++i) {
    EXPECT_EQ(solve(puzzle, puzzle.challenge(kNow + Seconds{i}), kNow + Seconds{i}),
              Verdict::kAccepted);
  }
  EXPECT_EQ(solve(puzzle, first, kNow + Seconds{4}), Verdict::kExpired);
  EXPECT_EQ(solve(puzzle, first, kNow), Verdict::kExpired);  // the clock set back
}

TEST_F(PuzzleTest, AsksForMoreWhileManyAreSolved) {
  EXPECT_EQ(puzzle_.bits(kNow), 16);
  Time now = kNow;
  for (std::size_t i = 0; i < 60; ++i) {
    EXPECT_EQ(puzzle_.bits(now), 16);
    ASSERT_EQ(solve(puzzle_, puzzle_.challenge(now), now), Verdict::kAccepted);
    now += Millis{500};
  }
  EXPECT_EQ(puzzle_.bits(now), 17);
  EXPECT_EQ(puzzle_.challenge(now).substr(0, 3), "17.");
  EXPECT_EQ(puzzle_.bits(now + Seconds{60}), 16);
}

}  // namespace
}  // namespace tocsin::guard
