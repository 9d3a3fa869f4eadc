// SPDX-License-Identifier: Apache-2.0
#include "tocsin/guard/login_throttle.h"

#include <algorithm>
#include <string>

namespace tocsin::guard {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr Seconds kPairWaitMax = minutes{15};
constexpr Seconds kNetworkWaitMax = minutes{1};
constexpr std::size_t kNetworkFailuresFree = 20;
constexpr Seconds kAccountWait{5};
constexpr double kAccountFailuresFree = 30;
constexpr Seconds kMemory = hours{1};

// No two pairs share a key, whatever an account's name holds.
std::string pair_of(std::string_view account, std::string_view network) {
  return std::to_string(account.size()) + ":" + std::string(account) + std::string(network);
}

// When the next try is allowed after `count` failures, of which the last was at `last`.
Instant allowed_after(std::size_t count, Instant last, Seconds wait_max) {
  if (count == 0) return last;
  constexpr std::size_t kDoublingsMax = 20;  // beyond any wait_max
  return last + std::min(wait_max, Seconds{1 << std::min(count - 1, kDoublingsMax)});
}

double leaked(double level, Instant last, Instant now) {
  const std::chrono::duration<double, std::ratio<3600>> passed = now - last;
  return std::max(0.0, level - passed.count() * kAccountFailuresFree);
}

}  // namespace

LoginThrottle::LoginThrottle(std::size_t keys_max)
    : pairs_(keys_max), networks_(keys_max), accounts_(keys_max), owners_(keys_max) {}

Seconds LoginThrottle::wait(std::string_view account, std::string_view network, Instant now) const {
  const std::string pair = pair_of(account, network);
  Instant allowed = now;
  const Failures* of_pair = pairs_.find(pair);
  if (of_pair != nullptr) {
    allowed = std::max(allowed, allowed_after(of_pair->count, of_pair->last, kPairWaitMax));
  }
  const Failures* of_network = networks_.find(network);
  if (of_network != nullptr && of_network->count > kNetworkFailuresFree) {
    const std::size_t count = of_network->count - kNetworkFailuresFree;
    allowed = std::max(allowed, allowed_after(count, of_network->last, kNetworkWaitMax));
  }
  const Bucket* of_account = accounts_.find(account);
  const bool is_attacked = of_account != nullptr &&
                           leaked(of_account->level, of_account->last, now) > kAccountFailuresFree;
  if (is_attacked && owners_.find(pair) == nullptr) {
    allowed = std::max(allowed, of_account->last + kAccountWait);
  }
  return std::chrono::ceil<Seconds>(allowed - now);
}

void LoginThrottle::add(Failures& failures, Instant now) {
  if (now - failures.last >= kMemory) failures.count = 0;
  ++failures.count;
  failures.last = now;
}

void LoginThrottle::failed(std::string_view account, std::string_view network, Instant now) {
  add(pairs_.use(pair_of(account, network)), now);
  add(networks_.use(network), now);
  Bucket& bucket = accounts_.use(account);
  bucket.level = leaked(bucket.level, bucket.last, now) + 1;
  bucket.last = now;
}

void LoginThrottle::succeeded(std::string_view account, std::string_view network) {
  const std::string pair = pair_of(account, network);
  pairs_.forget(pair);
  owners_.use(pair);
}

}  // namespace tocsin::guard
