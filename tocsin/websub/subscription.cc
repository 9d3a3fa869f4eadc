// SPDX-License-Identifier: Apache-2.0
#include "tocsin/websub/subscription.h"

namespace tocsin::websub {

std::string_view text(Step step) {
  switch (step) {
    case Step::kAsk:
      return "ask";
    case Step::kAwait:
      return "await";
    case Step::kHold:
      return "hold";
    case Step::kRefused:
      return "refused";
    case Step::kEnd:
      return "end";
    case Step::kAwaitEnd:
      break;
  }
  return "await_end";
}

std::string_view Subscription::state(Time now) const {
  if (is_ending()) return "ending";
  if (is_live(now)) return "verified";
  if (step == Step::kRefused) return "refused";
  return failures > 0 ? "failing" : "asked";
}

}  // namespace tocsin::websub
