// SPDX-License-Identifier: Apache-2.0
#include "tocsin/websub/notice.h"

#include <algorithm>

#include "tocsin/http/message.h"

namespace tocsin::websub {
namespace {

Seconds lease_of(std::string_view text) {
  if (text.empty()) return kLeaseUnsaid;
  std::int64_t seconds = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return kLeaseUnsaid;
    seconds = std::min<std::int64_t>(seconds * 10 + (c - '0'), kLeaseMax.count());
  }
  return Seconds(seconds);
}

std::string printable(std::string_view text) {
  std::string out(text.substr(0, kReasonBytesMax));
  for (char& c : out) {
    if (c < ' ' || c > '~') c = '?';
  }
  return out;
}

}  // namespace

std::optional<Notice> parse_notice(std::string_view query) {
  http::Request request;
  request.query = query;
  const auto value = [&](std::string_view name) { return request.parameter(name).value_or(""); };

  Notice notice{.topic = value("hub.topic")};
  if (notice.topic.empty()) return std::nullopt;
  const std::string mode = value("hub.mode");
  if (mode == "denied") {
    notice.mode = Notice::Mode::kDenied;
    notice.reason = printable(value("hub.reason"));
    return notice;
  }
  if (mode != "subscribe" && mode != "unsubscribe") return std::nullopt;
  notice.challenge = value("hub.challenge");
  if (notice.challenge.empty()) return std::nullopt;
  notice.mode = mode == "subscribe" ? Notice::Mode::kSubscribe : Notice::Mode::kUnsubscribe;
  if (mode == "subscribe") notice.lease = lease_of(value("hub.lease_seconds"));
  return notice;
}

}  // namespace tocsin::websub
