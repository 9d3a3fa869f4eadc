// SPDX-License-Identifier: Apache-2.0
#include "tocsin/fanout/outcome_sets.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "tocsin/base/check.h"
#include "tocsin/fanout/subscription_table.h"

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

std::array<std::vector<std::uint32_t>, kEnds.size()> slots_by_end(
    const std::vector<std::uint8_t>& ends) {
  std::array<std::vector<std::uint32_t>, kEnds.size()> out;
  for (std::uint32_t slot = 0; slot < ends.size(); ++slot) {
    if (ends[slot] != 0) out.at(ends[slot] - 1U).push_back(slot);
  }
  return out;
}

}  // namespace

void OutcomeSets::add(std::uint32_t slot, Outcome outcome) {
  TOCSIN_CHECK(!contains(slot));
  if (slot >= ends_.size()) ends_.resize(slot + 1);
  ends_[slot] = static_cast<std::uint8_t>(1 + place_of(outcome));
}

Bitmap OutcomeSets::of(Outcome outcome) const {
  Bitmap out;
  out.add(slots_by_end(ends_)[place_of(outcome)]);
  return out;
}

Bitmap OutcomeSets::decided() const {
  std::vector<std::uint32_t> slots;
  for (std::uint32_t slot = 0; slot < ends_.size(); ++slot) {
    if (ends_[slot] != 0) slots.push_back(slot);
  }
  Bitmap out;
  out.add(slots);
  return out;
}

Bytes OutcomeSets::serialize() const {
  Bytes out;
  if (ends_.empty()) return out;
  for (const auto& slots : slots_by_end(ends_)) {
    Bitmap set;
    set.add(slots);
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
  for (const Outcome end : kEnds) {
    if (bytes.size() < kLengthBytes) return Error{Errc::kCorrupt, "outcomes: cut off"};
    std::size_t length = 0;
    for (const auto byte : bytes.first(kLengthBytes)) length = length << 8 | byte;
    bytes = bytes.subspan(kLengthBytes);
    if (bytes.size() < length) return Error{Errc::kCorrupt, "outcomes: cut off"};
    TOCSIN_TRY(const Bitmap set, Bitmap::parse(bytes.first(length)));
    for (const auto slot : set.members()) {
      if (slot >= kSlotsMax || out.contains(slot)) {
        return Error{Errc::kCorrupt, "outcomes: a slot that cannot be"};
      }
      out.add(slot, end);
    }
    bytes = bytes.subspan(length);
  }
  if (!bytes.empty()) return Error{Errc::kCorrupt, "outcomes: too long"};
  return out;
}

}  // namespace tocsin::fanout
