// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tocsin/app/rehearse/plan.h"
#include "tocsin/base/clock.h"
#include "tocsin/core/ids.h"
#include "tocsin/core/outcome.h"
#include "tocsin/pushservice/ledger.h"

namespace tocsin::app {

// When how many had accepted, counted from the publication.
class AlertClock {
 public:
  // `accepted` never shrinks, nor does `after`.
  void add(Millis after, std::uint64_t accepted);

  std::uint64_t accepted() const { return samples_.empty() ? 0 : samples_.back().second; }
  // The time within which `share` (0 to 1) of `whole` had accepted; nothing while fewer have.
  std::optional<Millis> within(double share, std::uint64_t whole) const;
  // Of what has accepted so far.
  std::optional<Millis> within(double share) const { return within(share, accepted()); }
  // Acceptances a second until the last of them; 0 without any.
  double rate() const;

 private:
  std::vector<std::pair<Millis, std::uint64_t>> samples_;  // where the count changed
};

// How one push service stands in one alert, as it sees it.
struct ServiceView {
  std::uint64_t recipients = 0;
  pushservice::Standings standings;
  double rate = 0;              // acceptances a second, of late
  std::optional<Millis> ended;  // after the publication, once nobody is waiting any more

  // Of late, or in the mean once it has ended.
  double rate_to_tell() const;
};

// One alert of a rehearsal on its way.
struct AlertRun {
  std::size_t number = 0;  // from 1
  AlertPlan plan;
  core::AlertId id;
  core::StoryId story;
  std::string key;  // its collapse key
  Instant published;
  Time published_at;
  bool has_begun = false;       // the server has planned it
  std::optional<Millis> first;  // accepted, as the server's own record has it
  core::Totals totals;
  AlertClock clock;
  std::optional<Millis> decided;  // all recipients
  bool is_finished = false;       // and that is on disk
  std::vector<ServiceView> services;

  // Those who have no outcome.
  std::uint64_t undecided() const;
};

// The alert whose last acceptance took longest; null without any.
const AlertRun* slowest(const std::vector<AlertRun>& alerts);

// The promise: 90 % within two minutes.
inline constexpr double kPromisedShare = 0.9;
inline constexpr Millis kPromisedWithin{120'000};

}  // namespace tocsin::app
