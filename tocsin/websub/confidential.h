// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tocsin/url/url.h"

namespace tocsin::websub {

// Whether what is sent to that URL can be read on the way by nobody: https, and with
// `trust_loopback` also http to 127.0.0.0/8, [::1] and localhost.
bool is_confidential(const Url& url, bool trust_loopback);

}  // namespace tocsin::websub
