// SPDX-License-Identifier: Apache-2.0
#include "tocsin/ingest/rhythm.h"

#include <algorithm>
#include <cmath>

#include "tocsin/ingest/feed_state.h"

namespace tocsin::ingest {
namespace {

constexpr double kWeight = 1.0 / 8;  // of what was seen last
constexpr int kLooksPerGap = 4;
constexpr Seconds kGapUnknown{1'200};
constexpr Seconds kGapMax{30 * 86'400};
constexpr std::size_t kFirstTimes = 8;  // older publish times say little of the present
constexpr double kWonder = 4;           // times the usual

Seconds seconds_between(Time earlier, Time later) {
  return std::clamp(std::chrono::duration_cast<Seconds>(later - earlier), Seconds(0), kGapMax);
}

double weighted(double mean, double seen) { return mean + (seen - mean) * kWeight; }

}  // namespace

Rhythm first_rhythm(std::vector<Time> published, Time now) {
  std::erase_if(published, [&](Time time) { return time > now || time == Time{}; });
  std::sort(published.begin(), published.end(), std::greater<>());
  published.erase(std::unique(published.begin(), published.end()), published.end());
  Rhythm out;
  if (published.empty()) return out;
  out.last_news = published.front();
  if (published.size() == 1) return out;
  const std::size_t last = std::min(published.size(), kFirstTimes) - 1;
  out.gap = std::max(Seconds(1), seconds_between(published[last], published.front()) /
                                     static_cast<std::int64_t>(last));
  return out;
}

void learn(Rhythm& rhythm, std::size_t fresh, Time now) {
  const auto count = static_cast<double>(fresh);
  rhythm.at_once = rhythm.at_once == 0 ? count : weighted(rhythm.at_once, count);
  if (rhythm.last_news != Time{}) {
    const auto seen = static_cast<double>(seconds_between(rhythm.last_news, now).count());
    const double gap =
        rhythm.gap == Seconds(0) ? seen : weighted(static_cast<double>(rhythm.gap.count()), seen);
    rhythm.gap = Seconds(std::max<std::int64_t>(1, std::llround(gap)));
  }
  rhythm.last_news = std::max(rhythm.last_news, now);
}

Seconds wait_of(const Rhythm& rhythm, bool own, Time now) {
  const Seconds gap = rhythm.gap == Seconds(0) ? kGapUnknown : rhythm.gap;
  const Seconds silence =
      rhythm.last_news == Time{} ? Seconds(0) : seconds_between(rhythm.last_news, now);
  const Seconds wait = std::max(gap, silence) / kLooksPerGap;
  return own ? std::clamp(wait, kOwnWaitMin, kOwnWaitMax)
             : std::clamp(wait, kStrangerWaitMin, kStrangerWaitMax);
}

std::size_t plausible_items(const Rhythm& rhythm, Seconds since) {
  if (rhythm.at_once == 0 || rhythm.gap == Seconds(0)) return 0;
  const double gaps = static_cast<double>(since.count()) / static_cast<double>(rhythm.gap.count());
  const double usual = rhythm.at_once * std::clamp(gaps, 1.0, 1e6);
  return static_cast<std::size_t>(std::ceil(kWonder * usual));
}

void learn(FeedState& state, std::size_t fresh, Time at) {
  if (fresh == 0) return;
  learn(state.rhythm, fresh, at);
  for (auto& note : state.fetches) {
    if (note.at == at) note.fresh = static_cast<std::uint32_t>(fresh);
  }
}

}  // namespace tocsin::ingest
