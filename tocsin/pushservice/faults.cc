// SPDX-License-Identifier: Apache-2.0
#include "tocsin/pushservice/faults.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string>

#include "tocsin/pushservice/fault_field.h"

namespace tocsin::pushservice {
namespace {

struct Name {
  std::string_view text;
  Fault fault;
};
constexpr std::array kNames{Name{"404", Fault::kNotFound},    Name{"410", Fault::kGone},
                            Name{"429", Fault::kThrottled},   Name{"500", Fault::kServerError},
                            Name{"503", Fault::kUnavailable}, Name{"delay", Fault::kDelay},
                            Name{"stall", Fault::kStall},     Name{"refuse", Fault::kRefuse},
                            Name{"reset", Fault::kReset},     Name{"close", Fault::kClose},
                            Name{"goaway", Fault::kGoAway}};

// The finaliser of SplitMix64: every bit of the result depends on every bit of the input.
std::uint64_t mixed(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

// Uniform in [0, 1).
double uniform(std::uint64_t x) { return static_cast<double>(mixed(x) >> 11) * 0x1.0p-53; }

std::uint64_t hash(std::string_view text) {
  std::uint64_t out = 0xcbf29ce484222325ULL;  // FNV-1a
  for (const char c : text) out = (out ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return out;
}

bool is_by_subscription(Fault fault) { return fault == Fault::kNotFound || fault == Fault::kGone; }

int status_of(Fault fault) {
  switch (fault) {
    case Fault::kNotFound:
      return 404;
    case Fault::kGone:
      return 410;
    case Fault::kThrottled:
      return 429;
    case Fault::kServerError:
      return 500;
    case Fault::kUnavailable:
      return 503;
    case Fault::kStall:
    case Fault::kRefuse:
      return 0;
    case Fault::kNone:
    case Fault::kDelay:
    case Fault::kReset:
    case Fault::kClose:
    case Fault::kGoAway:
      break;
  }
  return 201;
}

std::string field_of(Fault fault, Millis delay) {
  switch (fault) {
    case Fault::kDelay:
      return std::string(kFaultDelay) + std::to_string(delay.count());
    case Fault::kStall:
      return std::string(kFaultStall);
    case Fault::kRefuse:
      return std::string(kFaultRefuse);
    case Fault::kReset:
      return std::string(kFaultReset);
    case Fault::kClose:
      return std::string(kFaultClose);
    case Fault::kGoAway:
      return std::string(kFaultGoAway);
    case Fault::kNone:
    case Fault::kNotFound:
    case Fault::kGone:
    case Fault::kThrottled:
    case Fault::kServerError:
    case Fault::kUnavailable:
      break;
  }
  return {};
}

}  // namespace

bool is_processed(Fault fault) { return status_of(fault) == 201; }

Result<std::vector<std::pair<Fault, double>>> parse_fault_shares(std::string_view text) {
  std::vector<std::pair<Fault, double>> shares;
  double sum = 0;
  while (!text.empty()) {
    const std::string_view item = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), item.size() + 1));
    const auto colon = item.find(':');
    const auto name = std::find_if(kNames.begin(), kNames.end(), [&](const Name& one) {
      return one.text == item.substr(0, colon);
    });
    double share = -1;
    if (colon != std::string_view::npos) {
      std::from_chars(item.data() + colon + 1, item.data() + item.size(), share);
    }
    sum += share;
    if (name == kNames.end() || !(share >= 0) || !(sum <= 1)) {
      return Error{Errc::kInvalidArgument,
                   "faults: \"" + std::string(item) + "\" is not a fault and a share of at most 1"};
    }
    shares.emplace_back(name->fault, share);
  }
  return shares;
}

Fault FaultDice::next(std::string_view subscription) {
  const std::uint64_t number = requests_++;
  if (number < faults_.script.size()) return faults_.script[number];
  if (faults_.shares.empty()) return Fault::kNone;
  const double by_subscription = uniform(faults_.seed ^ hash(subscription));
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

http::Response FaultDice::apply(Fault fault, http::Response response) const {
  const int status = status_of(fault);
  if (status != 0 && status != 201) response = {.status = status};
  if (fault == Fault::kThrottled || fault == Fault::kUnavailable) {
    response.headers.add("retry-after", std::to_string(faults_.retry_after.count()));
  }
  const std::string field = field_of(fault, faults_.delay);
  if (!field.empty()) response.headers.add(kFaultField, field);
  return response;
}

}  // namespace tocsin::pushservice
