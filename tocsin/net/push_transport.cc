// SPDX-License-Identifier: Apache-2.0
#include "tocsin/net/push_transport.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "tocsin/net/push_connection.h"
#include "tocsin/observe/log.h"
#include "tocsin/url/url.h"

namespace tocsin::net {
namespace {

using deliver::Transport;

constexpr Millis kTickMax{250};

// Why an origin takes nothing at this moment.
struct Failure {
  http::NoAnswer why = http::NoAnswer::kUnreachable;
  std::string detail;
  Instant until{};
};

// The connections to one push service.
struct Pool {
  Transport::Origin number = 0;
  std::string text;
  DialTarget target;
  bool has_tls = true;
  bool wants_nghttp2 = false;
  std::vector<std::unique_ptr<PushConnection>> connections;
  std::vector<PushConnection*> listed;  // may have room; the last takes the next request
  std::size_t body_bytes = 0;           // what room() was asked for last
  std::optional<Failure> failure;
  Millis backoff{0};
  std::size_t refusals = 0;  // requests to be answered with the failure
  bool is_waiting = false;   // room() said 0

  bool fails(Instant now) const { return failure && now < failure->until; }
  std::size_t opening() const {
    return static_cast<std::size_t>(
        std::count_if(connections.begin(), connections.end(),
                      [](const auto& one) { return one->is_connecting(); }));
  }
  void list(PushConnection& connection) {
    if (connection.is_listed || connection.room(body_bytes) == 0) return;
    connection.is_listed = true;
    listed.push_back(&connection);
  }
  void unlist_last() {
    listed.back()->is_listed = false;
    listed.pop_back();
  }
};

// A line break or blank in the request target would let an endpoint write its own header fields.
bool is_forbidden(char c) { return static_cast<unsigned char>(c) <= ' ' || c == '\x7f'; }

// The same of any of eight characters. A byte below n, of at most 128, borrows when n is taken from
// it and had no high bit of its own; what lies above a borrow may be wrong, but not the first.
bool is_any_forbidden(const char* eight) {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  std::uint64_t bytes = 0;
  std::memcpy(&bytes, eight, sizeof(bytes));
  const auto any_below = [](std::uint64_t each, std::uint64_t n) {
    return (each - kOnes * n) & ~each & (kOnes * 0x80);
  };
  return (any_below(bytes, ' ' + 1) | any_below(bytes ^ (kOnes * 0x7f), 1)) != 0;
}

bool is_sendable(std::string_view path) {
  if (!path.starts_with('/')) return false;
  for (; path.size() >= 8; path.remove_prefix(8)) {
    if (is_any_forbidden(path.data())) return false;
  }
  return std::none_of(path.begin(), path.end(), is_forbidden);
}

}  // namespace

struct PushTransport::State {
  State(Loop& its_loop, PushTransportConfig its_config, TlsContext its_tls)
      : loop(its_loop), config(std::move(its_config)), tls(std::move(its_tls)) {}

  std::unique_ptr<Pool> make_pool(const std::string& text) const;
  std::size_t open_room(Pool& pool);
  void grow(Pool& pool);
  void dial(Pool& pool);
  bool make_place();
  void refuse(Pool& pool, std::uint64_t token, const Failure& failure);
  void schedule();
  void run_scheduled();
  void tick();
  void wake(Pool& pool);
  void on_answers(Pool& pool, PushConnection& connection, PushAnswers& answers);
  void on_end(Pool& pool, PushConnection& connection, WireEnd why, const std::string& detail);
  void fail(Pool& pool, WireEnd why, const std::string& detail) const;

