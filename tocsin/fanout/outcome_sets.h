// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "tocsin/base/bytes.h"
#include "tocsin/base/result.h"
#include "tocsin/core/outcome.h"
#include "tocsin/fanout/bitmap.h"

namespace tocsin::fanout {

// Which slots of one partition came to which end. A slot comes to one end.
class OutcomeSets {
 public:
  // Needs is_final(outcome) and a slot that is not decided.
  void add(std::uint32_t slot, core::Outcome outcome);
  bool contains(std::uint32_t slot) const;
  const Bitmap& of(core::Outcome outcome) const;
  Bitmap decided() const;

  // Six bitmaps, each behind its length in four bytes; no bytes where nothing is decided.
  Bytes serialize() const;
  // kCorrupt: not what serialize() writes.
  static Result<OutcomeSets> parse(ByteView bytes);

 private:
  std::array<Bitmap, 6> sets_;  // in the order of kEnds
};

}  // namespace tocsin::fanout
