// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "tocsin/base/bytes.h"
#include "tocsin/base/check.h"
#include "tocsin/httpd/http_target.h"

// Whatever is accepted keeps the promises of HttpTarget.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto target = tocsin::httpd::parse_http_target(tocsin::as_text({data, size}));
  if (!target) return 0;
  const std::string& path = target->path;
  TOCSIN_CHECK(path.starts_with('/'));
  TOCSIN_CHECK(path.find("//") == path.npos);
  TOCSIN_CHECK((path + '/').find("/../") == path.npos);
  TOCSIN_CHECK((path + '/').find("/./") == path.npos);
  TOCSIN_CHECK(path.find('\0') == path.npos && path.find('\\') == path.npos);
  return 0;
}
