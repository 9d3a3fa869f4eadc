// SPDX-License-Identifier: Apache-2.0
#include "tocsin/pushservice/faults.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <optional>
#include <string>

#include "tocsin/pushservice/chance.h"

namespace tocsin::pushservice {
namespace {

struct Row {
  Fault fault;
  std::string_view name;
  int status;
  Deed deed = Deed::kAnswer;
  bool has_retry_after = false;
};
constexpr std::array kRows{
    Row{Fault::kNone, "", 201},
    Row{Fault::kNotFound, "404", 404},
    Row{Fault::kGone, "410", 410},
    Row{Fault::kTooLarge, "413", 413},
    Row{Fault::kThrottled, "429", 429, Deed::kAnswer, true},
    Row{Fault::kThrottledBare, "429-bare", 429},
    Row{Fault::kServerError, "500", 500},
    Row{Fault::kBadGateway, "502", 502},
    Row{Fault::kUnavailable, "503", 503, Deed::kAnswer, true},
    Row{Fault::kUnavailableBare, "503-bare", 503},
    Row{Fault::kDelay, "delay", 201},
    Row{Fault::kStall, "stall", 0, Deed::kStall},
    Row{Fault::kRefuse, "refuse", 0, Deed::kRefuse},
    Row{Fault::kReset, "reset", 201, Deed::kReset},
    Row{Fault::kClose, "close", 201, Deed::kClose},
    Row{Fault::kGoAway, "goaway", 201, Deed::kGoAway},
    Row{Fault::kSlowRead, "slow-read", 201, Deed::kPause},
    Row{Fault::kEverybodyGone, "everybody-gone", 410},
};
static_assert([] {
  for (std::size_t i = 0; i < kRows.size(); ++i) {
    if (kRows[i].fault != static_cast<Fault>(i)) return false;
  }
  return true;
}());

const Row& row_of(Fault fault) { return kRows[static_cast<std::size_t>(fault)]; }

bool is_by_subscription(Fault fault) { return fault == Fault::kNotFound || fault == Fault::kGone; }

std::optional<Millis> parse_millis(std::string_view text) {
  std::uint16_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return Millis(number);
}

}  // namespace

Result<Latency> parse_latency(std::string_view text) {
  const auto dash = text.find('-');
  const auto min = parse_millis(text.substr(0, dash));
  const auto max = dash == text.npos ? min : parse_millis(text.substr(dash + 1));
  if (!min || !max || *min > *max || *max > Answer::kDelayMax) {
    return Error{Errc::kInvalidArgument, "latency: \"" + std::string(text) +
                                             "\" is not MIN-MAX in milliseconds of at most " +
                                             std::to_string(Answer::kDelayMax.count())};
  }
  return Latency{*min, *max};
}

int status_of(Fault fault) { return row_of(fault).status; }
bool has_retry_after(Fault fault) { return row_of(fault).has_retry_after; }
Deed deed_of(Fault fault) { return row_of(fault).deed; }

Result<std::vector<std::pair<Fault, double>>> parse_fault_shares(std::string_view text) {
  std::vector<std::pair<Fault, double>> shares;
  double sum = 0;
  while (!text.empty()) {
    const std::string_view item = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), item.size() + 1));
    const auto colon = item.find(':');
    const auto row = std::find_if(kRows.begin() + 1, kRows.end(), [&](const Row& one) {
      return one.name == item.substr(0, colon);
    });
    double share = -1;
    if (colon != std::string_view::npos) {
      std::from_chars(item.data() + colon + 1, item.data() + item.size(), share);
    }
    const bool is_in_sum = row == kRows.end() || row->fault != Fault::kEverybodyGone;
    if (is_in_sum) sum += share;
    if (row == kRows.end() || !(share >= 0) || !(share <= 1) || !(sum <= 1)) {
      return Error{Errc::kInvalidArgument,
                   "faults: \"" + std::string(item) + "\" is not a fault and a share of at most 1"};
    }
    shares.emplace_back(row->fault, share);
  }
  return shares;
}

FaultDice::FaultDice(Faults faults, std::uint64_t virtual_readers)
    : faults_(std::move(faults)), everybody_gone_after_(std::numeric_limits<std::uint64_t>::max()) {
  std::erase_if(faults_.shares, [&](const auto& one) {
    if (one.first != Fault::kEverybodyGone) return false;
    everybody_gone_after_ =
        static_cast<std::uint64_t>(one.second * static_cast<double>(virtual_readers));
    return true;
  });
}

Fault FaultDice::next(std::uint32_t subscription) {
  const std::uint64_t number = requests_++;
  if (number < faults_.script.size()) return faults_.script[number];
  if (number >= everybody_gone_after_) return Fault::kEverybodyGone;
  if (faults_.shares.empty()) return Fault::kNone;
  const double by_subscription = uniform(mixed(faults_.seed) ^ mixed(subscription));
  const double by_request = uniform(mixed(faults_.seed) + number);
  double below_subscription = 0;
  double below_request = 0;
  for (const auto& [fault, share] : faults_.shares) {
    double& below = is_by_subscription(fault) ? below_subscription : below_request;
    below += share;
    if ((is_by_subscription(fault) ? by_subscription : by_request) < below) return fault;
  }
  return Fault::kNone;
}

}  // namespace tocsin::pushservice
