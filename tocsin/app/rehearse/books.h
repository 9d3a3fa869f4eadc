// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "tocsin/core/outcome.h"
#include "tocsin/pushservice/ledger.h"

namespace tocsin::app {

// One push service's books, closed.
struct ServiceBooks {
  const pushservice::Account* account = nullptr;
  std::uint64_t readers = 0;
  std::uint64_t duplicates_max = 0;  // because of what it did to connections
};

// What the server says of one alert.
struct AlertClaim {
  std::string key;    // collapse key, not used by another
  std::string title;  // that readers must see
  core::Totals totals;
};

// The server's word against the push services' books.
struct Audit {
  core::Totals totals;  // of all alerts
  std::uint64_t undecided = 0;
  std::uint64_t missed = 0;      // recipients that no service accepted, and no outcome excuses
  std::uint64_t duplicated = 0;  // acceptances beyond a recipient's first
  std::uint64_t duplicates_max = 0;
  std::uint64_t outside = 0;     // acceptances for who is no recipient
  std::uint64_t decrypted = 0;   // messages that a reader could open, with the text meant
  std::uint64_t unreadable = 0;  // messages that a reader could not open, or with another text
  std::uint64_t retry_after_ignored = 0;

  // What is wrong, a sentence each, none if nothing is.
  std::vector<std::string> complaints() const;
};

// Holds `claims`, in the order they went out, against the books. Recipients of an alert, by the
// books: all readers but those that an alert before was told are gone, and of these any that was
// sent something nevertheless: the answer may have come after the next alert was planned, or a
// service that says it of too many is not believed. The number must be the server's.
Audit audit(const std::vector<AlertClaim>& claims, const std::vector<ServiceBooks>& services);

}  // namespace tocsin::app
