// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "tocsin/base/clock.h"
#include "tocsin/http/message.h"

namespace tocsin::httpd {

struct HttpResponseOptions {
  bool keep_alive = true;
  int version = 11;  // the request's: 10 or 11
  Time now;          // for the Date field
};

// The status line and fields of `response`, with Date, Content-Length and Connection, to the empty
// line. A stream has no Content-Length: it ends with the connection. A field of the handler's that
// could break the message (RFC 9110, section 5.5) or that is the server's to write is left out.
std::string http_response_head(const http::Response& response, const HttpResponseOptions& options);

// False for the statuses whose responses have no body (RFC 9110, sections 15.3.5 and 15.4.5).
bool has_body(int status);

// A refusal by the server itself, in one line of plain text.
http::Response plain_response(int status, std::string_view detail);

}  // namespace tocsin::httpd
