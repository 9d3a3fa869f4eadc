// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "tocsin/base/result.h"

namespace tocsin {

// The one way to write the host of a URL: lower case, percent-decoded, an international name in
// its ASCII form (UTS 46, non-transitional), every IPv4 shape a browser reads (one to four decimal,
// octal or hexadecimal numbers) as four decimal numbers, IPv6 shortened in brackets.
//
// Errors: kInvalidArgument: empty, or no name that DNS can hold, or a broken address.
Result<std::string> normalise_host(std::string_view host);

// True for what normalise_host() writes for an address.
bool is_ip_literal(std::string_view host);

}  // namespace tocsin
