// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "tocsin/crypto/crypto.h"
#include "tocsin/fanout/subscription_table.h"
#include "tocsin/webpush/encrypt.h"

namespace tocsin::fanout {

// Subscriptions whose key material is to be derived, as values for another thread.
struct KeyChunk {
  struct Entry {
    Address address;
    webpush::Recipient keys;
  };
  crypto::KeyPair sender;
  std::vector<Entry> entries;
};

// What came of a chunk.
struct DerivedChunk {
  crypto::PublicKey sender{};
  std::vector<KeyChunk::Entry> entries;
  // Of the entries, in their order; none: the subscription's key is not on the curve.
  std::vector<std::optional<webpush::KeyMaterial>> materials;
};

// The costly half: some 75 us an entry. Pure.
DerivedChunk derive(const KeyChunk& chunk);

// Which subscriptions get key material next, in passes over the table. A pass has a sender key pair
// of its own, which is erased when the pass is over; a fresh one then serves those that register
// until the next begins. Material stays in use until it is replaced. Pure bookkeeping; one loop,
// which is the table's.
class Refill {
 public:
  static constexpr std::size_t kChunkEntries = 128;
  // Given out and not taken back: the deriving thread always has one more at hand.
  static constexpr std::size_t kChunksOutMost = 2;

  enum class Extent {
    kAll,      // replaces the material of all: after a broadcast
    kMissing,  // gives material to those that have none: at the start
  };

  // The table outlives it.
  explicit Refill(SubscriptionTable& table);

  // Begins a pass. While one is under way another follows it, and covers all if either call says
  // so.
  void begin(Extent extent);
  // Derives for this subscription before all others: it has just been registered or restored.
  void add(const Address& address);
  // While paused only those that were added are given out.
  void pause(bool is_paused) { is_paused_ = is_paused; }

  // What to derive next; nothing: nothing is to do, or enough is under way. Ask again after each
  // of the calls above and below.
  std::optional<KeyChunk> next();
  // Gives the material to subscriptions that are active and have the same keys as before.
  void take(const DerivedChunk& derived);

  bool is_filling() const { return is_filling_; }
  std::uint64_t passes() const { return passes_; }        // that have ended
  std::uint64_t derived() const { return derived_; }      // subscriptions, by all passes
  std::uint64_t off_curve() const { return off_curve_; }  // and those that cannot be encrypted for

 private:
  std::vector<Address> next_addresses();
  void end_pass_if_over();

  SubscriptionTable& table_;
  crypto::KeyPair pair_;
  bool is_filling_ = false;
  bool is_paused_ = false;
  Extent extent_ = Extent::kMissing;
  std::optional<Address> from_;    // where the pass goes on; none: all of it is given out
  std::optional<Extent> follows_;  // the pass after this one
  std::deque<Address> added_;
  std::size_t chunks_out_ = 0;
  std::uint64_t passes_ = 0;
  std::uint64_t derived_ = 0;
  std::uint64_t off_curve_ = 0;
};

}  // namespace tocsin::fanout