  Loop& loop;
  PushTransportConfig config;
  TlsContext tls;
  Events events;
  std::vector<std::unique_ptr<Pool>> pools;  // by Transport::Origin
  std::map<std::string, Origin> numbers;
  std::size_t connections = 0;
  Instant now{};                                       // when room() was asked last
  std::vector<PushConnection*> dirty;                  // have requests to send
  std::vector<std::unique_ptr<PushConnection>> ended;  // destroyed outside their own events
  std::vector<std::pair<Pool*, http::Answer>> refused;
  Handle scheduled;
  bool is_scheduled = false;
  Handle ticking;
};

std::unique_ptr<Pool> PushTransport::State::make_pool(const std::string& text) const {
  auto pool = std::make_unique<Pool>();
  pool->text = text;
  pool->wants_nghttp2 = config.nghttp2;
  const auto url = Url::parse(text);
  if (!url || !url->is_http() || url->origin() != text) {
    pool->failure = {http::NoAnswer::kForbidden, "not an origin", Instant::max()};
    return pool;
  }
  pool->has_tls = url->scheme == "https";
  if (!pool->has_tls && !config.allow_private_addresses) {
    pool->failure = {http::NoAnswer::kForbidden, "http is not allowed", Instant::max()};
  }
  pool->target = {.host = url->host,
                  .port = url->port,
                  .private_allowed = config.allow_private_addresses,
                  .timeout = config.connect_timeout};
  if (pool->target.host.starts_with('[')) {
    pool->target.host = pool->target.host.substr(1, pool->target.host.size() - 2);
  }
  return pool;
}

// What the connection that would take the next request takes; unlists those that take none.
std::size_t PushTransport::State::open_room(Pool& pool) {
  while (!pool.listed.empty()) {
    PushConnection& last = *pool.listed.back();
    const std::size_t room = last.room(pool.body_bytes);
    if (room > 0) return room;
    pool.unlist_last();
    if (!last.is_suited(pool.body_bytes)) {
      pool.wants_nghttp2 = true;
      last.close();
    }
  }
  return 0;
}

// Opens one more connection, unless there are enough. As many as are open may be opening, so that
// a pool grows fast but a dead origin gets one attempt at a time.
void PushTransport::State::grow(Pool& pool) {
  const std::size_t opening = pool.opening();
  const std::size_t open = pool.connections.size() - opening;
  if (opening < std::max<std::size_t>(1, open)) dial(pool);
}

void PushTransport::State::dial(Pool& pool) {
  if (pool.connections.size() >= config.connections_max || !make_place()) return;
  pool.connections.push_back(std::make_unique<PushConnection>(
      loop, pool.text, pool.target, pool.has_tls ? &tls : nullptr,
      pool.wants_nghttp2 ? make_nghttp2_push_protocol : make_h2_push_protocol,
      PushConnection::Events{
          .on_up =
              [this, &pool](PushConnection& connection) {
                pool.failure.reset();
                pool.list(connection);
                wake(pool);
              },
          .on_answers = [this, &pool](
                            PushConnection& connection,
                            PushAnswers& answers) { on_answers(pool, connection, answers); },
          .on_drained =
              [this, &pool](PushConnection& connection) {
                pool.list(connection);
                wake(pool);
              },
          .on_end = [this, &pool](
                        PushConnection& connection, WireEnd why,
                        const std::string& detail) { on_end(pool, connection, why, detail); }}));
  ++connections;
}

// True if one more connection may be opened; closes an idle one where that is needed for it.
bool PushTransport::State::make_place() {
  if (connections < config.connections_total_max) return true;
  for (const auto& pool : pools) {
    for (const auto& one : pool->connections) {
      if (one->is_idle()) {
        one->close();
        return false;  // the place is free when it has closed
      }
    }
  }
  return false;
}

void PushTransport::State::refuse(Pool& pool, std::uint64_t token, const Failure& failure) {
  ++pool.refusals;
  http::Answer answer{.token = token};
  answer.no_answer = failure.why;
  answer.detail = failure.detail;
  refused.emplace_back(&pool, std::move(answer));
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
  for (auto& [pool, answer] : std::exchange(refused, {})) {
    --pool->refusals;
    events.on_answers({&answer, 1});
    wake(*pool);
  }
}

void PushTransport::State::tick() {
  now = system_clock().instant();
  std::vector<PushConnection*> all;
  all.reserve(connections);
  for (const auto& pool : pools) {
    for (const auto& one : pool->connections) all.push_back(one.get());
  }
  // An ended connection stays until run_scheduled(), so none of these goes meanwhile.
  for (PushConnection* one : all) one->on_tick(now, config.request_timeout, config.idle_timeout);
  for (const auto& pool : pools) {
    // Its backoff is over, or a place for a connection may have become free.
    if (pool->is_waiting && pool->connections.empty() && !pool->fails(now)) {
      pool->is_waiting = false;
      events.on_room(pool->number);
    }
  }
}

void PushTransport::State::wake(Pool& pool) {
  if (!pool.is_waiting) return;
  if (open_room(pool) == 0 && !(pool.fails(system_clock().instant()) && pool.refusals == 0)) return;
  pool.is_waiting = false;
  events.on_room(pool.number);
}

void PushTransport::State::on_answers(Pool& pool, PushConnection& connection,
                                      PushAnswers& answers) {
  if (connection.has_answered()) pool.backoff = Millis(0);
  pool.list(connection);
  if (!answers.empty()) events.on_answers(answers);
  wake(pool);
}

void PushTransport::State::on_end(Pool& pool, PushConnection& connection, WireEnd why,
                                  const std::string& detail) {
  const bool is_failure =
      why != WireEnd::kClosed || (connection.is_used() && !connection.has_answered());
  const auto found = std::find_if(pool.connections.begin(), pool.connections.end(),
                                  [&](const auto& one) { return one.get() == &connection; });
  std::erase(dirty, &connection);
  std::erase(pool.listed, &connection);
  ended.push_back(std::move(*found));
  pool.connections.erase(found);
  --connections;
  schedule();
  if (is_failure) {
    fail(pool, why, detail);
  } else if (pool.is_waiting && !pool.fails(system_clock().instant())) {
    grow(pool);
  }
  wake(pool);
}

void PushTransport::State::fail(Pool& pool, WireEnd why, const std::string& detail) const {
  pool.backoff = std::clamp(pool.backoff * 2, config.backoff_min, config.backoff_max);
  pool.failure = {
      why == WireEnd::kForbidden ? http::NoAnswer::kForbidden : http::NoAnswer::kUnreachable,
      detail, system_clock().instant() + pool.backoff};
  log::warn(
      "push.unreachable",
      {{"host", pool.target.host}, {"reason", detail}, {"retry_after_ms", pool.backoff.count()}});
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

PushTransport::Origin PushTransport::origin(const std::string& text) {
  const auto number = static_cast<Origin>(state_->pools.size());
  const auto [found, is_added] = state_->numbers.try_emplace(text, number);
  if (is_added) {
    state_->pools.push_back(state_->make_pool(text));
    state_->pools.back()->number = number;
  }
  return found->second;
}

std::size_t PushTransport::room(Origin origin, std::size_t body_bytes) {
  Pool& pool = *state_->pools[origin];
  pool.body_bytes = body_bytes;
  state_->now = system_clock().instant();
  const std::size_t open = state_->open_room(pool);
  if (open > 0) return open;
  const bool fails = pool.fails(state_->now);
  if (fails && pool.connections.empty() && pool.refusals == 0) return 1;
  if (!fails) state_->grow(pool);
  pool.is_waiting = true;
  return 0;
}

void PushTransport::send(Origin origin, const deliver::PushRequest& request) {
  Pool& pool = *state_->pools[origin];
  if (!is_sendable(request.path)) {
    return state_->refuse(pool, request.token,
                          {http::NoAnswer::kForbidden, "not a path", Instant{}});
  }
  if (state_->open_room(pool) == 0) {
    const Failure full{http::NoAnswer::kNotProcessed, "no room", Instant{}};
    return state_->refuse(pool, request.token, pool.failure.value_or(full));
  }
  PushConnection& connection = *pool.listed.back();
  connection.submit(request, state_->now, state_->config.request_timeout);
  if (state_->dirty.empty() || state_->dirty.back() != &connection) {
    state_->dirty.push_back(&connection);
    state_->schedule();
  }
}

void PushTransport::warm(Origin origin, std::size_t connections) {
  Pool& pool = *state_->pools[origin];
  if (pool.fails(system_clock().instant())) return;
  while (pool.connections.size() < std::min(connections, state_->config.connections_max)) {
    const std::size_t before = pool.connections.size();
    state_->dial(pool);
    if (pool.connections.size() == before) return;
  }
}

}  // namespace tocsin::net
