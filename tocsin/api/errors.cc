// SPDX-License-Identifier: Apache-2.0
#include "tocsin/api/errors.h"

#include <algorithm>
#include <utility>

#include "tocsin/base/check.h"

namespace tocsin::api {
namespace {

// Relative to the request's address (RFC 9457, section 3.1.1): each server explains its own codes.
constexpr std::string_view kPage = "/api/v1/errors";

constexpr std::array kRows = {
    ErrorRow{Refusal::kJsonMalformed, "json.malformed", 400, "The body is not valid JSON.",
             "Send one JSON text in UTF-8, without comments, with no member twice and no number "
             "beyond a double. The detail says at which byte it went wrong."},
    ErrorRow{Refusal::kBodyTooLarge, "body.too_large", 413, "The body is too large.",
             "Send less than 1 MiB, nested at most 32 levels deep."},
    ErrorRow{Refusal::kBodyNotJson, "body.not_json", 415, "The body is of another media type.",
             "Say `Content-Type: application/json`."},
    ErrorRow{Refusal::kBodyUnknownField, "body.unknown_field", 400,
             "The body has a field that is not known here.",
             "Look for a spelling mistake: the nearest known name is in the detail. Nothing was "
             "changed."},
    ErrorRow{Refusal::kBodyInvalid, "body.invalid", 422, "A field of the body is missing or wrong.",
             "`errors` names each field and what is wrong with it. Nothing was changed."},
    ErrorRow{Refusal::kQueryInvalid, "query.invalid", 400, "A query parameter is wrong.",
             "The detail names it. Take cursors from `next_cursor` as they are."},
    ErrorRow{Refusal::kKeyInvalid, "idempotency.key_invalid", 400,
             "The Idempotency-Key cannot be used.",
             "Send 1 to 255 printable ASCII characters, a UUID for example."},
    ErrorRow{Refusal::kKeyReused, "idempotency.key_reused", 422,
             "The Idempotency-Key was used with another body.",
             "Use a key for one request and its repetitions only."},
    ErrorRow{Refusal::kTokenMissing, "auth.token_missing", 401, "A token is needed.",
             "Send `Authorization: Bearer <token>`; `tocsin token create` makes one."},
    ErrorRow{Refusal::kTokenUnknown, "auth.token_unknown", 401, "The token is not known.",
             "It may have been revoked, or belongs to another installation."},
    ErrorRow{Refusal::kScopeMissing, "auth.scope_missing", 403, "The token may not do this.",
             "The detail names the scope that is needed."},
    ErrorRow{Refusal::kOriginForbidden, "auth.origin_forbidden", 403,
             "Pages of this origin may not do this.", "Add the origin to the site's `origins`."},
    ErrorRow{Refusal::kRouteUnknown, "route.unknown", 404, "There is nothing at this address.",
             "`/api/v1/openapi.json` lists what there is."},
    ErrorRow{Refusal::kMethodNotAllowed, "route.method_not_allowed", 405,
             "This address does not have that method.", "The `Allow` field lists those it has."},
    ErrorRow{Refusal::kSiteUnknown, "site.unknown", 404, "There is no such site.",
             "Name it with `site`, or use the site's own host name."},
    ErrorRow{Refusal::kSourceUnknown, "source.unknown", 404, "There is no such source.",
             "Check the id."},
    ErrorRow{Refusal::kFeedUnknown, "feed.unknown", 404, "There is no such feed.", "Check the id."},
    ErrorRow{Refusal::kSiteSilent, "site.silent", 502, "The site could not be asked.",
             "Read the detail; check the address, or try again later."},
    ErrorRow{Refusal::kStoryUnknown, "story.unknown", 404, "There is no such story.",
             "Check the id."},
    ErrorRow{Refusal::kAlertUnknown, "alert.unknown", 404, "There is no such alert.",
             "Check the id."},
    ErrorRow{Refusal::kSubscriptionUnknown, "subscription.unknown", 404,
             "There is no such subscription.", "Register the device again."},
    ErrorRow{Refusal::kSubscriptionInvalid, "subscription.invalid", 422,
             "The push subscription cannot be used.",
             "Send what `PushSubscription.toJSON()` gives. `errors` says what is wrong with it."},
    ErrorRow{Refusal::kSubscriptionRetired, "subscription.retired", 409,
             "The subscription has ended.", "Register the device again."},
    ErrorRow{Refusal::kPushUnavailable, "push.unavailable", 503, "The site has no key for push.",
             "The operator makes one with `tocsin vapid generate`."},
    ErrorRow{Refusal::kThreadUnknown, "thread.unknown", 404, "There is no such developing story.",
             "Check the id."},
    ErrorRow{Refusal::kEntryUnknown, "entry.unknown", 404, "There is no such entry.",
             "Check the id."},
    ErrorRow{Refusal::kCommentUnknown, "comment.unknown", 404, "There is no such comment.",
             "It may have been deleted, or waits for a moderator."},
    ErrorRow{Refusal::kCommentsClosed, "comments.closed", 409, "Comments are closed.",
             "The detail says since when and why. What was written is not kept: keep the draft."},
    ErrorRow{Refusal::kReaderUnknown, "reader.unknown", 401, "Nobody is signed in.",
             "Sign in, or make a reader with `POST /api/v1/readers`; then say `Authorization: "
             "Bearer` and the token."},
    ErrorRow{Refusal::kReaderMissing, "reader.missing", 404, "There is no such reader.",
             "Check the id."},
    ErrorRow{Refusal::kReaderBanned, "reader.banned", 403, "This reader may not comment.",
             "The detail says until when and why."},
    ErrorRow{Refusal::kPuzzleUnsolved, "puzzle.unsolved", 403, "The puzzle is not solved.",
             "Ask for another with `GET /api/v1/puzzle`: each is good once, for ten minutes."},
    ErrorRow{Refusal::kMailUnavailable, "mail.unavailable", 503, "No e-mail can be sent.",
             "The operator sets `mail_url`; or sign in by a push to the device."},
    ErrorRow{Refusal::kCodeUnknown, "code.unknown", 403, "The link is not good any more.",
             "Ask for another: each is good once, and for a short time."},
    ErrorRow{Refusal::kCodeUnconfirmed, "code.unconfirmed", 409,
             "The link was opened where nobody asked for it.",
             "Show the person the detail, which names the account. If they asked for it, send the "
             "code again with `is_confirmed`: it is still good."},
    ErrorRow{Refusal::kSignInRefused, "session.refused", 401, "That did not fit.",
             "Check the address and the password. An administrator can make a link to set a new "
             "one."},
    ErrorRow{Refusal::kSessionUnknown, "session.unknown", 401, "Nobody is signed in.",
             "Sign in with `POST /api/v1/session`."},
    ErrorRow{Refusal::kUserUnknown, "user.unknown", 404, "There is no such user.", "Check the id."},
    ErrorRow{Refusal::kUserNeeded, "user.needed", 403, "This takes somebody who is signed in.",
             "Sign in: a token of the API is nobody's name."},
    ErrorRow{Refusal::kConflict, "content.conflict", 409, "The request contradicts what is there.",
             "Read the record again, then decide. An alert for a story that has had one needs "
             "`again`."},
    ErrorRow{Refusal::kTooManyRequests, "rate.too_many", 429, "Too many requests.",
             "Wait as long as `Retry-After` says."},
    ErrorRow{Refusal::kOverloaded, "server.overloaded", 503,
             "The server cannot take this at the moment.",
             "Try again after `Retry-After`, with the same Idempotency-Key: the request may have "
             "been done."},
    ErrorRow{Refusal::kInternal, "server.internal", 500, "Something went wrong in the server.",
             "The server's log has the reason."},
};

// "story.headline" of the newsroom is "/headline" of the body: the record is the body.
std::string pointer_of(std::string_view field) {
  for (const std::string_view record :
       {"site.", "source.", "feed.", "story.", "alert.", "thread.", "entry.", "user.", "comment.",
        "comments.", "reader.", "report."}) {
    if (field.starts_with(record)) {
      field.remove_prefix(record.size());
      break;
    }
  }
  std::string out = "#/";
  for (const char c : field) out += c == '.' ? '/' : c;
  if (out == "#/interval" || out == "#/ttl") out += "_seconds";
  return out;
}

bool is_field_name(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || c == '_' || c == '.' || (c >= '0' && c <= '9');
  });
}

