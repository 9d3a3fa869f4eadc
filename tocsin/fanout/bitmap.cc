// SPDX-License-Identifier: Apache-2.0
#include "tocsin/fanout/bitmap.h"

#include <stdexcept>
#include <utility>

#include <roaring/roaring.hh>

namespace tocsin::fanout {

struct Bitmap::Roaring {
  ::Roaring set;
};

Bitmap::Bitmap() = default;
Bitmap::~Bitmap() = default;
Bitmap::Bitmap(const Bitmap& other)
    : roaring_(other.roaring_ ? std::make_unique<Roaring>(*other.roaring_) : nullptr) {}
Bitmap& Bitmap::operator=(const Bitmap& other) {
  if (this != &other) *this = Bitmap(other);
  return *this;
}
Bitmap::Bitmap(Bitmap&&) noexcept = default;
Bitmap& Bitmap::operator=(Bitmap&&) noexcept = default;

Bitmap::Roaring& Bitmap::own() {
  if (!roaring_) roaring_ = std::make_unique<Roaring>();
  return *roaring_;
}

void Bitmap::add(std::uint32_t slot) { own().set.add(slot); }

void Bitmap::add(std::span<const std::uint32_t> slots) {
  if (!slots.empty()) own().set.addMany(slots.size(), slots.data());
}

void Bitmap::remove(std::uint32_t slot) {
  if (!roaring_) return;
  roaring_->set.remove(slot);
  if (roaring_->set.isEmpty()) roaring_.reset();
}

bool Bitmap::contains(std::uint32_t slot) const { return roaring_ && roaring_->set.contains(slot); }

std::uint64_t Bitmap::size() const { return roaring_ ? roaring_->set.cardinality() : 0; }

Bitmap& Bitmap::operator|=(const Bitmap& other) {
  if (other.roaring_) own().set |= other.roaring_->set;
  return *this;
}

Bitmap& Bitmap::operator&=(const Bitmap& other) {
  if (!other.roaring_) roaring_.reset();
  if (roaring_) roaring_->set &= other.roaring_->set;
  return *this;
}

Bitmap& Bitmap::operator-=(const Bitmap& other) {
  if (roaring_ && other.roaring_) roaring_->set -= other.roaring_->set;
  return *this;
}

std::uint64_t Bitmap::common(const Bitmap& other) const {
  return roaring_ && other.roaring_ ? roaring_->set.and_cardinality(other.roaring_->set) : 0;
}

std::vector<std::uint32_t> Bitmap::members(std::uint32_t least, std::size_t most) const {
  std::vector<std::uint32_t> out;
  if (!roaring_) return out;
  auto member = roaring_->set.begin();
  member.equalorlarger(least);
  for (; out.size() < most && member.i.has_value; ++member) out.push_back(*member);
  return out;
}

Bytes Bitmap::serialize() const {
  if (empty()) return {};
  ::Roaring packed = roaring_->set;
  packed.runOptimize();
  Bytes out(packed.getSizeInBytes());
  packed.write(reinterpret_cast<char*>(out.data()));
  return out;
}

Result<Bitmap> Bitmap::parse(ByteView bytes) {
  Bitmap out;
  if (bytes.empty()) return out;
  try {
    const auto* text = reinterpret_cast<const char*>(bytes.data());
    out.own().set = ::Roaring::readSafe(text, bytes.size());
  } catch (const std::runtime_error&) {
    return Error{Errc::kCorrupt, "a set of slots is not a bitmap"};
  }
  if (out.roaring_->set.getSizeInBytes() != bytes.size()) {
    return Error{Errc::kCorrupt, "a set of slots has the wrong length"};
  }
  return out;
}

}  // namespace tocsin::fanout
