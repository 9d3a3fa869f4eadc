// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "tocsin/base/result.h"

namespace tocsin::server {

// A hub of our own feeds.
struct HubAddress {
  std::string url;              // absolute, without user and password: may be shown
  std::string authorization{};  // the field of that name, a secret; empty: none
};

// Reads hubs as the setting websub_hubs has them: http or https URLs, which may carry
// user:password@ (percent-encoded) for HTTP Basic (RFC 7617). A hub that stands there twice counts
// once. `trust_loopback`: passwords may go to this machine without TLS.
//
// Errors: kInvalidArgument: one is no such URL, or its password would be sent in the clear; the
// message names the host at most.
Result<std::vector<HubAddress>> parse_hubs(const std::vector<std::string>& texts,
                                           bool trust_loopback);

}  // namespace tocsin::server
