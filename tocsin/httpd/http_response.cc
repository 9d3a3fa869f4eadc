// SPDX-License-Identifier: Apache-2.0
#include "tocsin/httpd/http_response.h"

#include <algorithm>
#include <array>

#include "tocsin/http/dates.h"

namespace tocsin::httpd {
namespace {

struct Reason {
  int status;
  std::string_view phrase;
};

constexpr std::array kReasons = {
    Reason{100, "Continue"},
    Reason{101, "Switching Protocols"},
    Reason{200, "OK"},
    Reason{201, "Created"},
    Reason{202, "Accepted"},
    Reason{204, "No Content"},
    Reason{301, "Moved Permanently"},
    Reason{302, "Found"},
    Reason{303, "See Other"},
    Reason{304, "Not Modified"},
    Reason{307, "Temporary Redirect"},
    Reason{308, "Permanent Redirect"},
    Reason{400, "Bad Request"},
    Reason{401, "Unauthorized"},
    Reason{403, "Forbidden"},
    Reason{404, "Not Found"},
    Reason{405, "Method Not Allowed"},
    Reason{406, "Not Acceptable"},
    Reason{408, "Request Timeout"},
    Reason{409, "Conflict"},
    Reason{410, "Gone"},
    Reason{411, "Length Required"},
    Reason{412, "Precondition Failed"},
    Reason{413, "Content Too Large"},
    Reason{414, "URI Too Long"},
    Reason{415, "Unsupported Media Type"},
    Reason{417, "Expectation Failed"},
    Reason{421, "Misdirected Request"},
    Reason{422, "Unprocessable Content"},
    Reason{426, "Upgrade Required"},
    Reason{428, "Precondition Required"},
    Reason{429, "Too Many Requests"},
    Reason{431, "Request Header Fields Too Large"},
    Reason{500, "Internal Server Error"},
    Reason{501, "Not Implemented"},
    Reason{502, "Bad Gateway"},
    Reason{503, "Service Unavailable"},
    Reason{504, "Gateway Timeout"},
    Reason{505, "HTTP Version Not Supported"},
};

std::string_view reason_phrase(int status) {
  for (const auto& reason : kReasons) {
    if (reason.status == status) return reason.phrase;
  }
  return "";
}

bool is_token(std::string_view name) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !name.empty() && std::all_of(name.begin(), name.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           kMarks.find(c) != kMarks.npos;
  });
}

bool is_field_value(std::string_view value) {
  return std::all_of(value.begin(), value.end(), [](char c) {
    return c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
  });
}

bool is_ours(std::string_view lower_case_name) {
  constexpr std::array<std::string_view, 5> kOurs = {"content-length", "date", "connection",
                                                     "transfer-encoding", "keep-alive"};
  return std::find(kOurs.begin(), kOurs.end(), lower_case_name) != kOurs.end();
}

void add_field(std::string& head, std::string_view name, std::string_view value) {
  head += name;
  head += ": ";
  head += value;
  head += "\r\n";
}

}  // namespace

bool has_body(int status) { return status >= 200 && status != 204 && status != 304; }

std::string http_response_head(const http::Response& response, const HttpResponseOptions& options) {
  std::string head = "HTTP/1.1 " + std::to_string(response.status) + ' ';
  head += reason_phrase(response.status);
  head += "\r\n";
  for (const auto& [name, value] : response.headers.fields) {
    if (is_token(name) && is_field_value(value) && !is_ours(name)) add_field(head, name, value);
  }
  add_field(head, "date", http::http_date(options.now));
  if (has_body(response.status) && !response.stream) {
    add_field(head, "content-length", std::to_string(response.body.size()));
  }
  if (!options.keep_alive) {
    add_field(head, "connection", "close");
  } else if (options.version == 10) {
    add_field(head, "connection", "keep-alive");
  }
  return head + "\r\n";
}

http::Response plain_response(int status, std::string_view detail) {
  http::Response response{status, {}, std::to_string(status) + ' '};
  response.headers.add("content-type", "text/plain; charset=utf-8");
  response.headers.add("cache-control", "no-store");
  response.headers.add("x-content-type-options", "nosniff");
  response.body += reason_phrase(status);
  response.body += ": ";
  response.body += detail;
  response.body += '\n';
  return response;
}

}  // namespace tocsin::httpd
