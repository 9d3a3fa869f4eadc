// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "tocsin/api/ports.h"
#include "tocsin/guard/rate_limit.h"
#include "tocsin/http/message.h"
#include "tocsin/ingest/poller.h"
#include "tocsin/net/loop.h"
#include "tocsin/newsroom/content.h"
#include "tocsin/store/store.h"
#include "tocsin/websub/subscriber.h"

namespace tocsin::server {

// Subscribes to the feeds that have a hub, takes what hubs push, and lets such feeds be polled less
// often. It stands between the poller and whoever takes what was fetched. Main loop.
class WebSubDesk final : public ingest::Sink {
 public:
  struct Ports {
    net::Loop& loop;
    store::Store& store;
    ingest::FetchPort& web;
    ingest::Sink& next;
    Random& random;
    const Clock& clock;
    // Hubs and this server may be on this machine or in a private network.
    bool allow_private_addresses = false;
  };

  // All outlive this.
  explicit WebSubDesk(const Ports& ports);

  // Before anything else. The poller outlives this; `on_due` is called when it may have something
  // to do.
  void attach(ingest::Poller& poller, std::function<void()> on_due);
  // Takes up what was stored, once the poller has the feeds.
  Status load();

  void take(ingest::FetchOutcome outcome) override;
  // A feed was added, changed or switched off. One with another address is another feed to a hub.
  void on_feed(const core::Feed& feed);
  void on_feed_removed(core::FeedId feed);
  // It may have got another address, at which hubs are to call.
  void on_site(core::SiteId site);
  void on_new_items(core::FeedId feed, bool is_told);

  static bool owns(std::string_view path);
  // A request of a hub, or of somebody who would like to be one.
  void handle(const http::Request& request, const http::Respond& respond);
  // How long the body of a request may be: a document's length, for a callback that exists.
  std::size_t body_bytes_max(std::string_view target, std::size_t otherwise) const;

  // Nothing: the feed has no hub.
  std::optional<api::HubHealth> health(core::FeedId feed) const;

 private:
  std::optional<std::string> callbacks_of(core::FeedId feed) const;
  void follow_hub(core::FeedId feed, const ingest::FeedState& state);
  void follow_hubs_of(const std::vector<core::Feed>& feeds);
  std::optional<Seconds> refuse(const http::Request& request,
                                const std::optional<websub::Token>& token);
  http::Response answer_get(const http::Request& request, const websub::Token& token);
  void take_push(const http::Request& request, const websub::Token& token,
                 const http::Respond& respond);
  bool read_push(const http::Request& request, core::FeedId feed, const std::string& topic);
  // Writes and sends what the subscriber has decided.
  void settle();
  void post(websub::HubRequest request);
  void keep_changes();
  void set_calm(core::FeedId feed);

  Ports ports_;
  const newsroom::Content& content_;
  websub::Subscriber subscriber_;
  ingest::Poller* poller_ = nullptr;
  std::function<void()> on_due_;
  std::unordered_map<core::FeedId, std::string> urls_;  // of the feeds, to see them change
  std::unordered_set<core::FeedId> hinted_;             // to be polled because a hub said so
  guard::RateLimit callers_;
  Handle every_second_;
};

}  // namespace tocsin::server
