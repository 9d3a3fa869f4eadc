// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "tocsin/base/clock.h"
#include "tocsin/http/message.h"

namespace tocsin::ingest {

// One GET of one document, unconditional where both validators are empty. They are sent back
// byte for byte as the server gave them (RFC 9110, sections 13.1.2 and 13.1.3). With `posted` it is
// a POST, which follows no redirect.
struct FetchRequest {
  std::string url;
  std::string etag{};
  std::string last_modified{};
  std::optional<std::string> posted{};  // the body
  http::Headers fields{};               // of a POST
  std::optional<Millis> timeout{};      // shorter than the fetcher's
  // Of the decoded body; smaller than the fetcher's.
  std::optional<std::size_t> body_bytes_max{};
};

// Why there is no complete response.
enum class FetchFailure {
  kUnreachable,  // DNS, connect or TLS failed
  kTimeout,
  kTooLarge,   // the body or the header fields are beyond the limits
  kForbidden,  // not http or https, or the address is not public
  kRedirects,  // too many, or one that leads nowhere
  kBroken,     // cut off, or not what its encoding says
  kBusy,       // too many fetches at once: ours to repair
};

// One redirect that was followed.
struct FetchHop {
  int status = 0;
  std::string to;  // absolute URL
};

struct FetchResult {
  std::optional<FetchFailure> failure{};
  std::string detail{};  // about the failure, for the operator; host names, never a URL
  // Of the last response; without a meaning where there is a failure.
  int status = 0;
  http::Headers headers{};
  std::string body{};            // decoded
  std::vector<FetchHop> hops{};  // in order; the last one's URL gave the response
  Millis duration{};
};

// How ingest reaches the Web. One loop.
class FetchPort {
 public:
  virtual ~FetchPort() = default;
  // Answers exactly once, on the loop that called, after fetch() has returned; or never, once the
  // port is destroyed.
  virtual void fetch(FetchRequest request, std::function<void(FetchResult)> done) = 0;
  // False while what was fetched before has to wait for its place: nothing more is to be fetched.
  // Whoever made the port looks again, for nothing tells of the change.
  virtual bool is_open() const { return true; }
};

}  // namespace tocsin::ingest
