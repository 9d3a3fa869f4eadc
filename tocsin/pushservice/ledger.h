// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tocsin/base/clock.h"
#include "tocsin/base/result.h"
#include "tocsin/crypto/crypto.h"

namespace tocsin::pushservice {

// What became of one POST to a push resource.
struct Entry {
  Time at{};
  std::string subscription;  // "v12": virtual reader 12; otherwise a browser's channel id
  std::string collapse_key;  // the Topic field; empty: none
  int status = 0;            // as decided; 0: refused or stalled on purpose, not processed
  crypto::Digest body_sha256{};
  std::optional<std::string> text;  // decrypted, if this one was sampled
  bool is_unreadable = false;       // it was sampled, and the reader's keys do not open it

  bool operator==(const Entry&) const = default;
};

// Where entries go, so that a test can compare what was sent with what should have been. An entry
// is recorded before its answer leaves.
class Ledger {
 public:
  virtual ~Ledger() = default;
  virtual void record(const Entry& entry) = 0;
};

// One line of JSON for a ledger file, without the line break.
std::string line(const Entry& entry);
// kCorrupt: not what line() writes. A process that was killed may leave half a line at the end.
Result<Entry> parse_entry(std::string_view line);

// Who should have been sent what. Entries with other keys or texts are not looked at.
struct Expectation {
  std::vector<std::string> recipients;      // subscriptions, in any order
  std::optional<std::string> collapse_key;  // nothing: every one
  std::optional<std::string> text;          // nothing: every one, decrypted or not
};

// recipients = reached + gone + missed.
struct Summary {
  std::size_t posts = 0;
  std::size_t reached = 0;           // recipients with an accepted message
  std::size_t duplicates = 0;        // accepted messages beyond a subscription's first
  std::size_t gone = 0;              // recipients not reached whose answer was 404 or 410
  std::vector<std::string> missed;   // recipients with neither
  std::vector<std::string> outside;  // subscriptions reached that are no recipients
  std::size_t unreadable = 0;        // messages that their reader could not decrypt
  std::map<int, std::size_t> posts_by_status;
};

Summary summarise(std::span<const Entry> entries, const Expectation& expectation);

}  // namespace tocsin::pushservice
