// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tocsin/base/result.h"
#include "tocsin/http/problem.h"

namespace tocsin::api {

// Why a request was refused: a row of the one table of errors.
enum class Refusal {
  kJsonMalformed,
  kBodyTooLarge,
  kBodyNotJson,
  kBodyUnknownField,
  kBodyInvalid,
  kQueryInvalid,
  kKeyInvalid,
  kKeyReused,
  kTokenMissing,
  kTokenUnknown,
  kScopeMissing,
  kOriginForbidden,
  kRouteUnknown,
  kMethodNotAllowed,
  kSiteUnknown,
  kSourceUnknown,
  kFeedUnknown,
  kSiteSilent,
  kStoryUnknown,
  kAlertUnknown,
  kSubscriptionUnknown,
  kSubscriptionInvalid,
  kSubscriptionRetired,
  kPushUnavailable,
  kThreadUnknown,
  kEntryUnknown,
  kCommentUnknown,
  kCommentsClosed,
  kReaderUnknown,
  kReaderMissing,
  kReaderBanned,
  kPuzzleUnsolved,
  kMailUnavailable,
  kCodeUnknown,
  kCodeUnconfirmed,
  kSignInRefused,
  kSessionUnknown,
  kUserUnknown,
  kUserNeeded,
  kConflict,
  kTooManyRequests,
  kOverloaded,
  kInternal,
};

struct ErrorRow {
  Refusal refusal;
  std::string_view code;    // stable, for programs: "body.invalid"
  int status;               // HTTP
  std::string_view title;   // a sentence that does not vary
  std::string_view remedy;  // what the caller can do, for the page
};

std::span<const ErrorRow> error_rows();
const ErrorRow& error_row(Refusal refusal);

// The problem of that row. `detail` is shown to whoever asked: no secrets, no endpoints.
http::Problem problem(Refusal refusal, std::string detail = {},
                      std::vector<http::FieldProblem> errors = {});

// The answer for an error of the newsroom or a store. A message that names a field
// ("story.headline: is missing") becomes a field problem; one of kInternal is not shown.
http::Problem problem_of(const Error& error);

// The page about all of them: docs/errors.md and /api/v1/errors.
std::string errors_markdown();

}  // namespace tocsin::api