http::Problem field_problem(Refusal refusal, const std::string& message) {
  const auto colon = message.find(": ");
  if (colon == std::string::npos || !is_field_name(std::string_view(message).substr(0, colon))) {
    return problem(refusal, message);
  }
  return problem(refusal, message,
                 {{pointer_of(message.substr(0, colon)), message.substr(colon + 2)}});
}

}  // namespace

std::span<const ErrorRow> error_rows() { return kRows; }

const ErrorRow& error_row(Refusal refusal) {
  const auto* row = std::find_if(kRows.begin(), kRows.end(),
                                 [&](const ErrorRow& each) { return each.refusal == refusal; });
  TOCSIN_CHECK(row != kRows.end());
  return *row;
}

http::Problem problem(Refusal refusal, std::string detail, std::vector<http::FieldProblem> errors) {
  const ErrorRow& row = error_row(refusal);
  return {.status = row.status,
          .code = std::string(row.code),
          .title = std::string(row.title),
          .detail = std::move(detail),
          .type = std::string(kPage) + '#' + std::string(row.code),
          .errors = std::move(errors)};
}

http::Problem problem_of(const Error& error) {
  switch (error.code) {
    case Errc::kInvalidArgument:
    case Errc::kNotFound:
      return field_problem(Refusal::kBodyInvalid, error.message);
    case Errc::kConflict:
      return field_problem(Refusal::kConflict, error.message);
    case Errc::kExhausted:
    case Errc::kUnavailable:
    case Errc::kTimeout:
      return problem(Refusal::kOverloaded);
    case Errc::kUnauthorized:
    case Errc::kCorrupt:
    case Errc::kInternal:
      return problem(Refusal::kInternal);
  }
  return problem(Refusal::kInternal);
}

std::string errors_markdown() {
  std::string out =
      "# Errors of the API\n\n"
      "Every refusal is a problem document (RFC 9457, `application/problem+json`). `code` is "
      "stable and made for\nprograms; `title` and `detail` are for people; `errors` names the "
      "fields of the body, as JSON pointers.\n";
  for (const auto& row : kRows) {
    out += "\n## <a id=\"" + std::string(row.code) + "\"></a>`" + std::string(row.code) + "`\n\n" +
           std::to_string(row.status) + ". " + std::string(row.title) + ' ' +
           std::string(row.remedy) + '\n';
  }
  return out;
}

}  // namespace tocsin::api
