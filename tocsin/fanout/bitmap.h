// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "tocsin/base/bytes.h"
#include "tocsin/base/result.h"

namespace tocsin::fanout {

// A set of slots, compressed (CRoaring). The empty set owns nothing.
class Bitmap {
 public:
  Bitmap();
  ~Bitmap();
  Bitmap(const Bitmap& other);
  Bitmap& operator=(const Bitmap& other);
  Bitmap(Bitmap&&) noexcept;
  Bitmap& operator=(Bitmap&&) noexcept;

  void add(std::uint32_t slot);
  void add(std::span<const std::uint32_t> slots);
  void remove(std::uint32_t slot);
  bool contains(std::uint32_t slot) const;
  std::uint64_t size() const;
  bool empty() const { return size() == 0; }

  Bitmap& operator|=(const Bitmap& other);
  Bitmap& operator&=(const Bitmap& other);
  Bitmap& operator-=(const Bitmap& other);
  // How many are in both.
  std::uint64_t common(const Bitmap& other) const;

  // The first `most` members that are not below `least`, in order.
  std::vector<std::uint32_t> members(std::uint32_t least = 0, std::size_t most = SIZE_MAX) const;

  // CRoaring's portable format; no bytes for the empty set.
  Bytes serialize() const;
  // kCorrupt: not what serialize() writes.
  static Result<Bitmap> parse(ByteView bytes);

 private:
  struct Roaring;
  Roaring& own();

  std::unique_ptr<Roaring> roaring_;
};

}  // namespace tocsin::fanout
