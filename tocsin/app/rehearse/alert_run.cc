// SPDX-License-Identifier: Apache-2.0
#include "tocsin/app/rehearse/alert_run.h"

#include <algorithm>
#include <cmath>

namespace tocsin::app {
namespace {

double per_second(std::uint64_t count, Millis time) {
  return static_cast<double>(count) * 1000 /
         static_cast<double>(std::max<std::int64_t>(1, time.count()));
}

}  // namespace

void AlertClock::add(Millis after, std::uint64_t accepted) {
  if (accepted > this->accepted()) samples_.emplace_back(after, accepted);
}

std::optional<Millis> AlertClock::within(double share, std::uint64_t whole) const {
  const double exactly = share * static_cast<double>(whole);
  // A hair less, so that rounding of the share does not ask for one more.
  const auto needed =
      std::max<std::uint64_t>(1, static_cast<std::uint64_t>(std::ceil(exactly - 1e-6)));
  const auto found = std::lower_bound(
      samples_.begin(), samples_.end(), needed,
      [](const auto& sample, std::uint64_t count) { return sample.second < count; });
  if (found == samples_.end()) return std::nullopt;
  return found->first;
}

double AlertClock::rate() const {
  return samples_.empty() ? 0 : per_second(accepted(), samples_.back().first);
}

double ServiceView::rate_to_tell() const {
  return ended ? per_second(standings.reached, *ended) : rate;
}

std::uint64_t AlertRun::undecided() const {
  return totals.recipients - totals.accepted - totals.gone - totals.rejected - totals.failed -
         totals.expired - totals.suppressed;
}

const AlertRun* slowest(const std::vector<AlertRun>& alerts) {
  const auto found =
      std::max_element(alerts.begin(), alerts.end(), [](const AlertRun& a, const AlertRun& b) {
        return a.clock.within(1).value_or(Millis(0)) < b.clock.within(1).value_or(Millis(0));
      });
  return found == alerts.end() ? nullptr : &*found;
}

}  // namespace tocsin::app
