// SPDX-License-Identifier: Apache-2.0
#include "tocsin/server/conversation/archive_ids.h"

#include <algorithm>
#include <chrono>
#include <string>

#include "tocsin/base/bytes.h"
#include "tocsin/crypto/crypto.h"

namespace tocsin::server {
namespace {

constexpr unsigned kLowBits = 22;
constexpr std::int64_t kMomentMax = (std::int64_t{1} << 41) - 1;
constexpr std::uint64_t kUnknownBits = 33;  // three months of 2020: two years around 1991
constexpr Time kEpoch = std::chrono::sys_days(std::chrono::year(2020) / 1 / 1);
constexpr Time kAsItIs = std::chrono::sys_days(std::chrono::year(2025) / 1 / 1);
constexpr std::int64_t kSqueeze = 7;
constexpr Time kFirst = kAsItIs - kSqueeze * (kAsItIs - kEpoch);  // the last days of 1989

}  // namespace

std::uint64_t id_moment(Time time, std::uint64_t chance) {
  constexpr std::int64_t kSecond = 1000;
  if (time == Time{}) return (chance >> kLowBits) & ((std::uint64_t{1} << kUnknownBits) - 1);
  const bool is_whole_second = time.time_since_epoch().count() % kSecond == 0;
  if (is_whole_second) time += Millis{(chance >> kLowBits) % kSecond};
  const auto moment = time < kAsItIs ? (time - kFirst).count() / kSqueeze : (time - kEpoch).count();
  return static_cast<std::uint64_t>(std::clamp<std::int64_t>(moment, 1, kMomentMax));
}

std::uint64_t id_at(std::uint64_t moment, std::uint64_t chance) {
  const std::uint64_t low = chance & ((std::uint64_t{1} << kLowBits) - 1);
  return std::max(moment << kLowBits | low, std::uint64_t{1});
}

std::uint64_t moment_of_id(std::uint64_t id) { return id >> kLowBits; }

std::uint64_t chance_of(std::initializer_list<std::string_view> names) {
  std::string all;
  for (const auto name : names) {
    all += std::to_string(name.size());
    all += ':';
    all += name;
  }
  const auto digest = crypto::sha256(as_bytes(all));
  std::uint64_t out = 0;
  for (std::size_t i = 0; i < sizeof out; ++i) out = out << 8 | digest[i];
  return out;
}

}  // namespace tocsin::server
