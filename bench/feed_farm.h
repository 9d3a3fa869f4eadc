// SPDX-License-Identifier: Apache-2.0
// A farm of feeds on loopback: each has an address of its own in 127.0.0.0/8, so that a poller
// meets as many hosts as feeds; with faults, two share one. What a feed has at a moment, and which
// fault it answers a request with, follow from its number alone.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tocsin/base/clock.h"

namespace tocsin::bench {

enum class Fault : std::uint8_t {
  kNone,
  kServerError,  // every fifth answer is 500
  kRetryAfter,   // every sixth is 503 with Retry-After
  kThrottle,     // every sixth is 429 with Retry-After
  kMoved,        // always redirects for good
  kTruncated,    // every third body ends too early
  kSlow,         // every fourth comes in drops, for three seconds
  kBomb,         // every fourth is compressed and beyond the limit
  kNewGuids,     // half-way all guids change
  kGone,         // half-way it answers 410
};
std::string_view text(Fault fault);

struct FarmConfig {
  std::size_t feeds = 0;
  bool has_faults = false;
  Time start{};            // feeds begin with a past
  Seconds duration{0};     // half of it is half-way
  Seconds gap_min{1'200};  // between two items of a feed
  Seconds gap_max{3'600};
  Seconds retry_after{20};
};

// One request, as the farm saw it.
struct Visit {
  Time at{};
  int status = 0;  // 0: none was sent whole
  bool is_conditional = false;
  bool is_faulty = false;      // the answer was not to be read
  bool is_redirected = false;  // to the address that the feed moved to
  std::int64_t newest = 0;     // number of the latest item it was told of
};

struct FeedLog {
  std::vector<Visit> visits;
};

// The feeds of one host together.
struct HostLog {
  int open = 0;      // requests that have no answer
  int open_max = 0;  // at a time
};

class FeedFarm {
 public:
  static constexpr std::int64_t kItems = 30;  // in a document

  explicit FeedFarm(FarmConfig config);
  ~FeedFarm();
  FeedFarm(const FeedFarm&) = delete;
  FeedFarm& operator=(const FeedFarm&) = delete;

  std::uint16_t port() const { return port_; }
  std::string url(std::size_t feed) const;
  Fault fault(std::size_t feed) const;
  // Number of the latest item of the feed at that moment; those up to 0 are its past.
  std::int64_t newest(std::size_t feed, Time at) const;
  static std::string item_url(std::size_t feed, std::int64_t item);

  // Serves for so long.
  void run(Seconds duration);
  const FeedLog& log(std::size_t feed) const { return logs_[feed]; }
  const HostLog& host_log(std::size_t feed) const { return hosts_[host(feed)]; }

 private:
  struct Connection;

  std::size_t host(std::size_t feed) const { return config_.has_faults ? feed / 2 : feed; }
  Seconds gap(std::size_t feed) const;
  Time half_way() const { return config_.start + config_.duration / 2; }
  std::string document(std::size_t feed, Time now) const;
  void accept_all();
  bool read_some(Connection& connection);
  bool write_some(Connection& connection, Time now);
  void answer(Connection& connection, const std::string& request, Time now);
  void answer_well(Connection& connection, const std::string& request, Visit& visit);
  bool answer_badly(Connection& connection, std::size_t turn, Visit& visit);
  void drop(int file);

  FarmConfig config_;
  int listener_ = -1;
  int poll_ = -1;
  std::uint16_t port_ = 0;
  std::string bomb_;
  std::vector<FeedLog> logs_;
  std::vector<HostLog> hosts_;
  std::vector<std::unique_ptr<Connection>> connections_;  // by file
  std::vector<int> slow_;
};

}  // namespace tocsin::bench
