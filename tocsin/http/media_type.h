// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tocsin::http {

// What a Content-Type field says (RFC 9110, section 8.3).
struct MediaType {
  std::string essence;  // "text/html", lower case, without parameters
  std::string charset;  // lower case; empty if it says none

  // Parameters other than charset, and those that cannot be read, are passed over. Nothing
  // without a type and a subtype.
  static std::optional<MediaType> parse(std::string_view value);

  bool operator==(const MediaType&) const = default;
};

}  // namespace tocsin::http
