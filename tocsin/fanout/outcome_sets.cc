// SPDX-License-Identifier: Apache-2.0
#include "tocsin/fanout/outcome_sets.h"

#include <algorithm>
#include <utility>

#include "tocsin/base/check.h"

namespace tocsin::fanout {
namespace {

using core::Outcome;

// For ever: what is stored depends on the order.
constexpr std::array<Outcome, 6> kEnds = {Outcome::kAccepted, Outcome::kGone,
                                          Outcome::kRejected, Outcome::kFailed,
                                          Outcome::kExpired,  Outcome::kSuppressed};
constexpr std::size_t kLengthBytes = 4;

std::size_t place_of(Outcome outcome) {
  const auto found = std::find(kEnds.begin(), kEnds.end(), outcome);
  TOCSIN_CHECK(found != kEnds.end());
  return static_cast<std::size_t>(found - kEnds.begin());
}

}  // namespace

void OutcomeSets::add(std::uint32_t slot, Outcome outcome) {
  TOCSIN_CHECK(!contains(slot));
  sets_[place_of(outcome)].add(slot);
}

bool OutcomeSets::contains(std::uint32_t slot) const {
  return std::any_of(sets_.begin(), sets_.end(),
                     [&](const Bitmap& set) { return set.contains(slot); });
}

const Bitmap& OutcomeSets::of(Outcome outcome) const { return sets_[place_of(outcome)]; }

Bitmap OutcomeSets::decided() const {
  Bitmap out;
  for (const Bitmap& set : sets_) out |= set;
  return out;
}

Bytes OutcomeSets::serialize() const {
  Bytes out;
  if (std::all_of(sets_.begin(), sets_.end(), [](const Bitmap& set) { return set.empty(); })) {
    return out;
  }
  for (const Bitmap& set : sets_) {
    const Bytes bytes = set.serialize();
    const auto length = big_endian(static_cast<std::uint32_t>(bytes.size()));
    out.insert(out.end(), length.begin(), length.end());
    out.insert(out.end(), bytes.begin(), bytes.end());
  }
  return out;
}

Result<OutcomeSets> OutcomeSets::parse(ByteView bytes) {
  OutcomeSets out;
  if (bytes.empty()) return out;
  for (Bitmap& set : out.sets_) {
    if (bytes.size() < kLengthBytes) return Error{Errc::kCorrupt, "outcomes: cut off"};
    std::size_t length = 0;
    for (const auto byte : bytes.first(kLengthBytes)) length = length << 8 | byte;
    bytes = bytes.subspan(kLengthBytes);
    if (bytes.size() < length) return Error{Errc::kCorrupt, "outcomes: cut off"};
    TOCSIN_TRY(set, Bitmap::parse(bytes.first(length)));
    bytes = bytes.subspan(length);
  }
  if (!bytes.empty()) return Error{Errc::kCorrupt, "outcomes: too long"};
  return out;
}

}  // namespace tocsin::fanout
