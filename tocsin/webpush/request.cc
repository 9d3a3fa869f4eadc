// SPDX-License-Identifier: Apache-2.0
#include "tocsin/webpush/request.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace tocsin::webpush {
namespace {

constexpr std::array<std::string_view, 4> kUrgencies = {"very-low", "low", "normal", "high"};
constexpr std::size_t kCollapseKeyMax = 32;

bool is_base64url(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_';
}

}  // namespace

std::string_view text(Urgency urgency) { return kUrgencies[static_cast<std::size_t>(urgency)]; }

std::optional<Urgency> parse_urgency(std::string_view text) {
  const auto found = std::find(kUrgencies.begin(), kUrgencies.end(), text);
  if (found == kUrgencies.end()) return std::nullopt;
  return static_cast<Urgency>(found - kUrgencies.begin());
}

Status check(const PushOptions& options) {
  if (options.ttl < kTtlMin || options.ttl > kTtlMax) {
    return Error{Errc::kInvalidArgument,
                 "ttl: must be from 1 to " + std::to_string(kTtlMax.count()) + " seconds"};
  }
  if (options.collapse_key.size() > kCollapseKeyMax ||
      !std::all_of(options.collapse_key.begin(), options.collapse_key.end(), is_base64url)) {
    return Error{Errc::kInvalidArgument,
                 "collapse key: at most 32 of the characters A-Z a-z 0-9 - _"};
  }
  return ok();
}

std::vector<std::pair<std::string, std::string>> header_fields(const PushOptions& options) {
  std::vector<std::pair<std::string, std::string>> fields = {
      {"ttl", std::to_string(options.ttl.count())},
      {"urgency", std::string(text(options.urgency))},
      {"content-encoding", "aes128gcm"},
      {"content-type", "application/octet-stream"}};
  if (!options.collapse_key.empty()) fields.emplace_back("topic", options.collapse_key);
  return fields;
}

}  // namespace tocsin::webpush
