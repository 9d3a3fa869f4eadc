// SPDX-License-Identifier: Apache-2.0
#include "tocsin/core/outcome.h"

#include "tocsin/base/check.h"

namespace tocsin::core {

std::string_view text(Outcome outcome) {
  switch (outcome) {
    case Outcome::kAccepted:
      return "accepted";
    case Outcome::kGone:
      return "gone";
    case Outcome::kThrottled:
      return "throttled";
    case Outcome::kRejected:
      return "rejected";
    case Outcome::kFailed:
      return "failed";
    case Outcome::kExpired:
      return "expired";
    case Outcome::kSuppressed:
      return "suppressed";
  }
  return "";
}

bool is_final(Outcome outcome) { return outcome != Outcome::kThrottled; }

void Totals::add(Outcome outcome) {
  switch (outcome) {
    case Outcome::kAccepted:
      ++accepted;
      return;
    case Outcome::kGone:
      ++gone;
      return;
    case Outcome::kRejected:
      ++rejected;
      return;
    case Outcome::kFailed:
      ++failed;
      return;
    case Outcome::kExpired:
      ++expired;
      return;
    case Outcome::kSuppressed:
      ++suppressed;
      return;
    case Outcome::kThrottled:
      break;
  }
  TOCSIN_CHECK(is_final(outcome));
}

bool Totals::add_up() const {
  return recipients == accepted + gone + rejected + failed + expired + suppressed;
}

}  // namespace tocsin::core
