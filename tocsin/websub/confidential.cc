// SPDX-License-Identifier: Apache-2.0
#include "tocsin/websub/confidential.h"

namespace tocsin::websub {

bool is_confidential(const Url& url, bool trust_loopback) {
  const bool is_loopback = url.host == "localhost" || url.host == "[::1]" ||
                           (url.host_is_ip_literal() && url.host.starts_with("127."));
  return url.scheme == "https" || (url.scheme == "http" && trust_loopback && is_loopback);
}

}  // namespace tocsin::websub
