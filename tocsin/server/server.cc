// SPDX-License-Identifier: Apache-2.0
#include "tocsin/server/server.h"

#include <algorithm>
#include <limits>

#include "tocsin/api/api.h"
#include "tocsin/crypto/crypto.h"
#include "tocsin/fanout/broadcasts.h"
#include "tocsin/feed/sanitize/sanitize.h"
#include "tocsin/ingest/finder.h"
#include "tocsin/ingest/poller.h"
#include "tocsin/observe/log.h"
#include "tocsin/observe/metrics.h"
#include "tocsin/pages/pages.h"
#include "tocsin/server/adapters.h"
#include "tocsin/server/conversation/account_book.h"
#include "tocsin/server/conversation/classifier.h"
#include "tocsin/server/conversation/letters.h"
#include "tocsin/server/conversation/live_desk.h"
#include "tocsin/server/conversation/notices.h"
#include "tocsin/server/conversation/openings.h"
#include "tocsin/server/conversation/receipts.h"
#include "tocsin/server/conversation/vote_counts.h"
#include "tocsin/server/desk.h"
#include "tocsin/server/feeds/feed_visits.h"
#include "tocsin/server/feeds/hub_pings.h"
#include "tocsin/server/feeds/websub_desk.h"
#include "tocsin/server/key_refill.h"
#include "tocsin/server/key_ring.h"
#include "tocsin/server/own_messages.h"
#include "tocsin/server/subscription_book.h"
#include "tocsin/server/token_list.h"

namespace tocsin::server {
namespace {

// The broadcast of an alert begins within moments of it; so long ago, a crash may have come
// between.
constexpr Seconds kAlertsResumed{86'400};
// How many connections are opened ahead: 100 streams each carry 2,000 messages a second at 50 ms.
constexpr std::uint64_t kSubscriptionsPerConnection = 3'000;
// How often it is seen whether a store that was behind has caught up.
constexpr Millis kStoreLook{50};

}  // namespace

// A member may use only those above it; they go in the opposite order.
struct Server::Parts {
  Parts(net::Loop& the_loop, ServerConfig the_config, std::unique_ptr<store::Store> the_store)
      : loop(the_loop), config(std::move(the_config)), store(std::move(the_store)) {}

  Status start_threads();
  Status load();
  void connect_pings(const HubPings::Told& told);
  void connect_broadcasts();
  void connect();
  void resume();
  void announce(const core::Alert& alert);
  void send_test(const core::SubscriptionId& id, const std::function<void(Status)>& done);
  void warm() const;
  void on_finished();
  void connect_conversations();
  void do_hourly();
  void on_live_event(const core::LiveEvent& event);
  void run_own(newsroom::Body body);
  bool send_to(const core::Alert& alert, const core::Story& story, const core::SubscriptionId& to,
               std::function<void(core::Outcome)> done);
  void push_link(const core::SubscriptionId& to, const std::string& title, const std::string& body,
                 const std::string& url);
  void poll();
  void answer(const http::Request& request, http::Respond respond);
  std::string expose() const;
  const core::Site* site_of(const http::Request& request);
  Status serve(const pages::Assets& assets);

  net::Loop& loop;
  ServerConfig config;
  std::vector<HubAddress> own_hubs;  // of config.hubs
  const Clock& clock = *config.clock;
  crypto::SecureRandom random;
  IdSource ids{clock, random};
  std::string first_token;
  newsroom::KeptBodies bodies;

