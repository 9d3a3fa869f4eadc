// SPDX-License-Identifier: Apache-2.0
#include "tocsin/base/check.h"
#include "tocsin/guard/puzzle.h"

// Nothing that a stranger makes up is taken for a challenge of ours; a challenge of ours that is
// changed is none.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tocsin;
  using guard::Puzzle;
  static SeededRandom random(1);
  static Puzzle puzzle(random);
  const Time now{Seconds{1'790'000'000}};
  static const std::string ours = puzzle.challenge(now);
  const auto input = as_text({data, size});
  const std::size_t end = input.find('\n');
  const auto challenge = input.substr(0, end);
  const auto nonce = end == std::string_view::npos ? "" : input.substr(end + 1);
  if (challenge != ours) {
    TOCSIN_CHECK(puzzle.check(challenge, nonce, now) == Puzzle::Verdict::kWrong);
  }
  if (size > 1) {
    std::string changed = ours;
    changed[data[0] % changed.size()] = static_cast<char>(data[1]);
    const auto verdict = puzzle.check(changed, nonce, now);
    TOCSIN_CHECK(changed == ours || verdict == Puzzle::Verdict::kWrong);
  }
  return 0;
}
