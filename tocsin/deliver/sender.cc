// SPDX-License-Identifier: Apache-2.0
#include "tocsin/deliver/sender.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "tocsin/base/check.h"
#include "tocsin/observe/log.h"
#include "tocsin/observe/metrics.h"

namespace tocsin::deliver {
namespace {

// What one queue sends before the others have their turn: about a millisecond.
constexpr int kSliceMessages = 512;
constexpr std::size_t kReportMessages = 2'048;
constexpr unsigned kUnprocessedMax = 5;

// What is left of a message's life, in whole minutes, so that the messages of a broadcast share
// one header field.
std::chrono::minutes minutes_left(Instant deadline, Instant now) {
  return std::chrono::ceil<std::chrono::minutes>(deadline - now);
}

Seconds whole_seconds(Instant from, Instant to) { return std::chrono::ceil<Seconds>(to - from); }

bool is_lost(const http::Answer& answer) {
  return answer.status == 0 && answer.no_answer == http::NoAnswer::kUncertain;
}

void count_outcomes(const std::vector<core::Decision>& decisions) {
  std::array<std::uint64_t, 7> counts{};
  for (const auto& decision : decisions) ++counts.at(static_cast<std::size_t>(decision.outcome));
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] == 0) continue;
    const auto outcome = static_cast<core::Outcome>(i);
    if (core::is_final(outcome)) {
      metrics::count("tocsin_push_answers_total", static_cast<double>(counts[i]),
                     core::text(outcome));
    }
  }
}

}  // namespace

// What the sender keeps for each push service.
struct Sender::Queue : OriginQueue {
  Queue(const std::string& origin, double share, Instant now, Transport::Origin the_number)
      : OriginQueue(origin, share, now), number(the_number) {}

  Transport::Origin number;
  std::optional<Instant> planned;  // its place in the agenda
  core::Decisions news;

  // The header fields of the last message, and until when they serve its like.
  std::shared_ptr<const core::Payload> payload;
  core::VapidKeyId vapid_key;
  std::shared_ptr<const http::RequestHead> head;
  std::size_t body_bytes = 0;
  Instant head_until{};
};

bool Sender::Earlier::operator()(const Queue* a, const Queue* b) const {
  return a->planned != b->planned ? a->planned < b->planned : a->origin() < b->origin();
}

// Seals a message straight into the record that carries it, or copies what was encrypted before.
class Sender::InPlace final : public BodyWriter {
 public:
  InPlace(Encryption& encryption, const Job& job, ByteView encrypted)
      : encryption_(encryption), job_(job), encrypted_(encrypted) {}

  void write_body(std::span<std::uint8_t> out) override {
    const core::Batch& batch = job_.batch();
    if (batch.materials.empty()) {
      std::copy(encrypted_.begin(), encrypted_.end(), out.begin());
    } else {
      encryption_.seal(batch.payload->plaintext, batch.materials[job_.index], batch.sender, out);
    }
  }

 private:
  Encryption& encryption_;
  const Job& job_;
  ByteView encrypted_;
};

Sender::Sender(Ports ports, const Settings& settings, Events events)
    : ports_(ports), settings_(settings), events_(std::move(events)) {
  ports_.transport.listen(
      {.on_answers = [this](std::span<http::Answer> answers) { on_answers(answers); },
       .on_room =
           [this](Transport::Origin origin) {
             if (origin >= by_number_.size() || by_number_[origin] == nullptr) return;
             pump(*by_number_[origin], ports_.clock.instant());
             wake();
           }});
}

Sender::~Sender() = default;

void Sender::add_key(core::VapidKeyId id, webpush::VapidKey key) {
  keys_.insert_or_assign(id, webpush::VapidTokens(std::move(key)));
}

Sender::Queue& Sender::queue_of(const std::string& origin) {
  auto& queue = queues_[origin];
  if (!queue) {
    const auto number = ports_.transport.origin(origin);
    queue = std::make_unique<Queue>(origin, settings_.share, ports_.clock.instant(), number);
    if (by_number_.size() <= number) by_number_.resize(number + 1);
    by_number_[number] = queue.get();
  }
  return *queue;
}

