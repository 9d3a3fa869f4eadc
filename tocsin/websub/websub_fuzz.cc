// SPDX-License-Identifier: Apache-2.0
#include "tocsin/base/bytes.h"
#include "tocsin/base/check.h"
#include "tocsin/http/link.h"
#include "tocsin/http/percent.h"
#include "tocsin/ingest/discovery.h"
#include "tocsin/websub/notice.h"
#include "tocsin/websub/signature.h"

namespace {

using namespace tocsin;  // NOLINT(google-build-using-namespace): a program of one file

void check_advertised(const ingest::Advertised& found) {
  TOCSIN_CHECK(found.hubs.size() <= ingest::kHubsMax);
  TOCSIN_CHECK(!found.hubs.empty() || found.topic.empty());
  TOCSIN_CHECK(found.hubs.empty() || found.refused_hub.empty());
  for (const auto& hub : found.hubs) {
    TOCSIN_CHECK(hub.starts_with("http") && hub.size() <= ingest::kHubUrlBytesMax);
  }
}

}  // namespace

// What hubs and publishers send: the query of a callback, the fields X-Hub-Signature and Link, and
// the head of a page.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = as_text({data, size});

  if (const auto notice = websub::parse_notice(text)) {
    TOCSIN_CHECK(!notice->topic.empty());
    TOCSIN_CHECK(notice->lease >= Seconds(0) && notice->lease <= websub::kLeaseMax);
    TOCSIN_CHECK(notice->reason.size() <= websub::kReasonBytesMax);
    TOCSIN_CHECK(notice->challenge.empty() == (notice->mode == websub::Notice::Mode::kDenied));
  }

  // Nobody guesses a signature of a secret that they do not know; theirs fits.
  const Bytes secret(32, 7);
  TOCSIN_CHECK(!websub::is_signed(text, secret, {data, size}));

  const auto links = http::parse_link(text);
  TOCSIN_CHECK(links.size() <= http::kLinksMax);
  http::Headers headers;
  headers.add("link", text);
  const std::string address = "https://news.example/feed";
  check_advertised(ingest::discover(headers, {}, address));
  check_advertised(ingest::discover_in_page({}, text, address));
  return 0;
}
