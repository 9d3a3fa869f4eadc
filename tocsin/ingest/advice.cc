// SPDX-License-Identifier: Apache-2.0
#include "tocsin/ingest/advice.h"

namespace tocsin::ingest {
namespace {

std::string about_failure(FetchFailure failure, const std::string& detail) {
  const std::string what = detail.empty() ? "" : " (" + detail + ")";
  switch (failure) {
    case FetchFailure::kUnreachable:
      return "The server cannot be reached" + what + ": check the address if this lasts.";
    case FetchFailure::kTimeout:
      return "The server takes too long" + what + ": check the address if this lasts.";
    case FetchFailure::kTooLarge:
      return "The answer is too large" + what + ": ask its owner for a shorter feed.";
    case FetchFailure::kForbidden:
      return "The address may not be fetched" + what +
             ": give a public http or https address, or allow private ones in the settings.";
    case FetchFailure::kRedirects:
      return "The redirects lead nowhere" + what + ": find the feed's present address.";
    case FetchFailure::kBroken:
      return "The answer broke off or cannot be decoded" + what +
             ": tell the feed's owner if this lasts.";
    case FetchFailure::kBusy:
      break;
  }
  return "This server has too many fetches under way: poll fewer feeds, or less often.";
}

}  // namespace

std::string advice(const FetchResult& result) {
  if (result.failure) return about_failure(*result.failure, result.detail);
  const int status = result.status;
  const std::string number = " (status " + std::to_string(status) + ")";
  if (result.headers.find("cf-mitigated") == "challenge") {
    return "The site wants a captcha solved" + number +
           ": ask its owner to let Tocsin in, or for another address.";
  }
  if (status == 401 || status == 403) {
    return "The server refuses us" + number + ": ask its owner to let Tocsin in.";
  }
  if (status == 404) {
    return "Nothing is at this address" + number + ": find the feed's present address.";
  }
  if (status == 410) {
    return "The feed is gone for good" + number +
           " and is not polled any more: remove it, or give its present address.";
  }
  if (status == 429) {
    return "The server wants fewer visits" + number +
           " and is left alone for a while: set a longer interval if this comes again.";
  }
  if (status >= 500) {
    return "The server has a fault of its own" + number + ": tell the feed's owner if this lasts.";
  }
  return "The server does not answer with a feed" + number + ": find the feed's present address.";
}

std::string advice_not_a_feed(std::string_view reason) {
  return "The answer is not a feed (" + std::string(reason) +
         "): open the address in a browser to see what it is; the stories that are here stay.";
}

}  // namespace tocsin::ingest
