// SPDX-License-Identifier: Apache-2.0
#include "tocsin/api/api_fixture.h"

namespace {

// The bytes up to the next line end, which goes too.
std::string_view line(std::string_view& text) {
  const auto out = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(text.size(), out.size() + 1));
  return out;
}

}  // namespace

// Four lines (method, target, token, one field "name:value"), then the body: one answer, with a
// status there is, and JSON wherever it says so.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input = tocsin::as_text({data, size});
  const std::string method(line(input));
  const std::string target(line(input));
  const std::string token(line(input));
  const std::string_view field = line(input);
  tocsin::http::Headers headers;
  const auto colon = field.find(':');
  if (colon != field.npos) headers.add(field.substr(0, colon), field.substr(colon + 1));

  tocsin::api::TestApi api;
  const auto response = api.call(token, method, target, std::string(input), headers);
  TOCSIN_CHECK(response.status >= 200 && response.status < 600);
  TOCSIN_CHECK(response.status != 500);
  const auto type = response.headers.find("content-type").value_or("");
  if (type.find("json") != type.npos) {
    const auto json = tocsin::Json::parse(response.body, {.bytes_max = 1 << 24});
    TOCSIN_CHECK(json.has_value());
    if (response.status >= 400 && response.status != 503) TOCSIN_CHECK(json->text("code"));
  }
  return 0;
}
