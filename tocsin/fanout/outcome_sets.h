// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "tocsin/base/bytes.h"
#include "tocsin/base/result.h"
#include "tocsin/core/outcome.h"
#include "tocsin/fanout/bitmap.h"

namespace tocsin::fanout {

// Which slots of one partition came to which end. A slot comes to one end. A byte a slot while a
// broadcast runs, since that is what adding one costs least with; sets where they are kept.
class OutcomeSets {
 public:
  // Needs is_final(outcome) and a slot that is not decided, below kSlotsMax.
  void add(std::uint32_t slot, core::Outcome outcome);
  bool contains(std::uint32_t slot) const { return slot < ends_.size() && ends_[slot] != 0; }
  Bitmap of(core::Outcome outcome) const;
  Bitmap decided() const;

  // Six bitmaps, each behind its length in four bytes; no bytes where nothing is decided.
  Bytes serialize() const;
  // kCorrupt: not what serialize() writes.
  static Result<OutcomeSets> parse(ByteView bytes);

 private:
  std::vector<std::uint8_t> ends_;  // by slot: 0, or 1 and the place in kEnds
};

}  // namespace tocsin::fanout
