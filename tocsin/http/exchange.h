// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tocsin::http {

// What many requests have in common besides :method, :scheme, :authority and :path. Shared by
// pointer, so that a connection sees at once that a request is like the one before.
struct RequestHead {
  std::vector<std::pair<std::string, std::string>> fields;  // names in lower case
};

// Why there is no answer to a request.
enum class NoAnswer : std::uint8_t {
  kNotProcessed,  // REFUSED_STREAM, or above GOAWAY's last stream: retrying cannot repeat it
  kUncertain,     // reset, timed out or cut off after it was sent: it may have arrived
  kUnreachable,   // it never left: DNS, connect or TLS failed
  kForbidden,     // it never left: the address is private, or the certificate does not fit
};

// What became of one request.
struct Answer {
  std::uint64_t token = 0;  // the request's
  int status = 0;           // HTTP status; 0: see no_answer
  NoAnswer no_answer = NoAnswer::kUncertain;
  std::optional<std::string> retry_after;  // the field value as it came
  std::string detail;                      // the start of the body or the error's text, for the log
};

}  // namespace tocsin::http