  std::unique_ptr<store::Store> store;
  std::unique_ptr<SenderPool> senders;
  std::unique_ptr<fetch::Fetcher> fetcher;
  std::unique_ptr<fetch::Courier> courier;  // null: no e-mail is sent
  std::optional<KeyRing> keys;
  std::optional<TokenList> tokens;
  fanout::SubscriptionTable table;
  std::optional<KeyRefill> refill;
  std::optional<SubscriptionBook> book;
  std::optional<Dispatch> dispatch;
  std::optional<Alarm> broadcast_alarm;
  std::optional<fanout::Broadcasts> broadcasts;
  std::optional<Desk> desk;
  std::optional<Fetches> fetches;
  std::optional<HubPings> pings;
  std::optional<ingest::Finder> finder;
  std::optional<WebSubDesk> hubs;
  std::optional<ingest::Poller> poller;
  Handle poll_timer;
  std::optional<AccountBook> accounts;
  std::optional<Letters> letters;
  std::optional<Classifier> classifier;
  std::optional<Receipts> receipts;
  std::optional<LiveDesk> live;
  std::optional<Openings> openings;
  std::optional<Notices> notices;
  std::optional<VoteCounts> vote_counts;
  Handle every_second;
  Handle hourly;
  std::optional<BroadcastView> broadcast_view;
  std::optional<FeedVisits> visits;
  std::optional<api::Api> api;
  std::optional<pages::Pages> pages;
  std::vector<core::Site> sites;
  std::unique_ptr<httpd::HttpServer> http;
  Handle drain_timer;
};

Status Server::Parts::start_threads() {
  TOCSIN_TRY(senders,
             SenderPool::start(loop, config.senders, clock, [this](const core::Decisions& news) {
               broadcasts->on_decisions(news);
             }));
  TOCSIN_TRY(fetcher, fetch::Fetcher::start(loop, config.fetcher));
  if (!config.mail.url.empty()) {
    TOCSIN_TRY(courier, fetch::Courier::start(loop, random, config.mail));
  }
  return ok();
}

Status Server::Parts::load() {
  auto& reader = store->reader();
  sites = reader.content().sites();
  keys.emplace(*store, *senders, ids, clock, config.first_site.vapid_subject);
  TOCSIN_TRY(const auto site_keys, reader.load_site_keys());
  for (const auto& key : site_keys) keys->add(key);
  TOCSIN_TRY(const auto api_tokens, reader.load_api_tokens());
  tokens.emplace(api_tokens);

  accounts.emplace(loop, *store, random, clock);
  TOCSIN_TRY(std::ignore, accounts->load());

  refill.emplace(loop, table, config.folder);
  book.emplace(*store, table, *keys, clock);
  book->set_refill([this](const core::SubscriptionId& id) { refill->add(id); });
  TOCSIN_TRY(const auto told, reader.load_hubs_told());
  connect_pings(told);
  const Instant started = clock.instant();
  TOCSIN_TRY(const auto count, book->load());
  const auto took = std::chrono::duration_cast<Millis>(clock.instant() - started);
  log::info("subscriptions.loaded", {{"count", count}, {"ms", took.count()}});
  refill->load();
  return ok();
}

void Server::Parts::connect_pings(const HubPings::Told& told) {
  const auto& content = store->reader().content();
  pings.emplace(
      HubPings::Ports{
          .clock = clock,
          .web = *fetcher,
          .news = [&content](std::uint64_t after,
                             std::size_t limit) { return hub_news(content, after, limit); },
          .keep =
              [this](const std::string& hub, std::uint64_t sequence) {
                store->put_hub_told(hub, sequence, [](const auto& kept) {
                  if (!kept) log::warn("hub.not_kept", {{"why", kept.error().message}});
                });
              }},
      own_hubs, told, content.last_sequence());
}

void Server::Parts::connect_broadcasts() {
  dispatch.emplace(*senders);
  broadcast_alarm.emplace(loop, clock, [this] { broadcasts->on_time(); });
  broadcasts.emplace(
      fanout::Broadcasts::Ports{clock, table, store->progress(), *dispatch},
      fanout::Broadcasts::Settings{},
      fanout::Broadcasts::Events{
          .on_gone = [this](std::vector<core::SubscriptionId> gone,
                            Time as_of) { book->retire_gone(std::move(gone), as_of); },
          .on_finished = [this](const fanout::Progress&) { on_finished(); },
          .wake_at = [this](Instant at) { broadcast_alarm->set(at); }});
  book->set_test_sender([this](const core::SubscriptionId& id,
                               const std::function<void(Status)>& done) { send_test(id, done); });
}

void Server::Parts::connect() {
  connect_broadcasts();
  desk.emplace(loop, *store, ids, random, clock);
  book->set_newsroom(*desk, random);
  finder.emplace(*fetcher);
  fetches.emplace(*fetcher, *store, [this] { poll(); });
  hubs.emplace(WebSubDesk::Ports{loop, *store, *fetcher, *desk, random, clock,
                                 config.fetcher.allow_private_addresses});
  poller.emplace(ingest::PollerConfig{.fetches_max = config.fetches_max}, clock, random, *fetches,
                 *hubs);
  hubs->attach(*poller, [this] { poll(); });
  desk->listen(
      {.on_changes =
           [this](const newsroom::Effects& effects) { bodies.drop_changed(effects.changes); },
       .on_alert = [this](const core::Alert& alert) { announce(alert); },
       .on_site =
           [this](const core::Site& site) {
             sites = store->reader().content().sites();
             keys->ensure(site.id);
             openings->touch_all();
             hubs->on_site(site.id);
           },
       .on_feed =
           [this](const core::Feed& feed) {
             if (feed.enabled) {
               poller->put(target_of(feed));
             } else {
               poller->remove(feed.id);
             }
             hubs->on_feed(feed);
             poll();
           },
       .on_feed_removed =
           [this](core::FeedId feed) {
             poller->remove(feed);
             hubs->on_feed_removed(feed);
           },
       .on_fresh_items =
           [this](core::FeedId feed, std::size_t count, Time at) {
             poller->learn(feed, count, at);
             poll();
           },
       .on_not_taken = [this](core::FeedId feed) { poller->look_again(feed); },
       .on_live_event = [this](const core::LiveEvent& event) { on_live_event(event); },
       .on_vote = [this](core::CommentId comment) { vote_counts->on_vote(comment); },
       .on_follower =
           [this](const core::Follower& follower) {
             if (follower.all || follower.closing) openings->follow(follower.story);
           },
       .on_new_items = [this](core::FeedId feed,
                              bool is_told) { hubs->on_new_items(feed, is_told); }});
}

void Server::Parts::connect_conversations() {
  const auto& content = store->reader().content();
  Letters::SendMail send_mail;
  if (courier) {
    send_mail = [this](const fetch::Mail& mail, auto done) {
      courier->send(mail, std::move(done));
    };
  }
  letters.emplace(
      *accounts, clock,
      [this](const core::SubscriptionId& to, const std::string& title, const std::string& body,
             const std::string& url) { push_link(to, title, body, url); },
      std::move(send_mail));
  classifier.emplace(*fetcher, clock);
  receipts.emplace(table, [&content](core::AlertId id) { return content.alert(id).has_value(); });
  live.emplace(loop, content, random, clock, config.live_streams_per_network,
               [this](const core::Site& site, const core::Story& story) {
                 return pages->card_html(site, story);
               });
  openings.emplace(content, clock,
                   [this](core::StoryId story) { run_own(conversation::AnnounceOpening{story}); });
  vote_counts.emplace(
      clock, [this](core::CommentId comment) { run_own(conversation::AnnounceVotes{comment}); });
  live->set_on_conversation([this](core::StoryId story) { openings->watch(story); });
  notices.emplace(Notices::Ports{
      .content = content,
      .clock = clock,
      .send = [this](const core::Alert& alert, const core::Story& story,
                     const core::SubscriptionId& to,
                     Notices::Sent done) { return send_to(alert, story, to, std::move(done)); },
      .note = [this](conversation::NoteTold told) { run_own(std::move(told)); }});
  every_second = loop.every(Millis(1'000), [this] {
    openings->look();
    notices->run();
    vote_counts->run();
    pings->run();
  });
  hourly = loop.every(Millis(3'600'000), [this] { do_hourly(); });
  do_hourly();
}

void Server::Parts::do_hourly() {
  store->forget_networks(
      clock.now() - guard::kNetworksKept, [](const Result<std::size_t>& forgotten) {
        if (!forgotten) log::warn("networks.not_forgotten", {{"why", forgotten.error().message}});
      });
}

// A command that nobody asked for.
void Server::Parts::run_own(newsroom::Body body) {
  newsroom::Command command{.at = clock.now(), .actor = "clock", .body = std::move(body)};
  random.fill(command.id);
  desk->execute(std::move(command), [](const Result<newsroom::Effects>& done) {
    if (!done) log::warn("command.not_done", {{"why", done.error().message}});
  });
}

// Tells open pages, and those who follow the conversation.
void Server::Parts::on_live_event(const core::LiveEvent& event) {
  using Kind = core::LiveEvent::Kind;
  live->tell(event);
  if (event.kind == Kind::kStory) {
    openings->touch(event.story);
    pings->look();
  }
  if (event.kind == Kind::kComment) notices->on_comment(event.story);
  if (event.kind != Kind::kConversation) return;
  openings->touch(event.story);
  const auto conversation = store->reader().content().conversation(event.story);
  if (conversation && !conversation->was_open) notices->on_closed(event.story);
}

// One message to one device, outside of any broadcast.
bool Server::Parts::send_to(const core::Alert& alert, const core::Story& story,
                            const core::SubscriptionId& to,
                            std::function<void(core::Outcome)> done) {
  const auto site = store->reader().content().site(alert.site);
  return site && broadcasts->send_test(alert, story, *site, to, std::move(done));
}

void Server::Parts::push_link(const core::SubscriptionId& to, const std::string& title,
                              const std::string& body, const std::string& url) {
  const auto subscription = book->find(to);
  if (!subscription) return;
  const auto message = link_message(subscription->site, title, body, url, ids, clock.now());
  send_to(message.alert, message.story, to, [](core::Outcome) {});
}

// Starts the broadcast of an alert that has none. An alert that comes a second time (a repeated
// command) is known to the broadcasts or to the store, and left alone.
void Server::Parts::announce(const core::Alert& alert) {
  const auto& content = store->reader().content();
  const auto story = content.story(alert.story);
  const auto site = content.site(alert.site);
  const auto known = broadcasts->progress(alert.id);
  if (!story || !site || !known || *known) return;
  const auto started = broadcasts->start(alert, *story, *site);
  if (!started) {
    log::warn("broadcast.not_started",
              {{"alert", alert.id.text()}, {"why", started.error().message}});
  }
  refill->pause(!broadcasts->running().empty());
}

// The material that a broadcast used is replaced before the next.
void Server::Parts::on_finished() {
  if (!broadcasts->running().empty()) return;
  refill->pause(false);
  refill->begin();
}

// Opens connections to every push service, as many as its subscriptions ask for.
void Server::Parts::warm() const {
  std::map<std::string, std::uint64_t> subscriptions;
  for (std::uint32_t p = 0; p < core::kPartitions; ++p) {
    table.each_origin(p, [&](std::string_view origin, const fanout::Bitmap& slots) {
      subscriptions[std::string(origin)] += slots.common(table.active(p));
    });
  }
  for (const auto& [origin, count] : subscriptions) {
    if (count > 0) senders->warm(origin, 1 + count / kSubscriptionsPerConnection);
  }
}

// Goes on with broadcasts that were not finished, and starts those of alerts that were made just
// before the end.
void Server::Parts::resume() {
  const auto& content = store->reader().content();
  const auto unfinished = store->progress().load_unfinished();
  if (!unfinished) {
    log::error("broadcast.not_resumed", {{"why", unfinished.error().message}});
    return;
  }
  for (const auto& saved : *unfinished) {
    const auto alert = content.alert(saved.progress.alert);
    const auto story = alert ? content.story(alert->story) : std::nullopt;
    const auto site = alert ? content.site(alert->site) : std::nullopt;
    if (!story || !site) continue;
    const auto resumed = broadcasts->resume(saved, *alert, *story, *site);
    if (!resumed) log::error("broadcast.not_resumed", {{"why", resumed.error().message}});
  }
  refill->pause(!broadcasts->running().empty());
  for (const auto& site : content.sites()) {
    for (const auto& alert : content.alerts({.site = site.id,
                             .limit = std::numeric_limits<std::size_t>::max(),
                             .since = clock.now() - kAlertsResumed})) {
      if (alert.created + alert.ttl > clock.now()) announce(alert);
    }
  }
}

void Server::Parts::send_test(const core::SubscriptionId& id,
                              const std::function<void(Status)>& done) {
  const auto subscription = book->find(id);
  const auto site =
      subscription ? store->reader().content().site(subscription->site) : std::nullopt;
  if (!site) return done(Error{Errc::kNotFound, "there is no such subscription"});

  const auto [story, alert] = test_message(*site, ids, clock.now());
  const auto sent = broadcasts->send_test(alert, story, *site, id, [done](core::Outcome outcome) {
    if (outcome == core::Outcome::kAccepted) return done(ok());
    done(Error{Errc::kUnavailable,
               "the push service answered: " + std::string(core::text(outcome))});
  });
  if (!sent) done(sent);
}

void Server::Parts::poll() {
  poller->run_due();
  const auto due = poller->next_due();
  if (!due) {
    poll_timer.reset();
    return;
  }
  const Millis least = fetches->is_open() ? Millis(1) : kStoreLook;
  poll_timer = loop.after(std::max(*due - clock.now(), least), [this] { poll(); });
}

std::string Server::Parts::expose() const {
  std::size_t held = 0;
  for (const auto& site : sites) {
    for (const auto& [feed, count] : store->reader().content().held_alerts(site.id)) held += count;
  }
  metrics::set("tocsin_alerts_held", static_cast<double>(held));
  return metrics::expose();
}

const core::Site* Server::Parts::site_of(const http::Request& request) {
  const auto found = std::find_if(sites.begin(), sites.end(), [&](const core::Site& site) {
    const auto url = Url::parse(site.base_url);
    return url && url->origin() == url->scheme + "://" + request.host;
  });
  if (found != sites.end()) return &*found;
  return sites.empty() ? nullptr : &sites.front();
}

void Server::Parts::answer(const http::Request& request, http::Respond respond) {
  auto counted = [respond = std::move(respond)](http::Response response) {
    metrics::count("tocsin_http_requests_total", 1, std::to_string(response.status / 100) + "xx");
    respond(std::move(response));
  };
  if (api::Api::owns(request.path)) return api->handle(request, std::move(counted));
  if (WebSubDesk::owns(request.path)) return hubs->handle(request, counted);
  if (config.extra) {
    if (auto response = config.extra(request)) return counted(*std::move(response));
  }
  const core::Site* site = site_of(request);
  if (site == nullptr) return counted({.status = 503});
  counted(pages->handle(*site, request));
}

Status Server::Parts::serve(const pages::Assets& assets) {
  const auto& content = store->reader().content();
  broadcast_view.emplace(*broadcasts, [this] { warm(); });
  visits.emplace(*poller, *hubs, [this] { poll(); });
  std::vector<std::string> hub_urls;
  for (const auto& hub : own_hubs) hub_urls.push_back(hub.url);
  pages.emplace(content, assets, clock, std::move(hub_urls), &bodies);
  connect_conversations();
  const api::Ports ports{.content = content,
                         .tokens = *tokens,
                         .broadcasts = *broadcast_view,
                         .visits = *visits,
                         .keys = *keys,
                         .newsroom = *desk,
                         .subscriptions = *book,
                         .accounts = *accounts,
                         .letters = *letters,
                         .classifier = *classifier,
                         .live = *live,
                         .receipts = *receipts,
                         .ids = ids,
                         .random = random,
                         .clock = clock,
                         .sanitize_html =
                             [](std::string_view html, const std::string& base_url) {
                               const auto base = Url::parse(base_url);
                               return base ? feed::sanitize_html(html, *base) : std::string();
                             },
                         .find_feeds =
                             [this](const std::string& address, ingest::Finder::IsWanted is_wanted,
                                    ingest::Finder::Done done) {
                               finder->find(address, std::move(done), std::move(is_wanted));
                             },
                         .metrics = [this] { return expose(); },
                         .readiness = [] { return ok(); },
                         .bodies = bodies};
  api.emplace(api::Config{.version = config.version,
                          .endpoints = config.endpoints,
                          .strangers = {.per_minute = config.registrations_per_minute},
                          .writers = {.per_minute = config.comments_per_minute},
                          .writer_networks = {.per_minute = 5 * config.comments_per_minute},
                          .conversations = {.per_minute = config.conversation_comments_per_minute}},
              ports);
  config.http.limits.body_bytes_max_of =
      [this, most = config.http.limits.body_bytes_max](std::string_view target) {
        return hubs->body_bytes_max(target, most);
      };
  config.http.stream_farewell = [this] { return live->farewell(); };
  TOCSIN_TRY(http,
             httpd::HttpServer::listen(loop, config.http,
                                       [this](const http::Request& request, http::Respond respond) {
                                         answer(request, std::move(respond));
                                       }));
  return ok();
}

Server::Server(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Server::~Server() = default;

Result<std::unique_ptr<Server>> Server::start(net::Loop& loop, ServerConfig config,
                                              const pages::Assets& assets) {
  TOCSIN_TRY(auto own_hubs, parse_hubs(config.hubs, config.fetcher.proxy.empty()));
  std::string first_token;
  {
    TOCSIN_TRY(const auto folder, open_folder(config.folder));
    TOCSIN_TRY(first_token, prepare_folder(*folder, config.first_site));
    TOCSIN_TRY(std::ignore, forget_retired(*folder, config.clock->now()));
  }
  TOCSIN_TRY(auto store, store::Store::open(
                             {.folder = config.folder, .post = [&loop](std::function<void()> task) {
                                loop.post(std::move(task));
                              }}));
  auto parts = std::make_unique<Parts>(loop, std::move(config), std::move(store));
  parts->own_hubs = std::move(own_hubs);
  parts->first_token = std::move(first_token);
  TOCSIN_TRY(std::ignore, parts->start_threads());
  TOCSIN_TRY(std::ignore, parts->load());
  parts->connect();
  TOCSIN_TRY(std::ignore, parts->serve(assets));

  parts->resume();
  TOCSIN_TRY(auto states, parts->store->reader().load_feed_states());
  for (const auto& feed : parts->store->reader().content().all_feeds()) {
    if (feed.enabled) parts->poller->load(target_of(feed), states[feed.id]);
  }
  TOCSIN_TRY(std::ignore, parts->hubs->load());
  parts->pings->look();
  parts->poll();
  return std::unique_ptr<Server>(new Server(std::move(parts)));
}

std::uint16_t Server::port() const { return parts_->http->port(); }
const std::string& Server::first_token() const { return parts_->first_token; }
std::string Server::set_up_link() const {
  const auto& sites = parts_->sites;
  if (sites.empty() || !content().users().empty()) return {};
  return sites.front().base_url +
         "/newsroom/#setup=" + parts_->accounts->make_code({api::Accounts::Purpose::kSetUp, 0, ""});
}
const newsroom::Content& Server::content() const { return parts_->store->reader().content(); }

void Server::execute(newsroom::Command command,
                     std::function<void(Result<newsroom::Effects>)> done) {
  parts_->desk->execute(std::move(command), std::move(done));
}

std::optional<fanout::Progress> Server::progress(core::AlertId alert) const {
  return parts_->broadcast_view->progress(alert);
}

void Server::warm() { parts_->warm(); }

KeyMaterialState Server::key_material() const {
  return {.ready = parts_->table.material_count(), .is_filling = parts_->refill->is_filling()};
}

void Server::drain(Millis patience, std::function<void()> done) {
  parts_->poll_timer.reset();
  auto once = [this, done = std::make_shared<std::function<void()>>(std::move(done))] {
    parts_->drain_timer.reset();
    const auto first = std::exchange(*done, nullptr);
    if (!first) return;
    parts_->refill->end();
    parts_->loop.post(first);
  };
  // Both, or the timer.
  auto ended = [once, waits_for = std::make_shared<int>(2)] {
    if (--*waits_for == 0) once();
  };
  parts_->drain_timer = parts_->loop.after(patience, [once] {
    log::warn("server.cut_off", {{"remedy", "a few messages may be sent again after the start"}});
    once();
  });
  parts_->http->drain(ended);
  parts_->broadcasts->stop(ended);
}

}  // namespace tocsin::server
