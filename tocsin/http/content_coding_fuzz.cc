// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "tocsin/base/bytes.h"
#include "tocsin/base/check.h"
#include "tocsin/http/content_coding.h"

// The first line is the field Content-Encoding, the rest a body.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kMax = 100'000;
  const std::string_view text = tocsin::as_text({data, size});
  const auto line = std::min(text.find('\n'), text.size());
  const auto body = text.substr(std::min(line + 1, text.size()));
  const auto decoded = tocsin::http::decode_content(text.substr(0, line), body, kMax);
  if (decoded) {
    TOCSIN_CHECK(decoded->size() <= kMax);
    // What fits exactly still fits, and no less does.
    TOCSIN_CHECK(decoded->empty() ||
                 !tocsin::http::decode_content(text.substr(0, line), body, decoded->size() - 1));
  }
  return 0;
}
