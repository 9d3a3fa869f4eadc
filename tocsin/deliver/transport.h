// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tocsin/base/bytes.h"
#include "tocsin/base/clock.h"

namespace tocsin::deliver {

// One push request, ready for the wire: POST to the push resource.
struct PushRequest {
  std::uint64_t token = 0;  // the sender's name for it, returned with the answer
  std::string path;         // of the push resource: a capability, never logged
  std::vector<std::pair<std::string, std::string>> headers;  // lower case, no content-length
  Bytes body;
};

// Why there is no answer to a request.
enum class NoAnswer {
  kNotProcessed,  // REFUSED_STREAM, or above GOAWAY's last stream: retrying cannot repeat it
  kUncertain,     // reset, timed out or cut off after it was sent: it may have arrived
  kUnreachable,   // it never left: DNS, connect or TLS failed
  kForbidden,     // it never left: the address is private, or the certificate does not fit
};

struct PushAnswer {
  std::uint64_t token = 0;
  int status = 0;  // HTTP status; 0: see no_answer
  NoAnswer no_answer = NoAnswer::kUncertain;
  std::optional<std::string> retry_after;  // the field value as it came
  std::string detail;                      // the start of the body or the error's text, for the log
};

// The connections to push services, as deliver needs them. One loop; one Transport a sender
// thread. Every request accepted by send() is answered exactly once, unless the Transport is
// destroyed.
class Transport {
 public:
  struct Events {
    std::function<void(PushAnswer)> on_answer;
    // `origin` may take more than it could before.
    std::function<void(const std::string& origin)> on_room;
  };

  virtual ~Transport() = default;
  // Once, before anything else.
  virtual void listen(Events events) = 0;
  // How many more requests `origin` ("https://host[:port]") takes at this moment. Asking opens a
  // connection where there is none; on_room says when it is up.
  virtual std::size_t room(const std::string& origin) = 0;
  // Needs room(origin) > 0.
  virtual void send(const std::string& origin, PushRequest request) = 0;
};

}  // namespace tocsin::deliver
