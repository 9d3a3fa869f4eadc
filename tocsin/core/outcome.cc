// SPDX-License-Identifier: Apache-2.0
#include "tocsin/core/outcome.h"

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

bool Totals::add_up() const {
  return recipients == accepted + gone + rejected + failed + expired + suppressed;
}

}  // namespace tocsin::core
