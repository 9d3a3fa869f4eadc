// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "tocsin/base/clock.h"

// How often a feed brings something, and what follows from it for how often to look.
namespace tocsin::ingest {

// The wait that a rhythm gives lies between these: for feeds of strangers, and for our own.
inline constexpr Seconds kStrangerWaitMin{120};
inline constexpr Seconds kStrangerWaitMax{3'600};
inline constexpr Seconds kOwnWaitMin{15};
inline constexpr Seconds kOwnWaitMax{60};

// Learnt from what a feed brought. Both means are exponentially weighted: the last eight times
// that there was news make two thirds of them.
struct Rhythm {
  Seconds gap{0};      // from one time there was news to the next; 0: not known
  double at_once = 0;  // fresh items found together; 0: not known
  Time last_news{};    // 1970: never

  bool operator==(const Rhythm&) const = default;
};

// What the publish times of a feed's first document tell, those that are not after `now`.
Rhythm first_rhythm(std::vector<Time> published, Time now);

// `fresh` items, at least one, were found at `now`.
void learn(Rhythm& rhythm, std::size_t fresh, Time now);

// How long to leave the feed alone: a quarter of its gap, or of its present silence if that is
// longer, within the limits above. So a feed is looked at four times for each news, and a feed
// that falls silent ever more seldom.
Seconds wait_of(const Rhythm& rhythm, bool own, Time now);

// How many fresh items at once are no wonder, when the last look was `since` ago: four times what
// is usual in that time. 0: nothing is known.
std::size_t plausible_items(const Rhythm& rhythm, Seconds since);

}  // namespace tocsin::ingest
