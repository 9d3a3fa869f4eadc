// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "tocsin/base/check.h"

namespace tocsin::http2 {

// The live streams of a connection by their id: a fixed number, found in constant time, their
// memory used again. `Stream` has a member `id`, which the table sets. Ids are of the client's
// streams, so they are odd and mostly follow each other.
template <class Stream>
class StreamTable {
 public:
  explicit StreamTable(std::size_t streams_max) : slots_(streams_max) {
    TOCSIN_CHECK(streams_max < kNone);
    buckets_.fill(kNone);
    for (std::size_t i = streams_max; i-- > 0;) {
      slots_[i].next = free_;
      free_ = static_cast<std::uint16_t>(i);
    }
  }

  std::size_t size() const { return size_; }
  bool is_full() const { return free_ == kNone; }

  // Null if there is none.
  Stream* find(std::uint32_t id) {
    for (std::uint16_t at = buckets_[bucket_of(id)]; at != kNone; at = slots_[at].next) {
      if (slots_[at].stream.id == id) return &slots_[at].stream;
    }
    return nullptr;
  }

  // Needs !is_full() and an id that is not in the table. The stream is as it was left when its
  // memory was last used.
  Stream& add(std::uint32_t id) {
    TOCSIN_CHECK(free_ != kNone);
    const std::uint16_t at = free_;
    free_ = slots_[at].next;
    slots_[at].next = std::exchange(buckets_[bucket_of(id)], at);
    slots_[at].stream.id = id;
    ++size_;
    return slots_[at].stream;
  }

  // `stream` is one of the table's; its memory stays valid and unchanged until add().
  void remove(Stream& stream) {
    std::uint16_t* link = &buckets_[bucket_of(stream.id)];
    while (&slots_[*link].stream != &stream) link = &slots_[*link].next;
    const std::uint16_t at = *link;
    *link = slots_[at].next;
    slots_[at].next = std::exchange(free_, at);
    stream.id = 0;
    --size_;
  }

  // Calls `use(Stream&)` for each; it may remove the stream it is given.
  template <class Use>
  void for_each(Use use) {
    for (Slot& slot : slots_) {
      if (slot.stream.id != 0) use(slot.stream);
    }
  }

 private:
  static constexpr std::uint16_t kNone = 0xffff;
  static std::size_t bucket_of(std::uint32_t id) { return id / 2 % 256; }

  struct Slot {
    Stream stream;
    std::uint16_t next = kNone;  // in its bucket, or of those that are free
  };
  std::vector<Slot> slots_;
  std::array<std::uint16_t, 256> buckets_{};
  std::uint16_t free_ = kNone;
  std::size_t size_ = 0;
};

}  // namespace tocsin::http2
