// SPDX-License-Identifier: Apache-2.0
#include "tocsin/base/bytes.h"
#include "tocsin/base/check.h"
#include "tocsin/feed/dates.h"

// What is read prints as RFC 3339, which is read as the same moment.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto time = tocsin::feed::parse_date(tocsin::as_text({data, size}));
  if (!time) return 0;
  TOCSIN_CHECK(tocsin::parse_rfc3339(tocsin::rfc3339(*time)) == time);
  const auto year =
      std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(*time)).year();
  TOCSIN_CHECK(year >= std::chrono::year(1899) && year <= std::chrono::year(2101));
  return 0;
}
