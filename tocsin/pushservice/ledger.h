// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tocsin/base/bytes.h"
#include "tocsin/base/clock.h"
#include "tocsin/base/result.h"

namespace tocsin::pushservice {

// Collapse keys (the Topic field) and subscriptions are numbers in a ledger. Key 0 is none. A
// subscription below kChannels is a virtual reader; above, kChannels plus the number of a channel
// of a real browser. Ledger::name() tells what the numbers of keys and channels stand for.
inline constexpr std::uint32_t kChannels = std::uint32_t{1} << 31;
// Later keys are all recorded under the last number.
inline constexpr std::uint16_t kKeysMax = 0xfff0;

// What became of one POST to a push resource.
struct Entry {
  Time at{};
  std::uint32_t subscription = 0;
  std::uint16_t key = 0;
  std::uint16_t status = 0;    // as decided, below 1000; 0: not processed on purpose, not answered
  bool is_decrypted = false;   // it was sampled, and the reader's keys open it
  bool is_unreadable = false;  // it was sampled, and the reader's keys do not open it

  bool operator==(const Entry&) const = default;
};

// Where entries go, so that a test can compare what was sent with what should have been.
class Ledger {
 public:
  virtual ~Ledger() = default;
  // Called before an entry has that number of a key or a channel.
  virtual void name_key(std::uint16_t key, std::string_view name) = 0;
  virtual void name_channel(std::uint32_t subscription, std::string_view name) = 0;
  // Called before the answer leaves. `text` is what the reader sees, if that was decrypted.
  virtual void record(const Entry& entry, std::string_view text) = 0;
  // A request came although an answer with Retry-After had asked to wait (RetryAfterWatch).
  virtual void record_too_early(Time at) = 0;
};

// Who should have been sent what.
struct Expectation {
  std::uint64_t readers = 0;                      // 0 to readers - 1
  const std::vector<bool>* recipients = nullptr;  // of the readers; null: all
  std::optional<std::string> collapse_key;        // nothing: every one
};

// Where a recipient of a message stands. An acceptance outweighs all other answers.
enum class Standing : std::uint8_t {
  kUntried,   // no request came
  kWaiting,   // only such as are to be repeated: 429, 5xx, or not processed
  kReached,   // one was accepted
  kGone,      // 404 or 410
  kRejected,  // another 4xx
};

// How many virtual readers stand where, under one key.
struct Standings {
  std::size_t waiting = 0;
  std::size_t reached = 0;
  std::size_t gone = 0;
  std::size_t rejected = 0;
  std::optional<Time> last_accepted;

  bool operator==(const Standings&) const = default;
};

// recipients = reached + gone + rejected + missed.
struct Summary {
  std::size_t recipients = 0;
  std::size_t posts = 0;
  std::size_t accepted = 0;
  std::size_t reached = 0;             // recipients with an accepted message
  std::size_t duplicates = 0;          // accepted messages beyond a subscription's first
  std::size_t gone = 0;                // recipients not reached whose answer was 404 or 410
  std::size_t rejected = 0;            // recipients with neither whose answer was another 4xx
  std::vector<std::uint32_t> missed;   // recipients with none of these
  std::vector<std::uint32_t> outside;  // subscriptions reached that are no recipients
  std::size_t decrypted = 0;
  std::size_t unreadable = 0;           // messages that their reader could not decrypt
  std::size_t retry_after_ignored = 0;  // requests that came too early, whatever their key
  std::optional<Time> first_accepted;
  std::optional<Time> last_accepted;
  std::map<int, std::size_t> posts_by_status;
};

// The ledger in memory: a byte a subscription and key. One thread.
class Account final : public Ledger {
 public:
  // Different texts remembered for each key.
  static constexpr std::size_t kTextsMax = 64;

  void name_key(std::uint16_t key, std::string_view name) override;
  void name_channel(std::uint32_t subscription, std::string_view name) override;
  void record(const Entry& entry, std::string_view text) override;
  void record_too_early(Time /*at*/) override { ++too_early_; }

  Summary summarise(const Expectation& expectation) const;
  // Of all virtual readers under that key; cheap.
  Standings standings(std::string_view key) const;
  // Of each virtual reader under that key, as far as any of them was sent a message.
  std::vector<Standing> standing_of_each(std::string_view key) const;
  // "v12", or a browser's channel id.
  std::string name(std::uint32_t subscription) const;
  // The texts decrypted under that key, and how often each.
  std::map<std::string, std::size_t> texts(std::string_view key) const;

 private:
  // Of a subscription under a key: the lower bits count accepted messages as far as they can.
  using Tally = std::uint8_t;
  struct OfKey {
    std::string name;
    std::vector<Tally> readers;
    std::vector<Tally> channels;
    Standings standings;  // of the readers
    std::vector<std::pair<int, std::size_t>> by_status;
    std::size_t accepted = 0;
    std::size_t decrypted = 0;
    std::size_t unreadable = 0;
    Time first_accepted = Time::max();
    Time last_accepted = Time::min();
    std::map<std::string, std::size_t, std::less<>> texts;
  };

  OfKey& of_key(std::uint16_t key);
  const OfKey* find_key(std::string_view name) const;

  std::vector<OfKey> keys_;  // by number
  std::map<std::uint32_t, std::string> channel_names_;
  std::size_t too_early_ = 0;
};

// The ledger as bytes for a file: 16 an entry, names beside the first use. Appending is all that is
// ever done, and several runs of a service may follow each other in one file. One thread.
class LedgerWriter final : public Ledger {
 public:
  // `readers`: how many virtual readers there are.
  explicit LedgerWriter(std::uint64_t readers);

  void name_key(std::uint16_t key, std::string_view name) override;
  void name_channel(std::uint32_t subscription, std::string_view name) override;
  void record(const Entry& entry, std::string_view text) override;
  void record_too_early(Time at) override;

  // What is to be appended to the file before any further answer leaves.
  Bytes& pending() { return pending_; }
  // A file is cut to a multiple of this before more is appended: a process that was killed may
  // leave part of a record.
  static constexpr std::size_t kRecordBytes = 16;

 private:
  void append(std::uint32_t what, std::uint16_t key, std::uint16_t rest, std::uint64_t number);
  void append_name(std::string_view name);

  Bytes pending_;
};

// Reads what LedgerWriter wrote into `ledger`, with the texts left out. An unfinished record at the
// end is no error: the service may be writing it.
//
// Errors: kCorrupt: no ledger.
Status read_ledger(ByteView bytes, Ledger& ledger);

}  // namespace tocsin::pushservice
