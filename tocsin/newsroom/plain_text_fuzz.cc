// SPDX-License-Identifier: Apache-2.0
#include "tocsin/base/bytes.h"
#include "tocsin/base/check.h"
#include "tocsin/newsroom/text.h"

// Whatever comes in, UTF-8 on one line comes out, and a cut keeps its limit.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tocsin::newsroom;
  if (size == 0) return 0;
  const auto text = tocsin::as_text({data + 1, size - 1});
  const std::string plain = plain_text(text);
  TOCSIN_CHECK(characters(plain).has_value());
  TOCSIN_CHECK(collapsed(plain) == plain);
  const std::string start = cut(text, data[0]);
  TOCSIN_CHECK(characters(start).has_value());
  TOCSIN_CHECK(*characters(start) <= data[0]);
  return 0;
}
