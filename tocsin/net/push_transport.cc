// SPDX-License-Identifier: Apache-2.0
#include "tocsin/net/push_transport.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "tocsin/net/push_connection.h"
#include "tocsin/observe/log.h"
#include "tocsin/url/url.h"

namespace tocsin::net {
namespace {

constexpr Millis kTickMax{250};

// Why an origin takes nothing at this moment.
struct Failure {
  deliver::NoAnswer why = deliver::NoAnswer::kUnreachable;
  std::string detail;
  Instant until{};
};

struct Origin {
  std::string text;
  DialTarget target;
  bool has_tls = true;
  std::vector<std::unique_ptr<PushConnection>> connections;
  std::size_t cursor = 0;  // the connection that took the last request
  std::optional<Failure> failure;
  Millis backoff{0};
  std::size_t refusals = 0;  // requests to be answered with the failure
  bool is_waiting = false;   // room() said 0

  bool fails(Instant now) const { return failure && now < failure->until; }
  std::size_t open_room() const {
    std::size_t sum = 0;
    for (const auto& one : connections) sum += one->room();
    return sum;
  }
};

// A line break or blank in the request target would let an endpoint write its own header fields.
bool is_sendable(const std::string& path) {
  return path.starts_with('/') && std::all_of(path.begin(), path.end(), [](char c) {
           return static_cast<unsigned char>(c) > 0x20 && c != 0x7f;
         });
}

}  // namespace

struct PushTransport::State {
  State(Loop& its_loop, PushTransportConfig its_config, TlsContext its_tls)
      : loop(its_loop), config(std::move(its_config)), tls(std::move(its_tls)) {}

  Origin& origin(const std::string& text);
  void grow(Origin& origin);
  bool make_place();
  void refuse(Origin& origin, std::uint64_t token, const Failure& failure);
  void schedule();
  void run_scheduled();
  void tick();
  void wake(Origin& origin) const;
  void on_answers(Origin& origin, const PushConnection& connection, PushAnswers& answers);
  void on_end(Origin& origin, PushConnection& connection, WireEnd why, const std::string& detail);
  void fail(Origin& origin, WireEnd why, const std::string& detail) const;

