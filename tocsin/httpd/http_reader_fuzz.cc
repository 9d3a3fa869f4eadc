// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "tocsin/base/bytes.h"
#include "tocsin/base/check.h"
#include "tocsin/httpd/http_reader.h"

namespace {

using tocsin::httpd::HttpReader;

const tocsin::httpd::HttpReadLimits kLimits{
    .header_bytes_max = 512, .target_bytes_max = 128, .fields_max = 10, .body_bytes_max = 256};

// What the requests in `text` say, cut into pieces of `piece` bytes.
std::string read_all(std::string_view text, std::size_t piece) {
  HttpReader reader(kLimits);
  std::string out;
  while (!text.empty()) {
    const auto part = text.substr(0, piece);
    text.remove_prefix(part.size());
    reader.feed(part);
    auto progress = reader.advance();
    for (; progress == HttpReader::Progress::kComplete; progress = reader.advance()) {
      const auto& request = reader.request();
      TOCSIN_CHECK(request.body.size() <= kLimits.body_bytes_max);
      out += request.method + ' ' + request.path + ' ' + request.host + ' ' + request.body + '\n';
      reader.restart();
    }
    if (progress == HttpReader::Progress::kRefused) {
      TOCSIN_CHECK(reader.refusal_status() >= 400);
      return out + "refused";
    }
  }
  return out;
}

}  // namespace

// Where the network cuts the bytes changes nothing.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = tocsin::as_text({data, size});
  const auto whole = read_all(text, size);
  TOCSIN_CHECK(whole == read_all(text, 1));
  TOCSIN_CHECK(whole == read_all(text, 7));
  return 0;
}
