// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "tocsin/http/message.h"

namespace tocsin::http {

// What is wrong with one part of a request's body.
struct FieldProblem {
  std::string pointer;  // RFC 6901, as a fragment: "#/keys/p256dh"
  std::string detail{};
};

// Why a request was not done (RFC 9457). `code` is stable and made for programs, `title` says the
// same in words and does not vary, `detail` is about this one request.
struct Problem {
  int status = 500;
  std::string code{};   // "subscription.key_invalid"
  std::string title{};  // "The key is not a point on P-256."
  std::string detail{};
  std::string type = "about:blank";  // URL of the code's documentation
  std::vector<FieldProblem> errors{};

  // The answer, as application/problem+json, not to be stored by caches.
  Response response() const;
};

}  // namespace tocsin::http