void Sender::submit(core::Batch batch) {
  Queue& queue = queue_of(batch.origin);
  const Instant deadline = ports_.clock.instant() + (batch.payload->deadline - ports_.clock.now());
  outstanding_ += batch.messages.size();
  queue.add(std::make_shared<const Consignment>(Consignment{std::move(batch), deadline}));
  if (is_stopping_) return stop();
  schedule(queue, ports_.clock.instant());
  wake();
}

void Sender::pause(const std::string& origin, Instant until) {
  Queue& queue = queue_of(origin);
  queue.pause(until);
  pump(queue, ports_.clock.instant());
  wake();
}

void Sender::warm(const std::string& origin, std::size_t connections) {
  ports_.transport.warm(queue_of(origin).number, connections);
}

void Sender::stop() {
  is_stopping_ = true;
  for (auto& [origin, queue] : queues_) {
    for (const Job& job : queue->take_all()) {
      news_of(*queue).returned.push_back({.token = job.message().token, .waited = job.waited});
      --outstanding_;
    }
    schedule(*queue, std::nullopt);
  }
  report();
}

void Sender::on_time() {
  const Instant now = ports_.clock.instant();
  armed_.reset();
  std::vector<Queue*> due;
  for (Queue* queue : agenda_) {
    if (*queue->planned > now) break;
    due.push_back(queue);
  }
  for (Queue* queue : due) pump(*queue, now);
  if (report_at_ && *report_at_ <= now) report();
  wake();
}

void Sender::on_answers(std::span<http::Answer> answers) {
  const Instant now = ports_.clock.instant();
  Queue* last = nullptr;
  for (const http::Answer& answer : answers) {
    InFlight& place = in_flight_.at(answer.token);
    TOCSIN_CHECK(place.queue != nullptr);  // each request is answered once
    Queue& queue = *std::exchange(place.queue, nullptr);
    Job job = std::move(place.job);
    free_tokens_.push_back(static_cast<std::uint32_t>(answer.token));
    if (last != nullptr && last != &queue) pump(*last, now);
    last = &queue;
    judge_answer(answer, queue, std::move(job));
  }
  if (last != nullptr) pump(*last, now);
  // Where answers come in one after the other, timers have to wait.
  if (report_at_ && *report_at_ <= now) report();
  wake();
}

void Sender::judge_answer(const http::Answer& answer, Queue& queue, Job job) {
  if (answer.status == 201) {  // as nearly all are
    queue.on_accepted();
    return decide(queue, job, core::Outcome::kAccepted);
  }
  const Instant now = ports_.clock.instant();
  const auto [verdict, pause] =
      judge(answer, queue.service(), ports_.clock.now(), settings_.pause_max);
  switch (verdict) {
    case Verdict::kAccepted:
      queue.on_accepted();
      return decide(queue, job, core::Outcome::kAccepted);
    case Verdict::kGone:
      queue.on_answered();
      return decide(queue, job, core::Outcome::kGone);
    case Verdict::kRejected:
      queue.on_answered();
      return decide(queue, job, core::Outcome::kRejected);
    case Verdict::kRefused:
      if (queue.on_refused(now)) {
        log::error("deliver.refused", {{"origin", queue.origin()},
                                       {"status", answer.status},
                                       {"detail", answer.detail},
                                       {"remedy", "check the VAPID key and its subject"}});
      }
      return decide(queue, job, core::Outcome::kRejected);
    case Verdict::kThrottled:
      return retry_after_pause(queue, std::move(job), answer, pause);
    case Verdict::kUnprocessed:
      queue.on_unprocessed(now);
      return retry_unprocessed(queue, std::move(job));
    case Verdict::kBroken:
      if (is_lost(answer) ? queue.on_lost(now) : queue.on_broken(now)) {
        log::warn(
            "deliver.broken",
            {{"origin", queue.origin()}, {"status", answer.status}, {"detail", answer.detail}});
      }
      return retry_later(queue, std::move(job));
    case Verdict::kForbidden:
      if (queue.on_broken(now)) {
        log::warn("deliver.forbidden", {{"origin", queue.origin()}, {"detail", answer.detail}});
      }
      return decide(queue, job, core::Outcome::kFailed);
  }
}

