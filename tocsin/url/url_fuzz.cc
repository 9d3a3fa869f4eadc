// SPDX-License-Identifier: Apache-2.0
#include "tocsin/base/bytes.h"
#include "tocsin/url/url.h"

// What is written parses to the same URL, whether it was given whole or as a reference; what looks
// normal is.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = tocsin::as_text({data, size});
  if (const auto link = tocsin::normal_web_link(text)) {
    const auto url = tocsin::Url::parse(text);
    TOCSIN_CHECK(url.has_value() && url->is_http() && url->text() == *link);
  }
  const auto base = tocsin::Url::parse("http://user@a:8080/b/c/d;p?q#f");
  for (const auto& url : {tocsin::Url::parse(text), base->resolve(text)}) {
    if (!url) continue;
    const auto again = tocsin::Url::parse(url->text());
    TOCSIN_CHECK(again.has_value());
    TOCSIN_CHECK(*again == *url);
    TOCSIN_CHECK(url->resolve(url->text()).has_value());
  }
  return 0;
}
