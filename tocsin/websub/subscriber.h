// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "tocsin/base/clock.h"
#include "tocsin/base/random.h"
#include "tocsin/core/ids.h"
#include "tocsin/ingest/discovery.h"
#include "tocsin/websub/notice.h"
#include "tocsin/websub/subscription.h"

namespace tocsin::websub {

inline constexpr Seconds kLeaseAsked{10 * 86'400};
inline constexpr Seconds kVerificationWait{600};  // from the hub's 2xx to its question
inline constexpr Seconds kRetryMin{60};           // after the first failure; doubled each time
inline constexpr Seconds kRetryMax{6 * 3'600};
inline constexpr Seconds kRefusedWait{86'400};
inline constexpr Seconds kRenewalGap{60};  // at least so long between two renewals
// A document that names another hub or topic each time is not followed more often.
inline constexpr Seconds kSwitchGap{3'600};
inline constexpr std::size_t kRunsMax = 8;
inline constexpr std::size_t kRedirectsMax = 5;
inline constexpr std::uint32_t kEndTriesMax = 3;
// A hub that fails so often, without a lease that lasts, gives way to the next one.
inline constexpr std::uint32_t kHubFailuresMax = 3;
// Polls of a feed whose hub is relied on are no further apart.
inline constexpr Seconds kCalmMax{6 * 3'600};

// One POST to a hub: application/x-www-form-urlencoded.
struct HubRequest {
  std::uint64_t run = 0;
  std::string url;
  std::string form;
};

// What came of it.
struct HubAnswer {
  int status = 0;                        // 0: there was no response
  std::string location{};                // of a redirect
  std::optional<Seconds> retry_after{};  // as Retry-After has it
  std::string detail{};                  // why there was none: host names, never a URL
};

// A record to be written, or to be removed where there is none.
struct Change {
  Token token{};
  core::FeedId feed{};
  std::optional<Subscription> record{};
};

// The subscriber's side of WebSub (W3C Recommendation 23 January 2018) for all feeds: what is
// subscribed to where, and what the hubs' requests mean. At most one subscription a feed, besides
// those that are ending. No I/O and no clock; one thread. After each call that changes something:
//
//   for (auto& change : subscriber.take_changes()) store(change);
//   for (auto& request : subscriber.due(now)) post(request);  // and at next_due()
class Subscriber {
 public:
  struct Config {
    // http://127.0.0.1 and http://localhost count as confidential, as https does.
    bool trust_loopback = false;
  };
  // `random` outlives it. Tokens and secrets come from it.
  Subscriber(Config config, Random& random) : config_(config), random_(random) {}

  // Takes up what was stored.
  void load(Subscription record);
  // What a fetch of the feed said. `callbacks`: the URL that, with a token, makes a callback URL.
  // The subscription is made, left as it is, or ended if the feed has another topic, other hubs or
  // none, at the earliest kSwitchGap after it was made.
  void want(core::FeedId feed, const ingest::Advertised& advertised, const std::string& callbacks,
            Time now);
  // The feed is not followed any more.
  void forget(core::FeedId feed, Time now);

  // The requests to be made now; each is answered by on_answer(), once.
  std::vector<HubRequest> due(Time now);
  // When due() has something to do next.
  std::optional<Time> next_due() const;
  // Gives the request that follows a redirect.
  std::optional<HubRequest> on_answer(std::uint64_t run, const HubAnswer& answer, Time now);

  // A GET of a callback URL. What to answer with 200: the challenge, or nothing where a denial was
  // heard. Nothing: 404.
  std::optional<std::string> on_notice(const Token& token, const Notice& notice, Time now);

  enum class Push : std::uint8_t {
    kUnknown,  // 410
    kIgnored,  // 2xx: not signed as it must be; whoever sent it is not told
    kHint,     // 2xx: from nobody knows whom, so it only says that there may be news
    kSigned,   // 2xx: what the topic's hub says
  };
  // A POST to a callback URL. `signature`: the X-Hub-Signature field; empty: none.
  Push on_push(const Token& token, std::string_view signature, std::string_view body,
               Time now) const;
  // New items were found in what a hub pushed, or in a fetch that a hint asked for.
  void on_told(core::FeedId feed, Time now);
  // A poll found items that the hub should have told of.
  void on_missed(core::FeedId feed, Time now);

  // How far apart polls of the feed may be while the lease lasts, given their interval.
  Seconds calm(core::FeedId feed, Seconds interval, Time now) const;

  bool knows(const Token& token) const { return records_.contains(token); }
  // Null pointer: there is none. Valid until the next call.
  const Subscription* find(const Token& token) const;
  const Subscription* of(core::FeedId feed) const;
  std::size_t live(Time now) const;
  // The feeds that have a subscription.
  std::vector<core::FeedId> feeds() const;

  // What is to be written since the last call, in order.
  std::vector<Change> take_changes() { return std::exchange(changes_, {}); }

 private:
  struct Run {
    Token token{};
    std::string url{};
    std::size_t redirects = 0;
    bool is_end = false;
  };
  using Records = std::unordered_map<Token, Subscription, OctetsHash>;

  Subscription* current(core::FeedId feed);
  void begin(core::FeedId feed, const ingest::Advertised& advertised, const std::string& callbacks,
             Time now);
  void end(Subscription& record, Time now);
  void remove(const Token& token);
  void changed(const Subscription& record);
  bool is_running(const Token& token) const;
  bool is_confidential(const std::string& url) const;
  std::optional<HubRequest> follow(std::uint64_t run, const HubAnswer& answer);
  HubRequest request(std::uint64_t run, Subscription& record);
  void fail(Subscription& record, std::string problem, Seconds at_least, Time now);
  void refuse(Subscription& record, const std::string& reason, Time now);
  void use_next_hub(const Subscription& record, Time now);
  void on_deadline(Subscription& record, Time now);

  const Config config_;
  Random& random_;
  Records records_;
  std::unordered_map<core::FeedId, Token> by_feed_;
  std::map<std::uint64_t, Run> runs_;
  std::uint64_t last_run_ = 0;
  std::vector<Change> changes_;
};

}  // namespace tocsin::websub