void Sender::retry_unprocessed(Queue& queue, Job job) {
  if (++job.unprocessed > kUnprocessedMax) return retry_later(queue, std::move(job));
  say_it_waits(queue, job);
  queue.add_first(std::move(job));
}

void Sender::retry_later(Queue& queue, Job job) {
  ++job.attempts;
  const Instant due = ports_.clock.instant() + backoff(job.attempts, ports_.random);
  if (due >= job.deadline()) return decide(queue, job, core::Outcome::kFailed);
  say_it_waits(queue, job);
  queue.add_at(due, std::move(job));
}

void Sender::retry_after_pause(Queue& queue, Job job, const http::Answer& answer, Millis pause) {
  const Instant now = ports_.clock.instant();
  const Instant before = queue.paused_until();
  queue.on_throttled(now + pause);
  if (queue.paused_until() > before) {
    if (before <= now) {
      log::warn("deliver.throttled", {{"origin", queue.origin()},
                                      {"status", answer.status},
                                      {"pause_s", whole_seconds(now, now + pause).count()},
                                      {"rate_per_s", queue.rate()}});
    }
    events_.on_pause(queue.origin(), queue.paused_until());
  }
  if (queue.paused_until() >= job.deadline()) return decide(queue, job, core::Outcome::kExpired);
  say_it_waits(queue, job);
  queue.add_first(std::move(job));
}

void Sender::pump(Queue& queue, Instant now) {
  if (is_stopping_) return stop();
  for (const Job& job : queue.take_expired(now)) expire(queue, job);
  send_ready(queue, now);
}

void Sender::send_ready(Queue& queue, Instant now) {
  std::size_t room = 0;  // for bodies of room_bytes
  std::size_t room_bytes = 0;
  for (int looked_at = 0; queue.has_ready(now); ++looked_at) {
    if (looked_at == kSliceMessages) return schedule(queue, now);
    if (!queue.may_send(now)) break;
    Job job = queue.take();
    if (!is_sendable(queue, job, now)) continue;
    if (room == 0 || queue.body_bytes > room_bytes) {
      room_bytes = queue.body_bytes;
      room = ports_.transport.room(queue.number, room_bytes);
    }
    if (room == 0 || !queue.take_turn(now)) {
      queue.add_first(std::move(job));
      break;
    }
    if (send(queue, std::move(job))) --room;
  }
  schedule(queue, queue.next(now));
}

// Makes what the message's head and body size are, where those of the one before do not serve.
// False if it cannot be sent, ever: it is decided.
bool Sender::is_sendable(Queue& queue, const Job& job, Instant now) {
  if (job.deadline() <= now) {
    expire(queue, job);
    return false;
  }
  const core::Batch& batch = job.batch();
  if (queue.payload == batch.payload && queue.vapid_key == batch.vapid_key &&
      now < queue.head_until) {
    return true;
  }
  const auto made = make_head(queue, job, now);
  if (!made) reject(queue, job, made.error());
  return made.has_value();
}

Status Sender::make_head(Queue& queue, const Job& job, Instant now) {
  const core::Batch& batch = job.batch();
  const auto key = keys_.find(batch.vapid_key);
  if (key == keys_.end()) return Error{Errc::kNotFound, "no application server key of that id"};
  TOCSIN_TRY(const auto authorization,
             key->second.authorization(queue.origin(), ports_.clock.now()));
  const auto minutes = minutes_left(job.deadline(), now);
  webpush::PushOptions options = batch.payload->options;
  options.ttl = std::max(webpush::kTtlMin, std::min(Seconds(minutes), options.ttl));

  http::RequestHead head{webpush::header_fields(options)};
  queue.body_bytes = ports_.encryption.body_bytes(batch.payload->plaintext.size());
  head.fields.emplace_back("content-length", std::to_string(queue.body_bytes));
  head.fields.emplace_back("authorization", authorization);
  queue.head = std::make_shared<const http::RequestHead>(std::move(head));
  queue.payload = batch.payload;
  queue.vapid_key = batch.vapid_key;
  queue.head_until = job.deadline() - (minutes - std::chrono::minutes(1));
  return ok();
}

