// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "tocsin/base/bytes.h"

namespace tocsin::websub {

// Whether `field`, the value of X-Hub-Signature, is a hub's signature of `body` under `secret`:
// "method=hex" with sha1, sha256, sha384 or sha512 (WebSub, section 7.1). Compares in constant
// time.
bool is_signed(std::string_view field, ByteView secret, ByteView body);

}  // namespace tocsin::websub
