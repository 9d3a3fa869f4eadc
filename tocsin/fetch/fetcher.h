// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "tocsin/base/clock.h"
#include "tocsin/base/result.h"
#include "tocsin/ingest/fetch.h"
#include "tocsin/net/loop.h"

namespace tocsin::fetch {

struct FetcherConfig {
  std::string version = "0";  // in the User-Agent, with the URL that tells what this robot is
  std::string contact_url = "https://example.org/";
  // Loopback and private networks too: for tests, the demo, and a CMS next door.
  bool allow_private_addresses = false;
  std::string ca_file;  // PEM, trusted besides the system's; empty: none
  // "http://host:port"; empty: none, whatever the environment says. A proxy resolves the names, so
  // it, not this program, must refuse private addresses.
  std::string proxy;
  Millis connect_timeout{10'000};
  Millis total_timeout{20'000};  // of a fetch, with its redirects
  Seconds low_speed_time{10};    // slower than low_speed_bytes a second for so long: timed out
  std::size_t low_speed_bytes = 100;
  std::size_t body_bytes_max = 10'000'000;  // decoded
  std::size_t header_bytes_max = 64 << 10;
  std::size_t redirects_max = 5;
  std::size_t fetches_max = 256;  // running or waiting; beyond: FetchFailure::kBusy
};

// Fetches documents with libcurl on a thread of its own: http and https only, to public addresses
// only, which is checked for every connection after the name is resolved, so that no DNS answer
// and no redirect leads inside. No cookies, no referrer, no credentials.
class Fetcher final : public ingest::FetchPort {
 public:
  // Answers come through `loop`, which must outlive the Fetcher. Errors: kInternal: libcurl cannot
  // be set up.
  static Result<std::unique_ptr<Fetcher>> start(net::Loop& loop, FetcherConfig config);
  // Cuts off what is running and ends the thread. On the loop's thread, or after the loop's end.
  ~Fetcher() override;

  // Safe from any thread; `done` runs on the loop.
  void fetch(ingest::FetchRequest request, std::function<void(ingest::FetchResult)> done) override;

 private:
  class Worker;
  explicit Fetcher(std::unique_ptr<Worker> worker);
  std::unique_ptr<Worker> worker_;
};

}  // namespace tocsin::fetch