  Loop& loop;
  PushTransportConfig config;
  TlsContext tls;
  Events events;
  std::map<std::string, Origin> origins;
  std::size_t connections = 0;
  std::vector<PushConnection*> dirty;                  // have requests to send
  std::vector<std::unique_ptr<PushConnection>> ended;  // destroyed outside their own events
  std::vector<std::pair<Origin*, deliver::PushAnswer>> refused;
  Handle scheduled;
  bool is_scheduled = false;
  Handle ticking;
};

Origin& PushTransport::State::origin(const std::string& text) {
  const auto [found, is_added] = origins.try_emplace(text);
  Origin& origin = found->second;
  if (!is_added) return origin;
  origin.text = text;
  const auto url = Url::parse(text);
  if (!url || !url->is_http() || url->origin() != text) {
    origin.failure = {deliver::NoAnswer::kForbidden, "not an origin", Instant::max()};
    return origin;
  }
  origin.has_tls = url->scheme == "https";
  if (!origin.has_tls && !config.allow_private_addresses) {
    origin.failure = {deliver::NoAnswer::kForbidden, "http is not allowed", Instant::max()};
  }
  origin.target = {.host = url->host,
                   .port = url->port,
                   .private_allowed = config.allow_private_addresses,
                   .timeout = config.connect_timeout};
  if (origin.target.host.starts_with('[')) {
    origin.target.host = origin.target.host.substr(1, origin.target.host.size() - 2);
  }
  return origin;
}

// Opens one more connection, unless there are enough. As many as are open may be opening, so that
// a pool grows fast but a dead origin gets one attempt at a time.
void PushTransport::State::grow(Origin& origin) {
  const auto opening =
      static_cast<std::size_t>(std::count_if(origin.connections.begin(), origin.connections.end(),
                                             [](const auto& one) { return one->is_connecting(); }));
  const std::size_t open = origin.connections.size() - opening;
  if (opening >= std::max<std::size_t>(1, open) ||
      origin.connections.size() >= config.connections_max || !make_place()) {
    return;
  }
  origin.connections.push_back(std::make_unique<PushConnection>(
      loop, origin.text, origin.target, origin.has_tls ? &tls : nullptr,
      PushConnection::Events{
          .on_up =
              [this, &origin] {
                origin.failure.reset();
                wake(origin);
              },
          .on_answers = [this, &origin](
                            PushConnection& connection,
                            PushAnswers& answers) { on_answers(origin, connection, answers); },
          .on_end = [this, &origin](
                        PushConnection& connection, WireEnd why,
                        const std::string& detail) { on_end(origin, connection, why, detail); }}));
  ++connections;
}

// True if one more connection may be opened; closes an idle one where that is needed for it.
bool PushTransport::State::make_place() {
  if (connections < config.connections_total_max) return true;
  for (auto& [text, origin] : origins) {
    for (const auto& one : origin.connections) {
      if (one->is_idle()) {
        one->close();
        return false;  // the place is free when it has closed
      }
    }
  }
  return false;
}

void PushTransport::State::refuse(Origin& origin, std::uint64_t token, const Failure& failure) {
  ++origin.refusals;
  deliver::PushAnswer answer{.token = token};
  answer.no_answer = failure.why;
  answer.detail = failure.detail;
  refused.emplace_back(&origin, std::move(answer));
  schedule();
}

// What send() and the ends of connections leave behind is done once a turn.
void PushTransport::State::schedule() {
  if (is_scheduled) return;
  is_scheduled = true;
  scheduled = loop.after(Millis(0), [this] { run_scheduled(); });
}

void PushTransport::State::run_scheduled() {
  is_scheduled = false;
  ended.clear();
  for (PushConnection* connection : std::exchange(dirty, {})) connection->pump();
  for (auto& [origin, answer] : std::exchange(refused, {})) {
    --origin->refusals;
    events.on_answer(std::move(answer));
    wake(*origin);
  }
}

void PushTransport::State::tick() {
  const Instant now = system_clock().instant();
  std::vector<PushConnection*> all;
  all.reserve(connections);
  for (const auto& [text, origin] : origins) {
    for (const auto& one : origin.connections) all.push_back(one.get());
  }
  // An ended connection stays until run_scheduled(), so none of these goes meanwhile.
  for (PushConnection* one : all) one->on_tick(now, config.request_timeout, config.idle_timeout);
  std::erase_if(origins, [&](const auto& entry) {
    const Origin& origin = entry.second;
    const bool is_quiet = origin.connections.empty() && origin.refusals == 0 && !origin.is_waiting;
    return is_quiet && (!origin.failure || origin.failure->until == Instant::max() ||
                        origin.failure->until + config.backoff_max < now);
  });
  for (auto& [text, origin] : origins) {
    // Its backoff is over, or a place for a connection may have become free.
    if (origin.is_waiting && origin.connections.empty() && !origin.fails(now)) {
      origin.is_waiting = false;
      events.on_room(text);
    }
  }
}

void PushTransport::State::wake(Origin& origin) const {
  if (!origin.is_waiting) return;
  if (origin.open_room() == 0 &&
      !(origin.fails(system_clock().instant()) && origin.refusals == 0)) {
    return;
  }
  origin.is_waiting = false;
  events.on_room(origin.text);
}

void PushTransport::State::on_answers(Origin& origin, const PushConnection& connection,
                                      PushAnswers& answers) {
  if (connection.has_answered()) origin.backoff = Millis(0);
  for (auto& answer : answers) events.on_answer(std::move(answer));
  wake(origin);
}

void PushTransport::State::on_end(Origin& origin, PushConnection& connection, WireEnd why,
                                  const std::string& detail) {
  const bool is_failure =
      why != WireEnd::kClosed || (connection.is_used() && !connection.has_answered());
  const auto found = std::find_if(origin.connections.begin(), origin.connections.end(),
                                  [&](const auto& one) { return one.get() == &connection; });
  std::erase(dirty, &connection);
  ended.push_back(std::move(*found));
  origin.connections.erase(found);
  --connections;
  schedule();
  if (is_failure) {
    fail(origin, why, detail);
  } else if (origin.is_waiting && !origin.fails(system_clock().instant())) {
    grow(origin);
  }
  wake(origin);
}

void PushTransport::State::fail(Origin& origin, WireEnd why, const std::string& detail) const {
  origin.backoff = std::clamp(origin.backoff * 2, config.backoff_min, config.backoff_max);
  origin.failure = {
      why == WireEnd::kForbidden ? deliver::NoAnswer::kForbidden : deliver::NoAnswer::kUnreachable,
      detail, system_clock().instant() + origin.backoff};
  log::warn("push.unreachable", {{"host", origin.target.host},
                                 {"reason", detail},
                                 {"retry_after_ms", origin.backoff.count()}});
}

PushTransport::PushTransport(std::unique_ptr<State> state) : state_(std::move(state)) {}
PushTransport::~PushTransport() = default;

Result<std::unique_ptr<PushTransport>> PushTransport::create(Loop& loop,
                                                             PushTransportConfig config) {
  TOCSIN_TRY(auto tls, TlsContext::client(config.ca_file));
  auto state = std::make_unique<State>(loop, std::move(config), std::move(tls));
  const Millis period = std::clamp(state->config.request_timeout / 4, Millis(1), kTickMax);
  state->ticking = loop.every(period, [raw = state.get()] { raw->tick(); });
  return std::unique_ptr<PushTransport>(new PushTransport(std::move(state)));
}

void PushTransport::listen(Events events) { state_->events = std::move(events); }

std::size_t PushTransport::room(const std::string& text) {
  Origin& origin = state_->origin(text);
  const std::size_t open = origin.open_room();
  if (open > 0) return open;
  const bool fails = origin.fails(system_clock().instant());
  if (fails && origin.connections.empty() && origin.refusals == 0) return 1;
  if (!fails) state_->grow(origin);
  origin.is_waiting = true;
  return 0;
}

void PushTransport::send(const std::string& text, deliver::PushRequest request) {
  Origin& origin = state_->origin(text);
  if (!is_sendable(request.path)) {
    return state_->refuse(origin, request.token,
                          {deliver::NoAnswer::kForbidden, "not a path", Instant{}});
  }
  auto& pool = origin.connections;
  for (std::size_t tried = 0; tried < pool.size(); ++tried) {
    if (origin.cursor >= pool.size()) origin.cursor = 0;
    PushConnection& connection = *pool[origin.cursor];
    if (connection.room() > 0) {
      connection.submit(std::move(request),
                        system_clock().instant() + state_->config.request_timeout);
      if (state_->dirty.empty() || state_->dirty.back() != &connection) {
        state_->dirty.push_back(&connection);
      }
      return state_->schedule();
    }
    ++origin.cursor;
  }
  const Failure full{deliver::NoAnswer::kNotProcessed, "no room", Instant{}};
  state_->refuse(origin, request.token, origin.failure.value_or(full));
}

}  // namespace tocsin::net