// Needs room, and the head that is_sendable() made. False if nothing left.
bool Sender::send(Queue& queue, Job job) {
  const core::Batch& batch = job.batch();  // lives as long as the job, wherever that moves
  if (!batch.recipients.empty()) {
    scratch_.resize(queue.body_bytes);
    const auto encrypted =
        ports_.encryption.encrypt(batch.payload->plaintext, batch.recipients[job.index], scratch_);
    if (!encrypted) {
      reject(queue, job, encrypted.error());
      return false;
    }
  }
  queue.on_sent();
  const std::string_view path = batch.path(job.message());
  const std::uint32_t token = put_in_flight(queue, std::move(job));
  InPlace body(ports_.encryption, in_flight_[token].job, scratch_);
  ports_.transport.send(queue.number, {.token = token,
                                       .head = queue.head,
                                       .path = path,
                                       .body_bytes = queue.body_bytes,
                                       .body = &body});
  return true;
}

std::uint32_t Sender::put_in_flight(Queue& queue, Job job) {
  if (free_tokens_.empty()) {
    free_tokens_.push_back(static_cast<std::uint32_t>(in_flight_.size()));
    in_flight_.emplace_back();
  }
  const std::uint32_t token = free_tokens_.back();
  free_tokens_.pop_back();
  in_flight_[token] = {&queue, std::move(job)};
  return token;
}

void Sender::schedule(Queue& queue, std::optional<Instant> at) {
  if (queue.planned == at) return;
  if (queue.planned) agenda_.erase(&queue);
  queue.planned = at;
  if (at) agenda_.insert(&queue);
}

void Sender::wake() {
  std::optional<Instant> at = report_at_;
  if (!agenda_.empty()) {
    const Instant first = *(*agenda_.begin())->planned;
    at = at ? std::min(*at, first) : first;
  }
  if (!at || (armed_ && *armed_ <= *at)) return;
  armed_ = at;
  events_.wake_at(*at);
}

core::Decisions& Sender::news_of(Queue& queue) {
  core::Decisions& news = queue.news;
  if (news.decisions.empty() && news.returned.empty()) {
    with_news_.push_back(&queue);
    if (!report_at_) report_at_ = ports_.clock.instant() + kReportDelay;
  }
  return news;
}

void Sender::say_it_waits(Queue& queue, Job& job) {
  metrics::count("tocsin_push_retries_total");
  if (job.waited) return;
  job.waited = true;
  news_of(queue).decisions.push_back(
      {.token = job.message().token, .outcome = core::Outcome::kThrottled});
}

void Sender::reject(Queue& queue, const Job& job, const Error& why) {
  const bool is_ours = why.code != Errc::kCorrupt;
  log::write(is_ours ? log::Level::kError : log::Level::kWarn, "deliver.unsendable",
             {{"origin", queue.origin()}, {"error", why.message}});
  decide(queue, job, core::Outcome::kRejected);
}

void Sender::expire(Queue& queue, const Job& job) {
  decide(queue, job, job.attempts > 0 ? core::Outcome::kFailed : core::Outcome::kExpired);
}

void Sender::decide(Queue& queue, const Job& job, core::Outcome outcome) {
  --outstanding_;
  auto& decisions = news_of(queue).decisions;
  decisions.push_back({.token = job.message().token, .outcome = outcome, .waited = job.waited});
  // The rest waits for on_time(), so that nobody is called from the middle of something.
  if (decisions.size() == kReportMessages) report_at_ = ports_.clock.instant();
}

void Sender::report() {
  report_at_.reset();
  for (Queue* queue : std::exchange(with_news_, {})) {
    count_outcomes(queue->news.decisions);
    core::Decisions news = std::exchange(queue->news, {});
    news.origin = queue->origin();
    events_.on_decisions(std::move(news));
  }
}

}  // namespace tocsin::deliver
