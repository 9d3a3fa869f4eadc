// SPDX-License-Identifier: Apache-2.0
#include "tocsin/base/bytes.h"
#include "tocsin/json/json.h"

// What parses must print, and the print must parse to the same value.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto json = tocsin::Json::parse(tocsin::as_text({data, size}));
  if (!json) return 0;
  const auto again = tocsin::Json::parse(json->dump(), {.bytes_max = 1 << 24});
  TOCSIN_CHECK(again.has_value());
  TOCSIN_CHECK(again->dump() == json->dump());
  return 0;
}
