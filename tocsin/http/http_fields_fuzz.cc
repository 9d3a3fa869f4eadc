// SPDX-License-Identifier: Apache-2.0
#include "tocsin/base/bytes.h"
#include "tocsin/base/check.h"
#include "tocsin/http/cache.h"
#include "tocsin/http/dates.h"
#include "tocsin/http/media_type.h"
#include "tocsin/http/percent.h"
#include "tocsin/http/retry_after.h"

// Every field parser on the same bytes. Dates and percent-encoding must survive a round trip.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tocsin;  // NOLINT(google-build-using-namespace): a program of one file
  const std::string_view text = as_text({data, size});
  const Time now{Seconds(1'795'426'860)};

  if (const auto date = http::parse_http_date(text, now)) {
    TOCSIN_CHECK(http::parse_http_date(http::http_date(*date), now) == date);
  }
  if (const auto wait = http::parse_retry_after(text, now)) TOCSIN_CHECK(*wait >= Seconds(0));
  if (const auto bytes = http::percent_decode(text)) {
    TOCSIN_CHECK(http::percent_decode(http::percent_encode(*bytes)) == bytes);
  }
  if (const auto type = http::MediaType::parse(text)) {
    TOCSIN_CHECK(http::MediaType::parse(type->essence)->essence == type->essence);
  }
  for (const auto* name : {"cache-control", "expires"}) {
    http::Headers headers;
    headers.add(name, text);
    const auto fresh = http::fresh_for(headers, now);
    TOCSIN_CHECK(!fresh || *fresh >= Seconds(0));
  }
  http::Request request;
  request.query = text;
  (void)request.parameter("q");
  return 0;
}
