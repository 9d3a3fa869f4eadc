// SPDX-License-Identifier: Apache-2.0
#include "tocsin/deliver/sender.h"

#include <algorithm>
#include <chrono>

#include "tocsin/observe/log.h"
#include "tocsin/observe/metrics.h"

namespace tocsin::deliver {
namespace {

// What one queue sends before the others have their turn.
constexpr int kSliceMessages = 64;
constexpr std::size_t kReportMessages = 512;
constexpr unsigned kUnprocessedMax = 5;

// What is left of a message's life, in whole minutes, so that all messages of a broadcast share
// one header field; never more than the alert allows.
Seconds ttl_left(const Job& job, Instant now) {
  const auto left = std::chrono::ceil<std::chrono::minutes>(job.deadline - now);
  return std::max(webpush::kTtlMin, std::min(Seconds(left), job.payload->options.ttl));
}

Seconds whole_seconds(Instant from, Instant to) { return std::chrono::ceil<Seconds>(to - from); }

}  // namespace

Sender::Sender(Ports ports, const Settings& settings, Events events)
    : ports_(std::move(ports)), settings_(settings), events_(std::move(events)) {
  ports_.transport.listen({
      .on_answer = [this](PushAnswer answer) { on_answer(std::move(answer)); },
      .on_room =
          [this](const std::string& origin) {
            const auto found = queues_.find(origin);
            if (found == queues_.end()) return;
            // The transport may say so while it is being called: look at it a moment later.
            schedule(*found->second, ports_.clock.instant());
            wake();
          },
  });
}

void Sender::add_key(core::VapidKeyId id, webpush::VapidKey key) {
  keys_.insert_or_assign(id, webpush::VapidTokens(std::move(key)));
}

OriginQueue& Sender::queue_of(const std::string& origin) {
  auto& queue = queues_[origin];
  if (!queue) {
    queue = std::make_unique<OriginQueue>(origin, settings_.share, ports_.clock.instant());
  }
  return *queue;
}

void Sender::submit(core::Batch batch) {
  OriginQueue& queue = queue_of(batch.origin);
  const Instant deadline = ports_.clock.instant() + (batch.payload->deadline - ports_.clock.now());
  outstanding_ += batch.messages.size();
  for (core::Message& message : batch.messages) {
    queue.add({.message = std::move(message),
               .payload = batch.payload,
               .vapid_key = batch.vapid_key,
               .deadline = deadline});
  }
  schedule(queue, ports_.clock.instant());
  wake();
}

void Sender::pause(const std::string& origin, Instant until) {
  OriginQueue& queue = queue_of(origin);
  queue.pause(until);
  pump(queue);
  wake();
}

void Sender::on_time() {
  const Instant now = ports_.clock.instant();
  armed_.reset();
  std::vector<OriginQueue*> due;
  for (auto entry = agenda_.begin(); entry != agenda_.end() && entry->first <= now; ++entry) {
    due.push_back(entry->second);
  }
  for (OriginQueue* queue : due) pump(*queue);
  if (report_at_ && *report_at_ <= now) report();
  wake();
}

void Sender::on_answer(PushAnswer answer) {
  inbox_.push_back(std::move(answer));
  if (busy_) return;
  while (!inbox_.empty()) {
    const PushAnswer next = std::move(inbox_.back());
    inbox_.pop_back();
    auto found = in_flight_.extract(next.token);
    TOCSIN_CHECK(!found.empty());  // each request is answered once
    OriginQueue& queue = *found.mapped().queue;
    judge_answer(next, queue, std::move(found.mapped().job));
    pump(queue);
  }
  wake();
}

void Sender::judge_answer(const PushAnswer& answer, OriginQueue& queue, Job job) {
  const Instant now = ports_.clock.instant();
  const auto [verdict, pause] =
      judge(answer, queue.service(), ports_.clock.now(), settings_.pause_max);
  switch (verdict) {
    case Verdict::kAccepted:
      queue.on_accepted();
      return decide(job, core::Outcome::kAccepted);
    case Verdict::kGone:
      queue.on_answered();
      return decide(job, core::Outcome::kGone);
    case Verdict::kRejected:
      queue.on_answered();
      return decide(job, core::Outcome::kRejected);
    case Verdict::kRefused:
      if (queue.on_refused(now)) {
        log::error("deliver.refused", {{"origin", queue.origin()},
                                       {"status", answer.status},
                                       {"detail", answer.detail},
                                       {"remedy", "check the VAPID key and its subject"}});
      }
      return decide(job, core::Outcome::kRejected);
    case Verdict::kThrottled:
      return retry_after_pause(queue, std::move(job), answer, pause);
    case Verdict::kUnprocessed:
      queue.on_unprocessed(now);
      return retry_unprocessed(queue, std::move(job));
    case Verdict::kBroken:
      if (queue.on_broken(now)) {
        log::warn(
            "deliver.broken",
            {{"origin", queue.origin()}, {"status", answer.status}, {"detail", answer.detail}});
      }
      return retry_later(queue, std::move(job));
    case Verdict::kForbidden:
      if (queue.on_broken(now)) {
        log::warn("deliver.forbidden", {{"origin", queue.origin()}, {"detail", answer.detail}});
      }
      return decide(job, core::Outcome::kFailed);
  }
}

void Sender::retry_unprocessed(OriginQueue& queue, Job job) {
  if (++job.unprocessed > kUnprocessedMax) return retry_later(queue, std::move(job));
  say_it_waits(job);
  queue.add_first(std::move(job));
}

void Sender::retry_later(OriginQueue& queue, Job job) {
  ++job.attempts;
  const Instant due = ports_.clock.instant() + backoff(job.attempts, ports_.random);
  if (due >= job.deadline) return decide(job, core::Outcome::kFailed);
  say_it_waits(job);
  queue.add_at(due, std::move(job));
}

void Sender::retry_after_pause(OriginQueue& queue, Job job, const PushAnswer& answer,
                               Millis pause) {
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
  if (queue.paused_until() >= job.deadline) return decide(job, core::Outcome::kExpired);
  say_it_waits(job);
  queue.add_first(std::move(job));
}

void Sender::pump(OriginQueue& queue) {
  const Instant now = ports_.clock.instant();
  for (const Job& job : queue.take_expired(now)) {
    decide(job, job.attempts > 0 ? core::Outcome::kFailed : core::Outcome::kExpired);
  }
  send_ready(queue, now);
}

void Sender::send_ready(OriginQueue& queue, Instant now) {
  for (int sent = 0; queue.has_ready(now); ++sent) {
    if (sent == kSliceMessages) return schedule(queue, now);
    if (!queue.may_send(now) || !has_room(queue) || !queue.take_turn(now)) break;
    if (!send(queue, queue.take(), now)) --sent;
  }
  schedule(queue, queue.next(now));
}

bool Sender::has_room(const OriginQueue& queue) {
  busy_ = true;
  const bool has_room = ports_.transport.room(queue.origin()) > 0;
  busy_ = false;
  return has_room;
}

bool Sender::send(OriginQueue& queue, Job job, Instant now) {
  if (job.deadline <= now) {
    decide(job, job.attempts > 0 ? core::Outcome::kFailed : core::Outcome::kExpired);
    return false;
  }
  auto request = request_for(queue.origin(), job, now);
  if (!request) {
    const bool is_ours = request.error().code != Errc::kCorrupt;
    log::write(is_ours ? log::Level::kError : log::Level::kWarn, "deliver.unsendable",
               {{"origin", queue.origin()}, {"error", request.error().message}});
    decide(job, core::Outcome::kRejected);
    return false;
  }
  queue.on_sent();
  const std::uint64_t token = job.message.token;
  const bool is_new = in_flight_.try_emplace(token, InFlight{&queue, std::move(job)}).second;
  TOCSIN_CHECK(is_new);
  busy_ = true;
  ports_.transport.send(queue.origin(), *std::move(request));
  busy_ = false;
  return true;
}

Result<PushRequest> Sender::request_for(const std::string& origin, const Job& job, Instant now) {
  const auto key = keys_.find(job.vapid_key);
  if (key == keys_.end()) return Error{Errc::kNotFound, "no application server key of that id"};
  TOCSIN_TRY(const auto authorization, key->second.authorization(origin, ports_.clock.now()));

  PushRequest request{.token = job.message.token, .path = job.message.path};
  webpush::PushOptions options = job.payload->options;
  options.ttl = ttl_left(job, now);
  request.headers = webpush::header_fields(options);
  request.headers.emplace_back("authorization", authorization);
  TOCSIN_TRY(request.body, ports_.encrypt(job.payload->plaintext, job.message.keys));
  return request;
}

void Sender::schedule(OriginQueue& queue, std::optional<Instant> at) {
  const auto planned = planned_.find(&queue);
  if (planned != planned_.end()) {
    agenda_.erase({planned->second, &queue});
    planned_.erase(planned);
  }
  if (!at) return;
  agenda_.emplace(*at, &queue);
  planned_.emplace(&queue, *at);
}

void Sender::wake() {
  if (!inbox_.empty() && !busy_) {
    // Given while the transport was being called; on_answer() takes all there are.
    PushAnswer last = std::move(inbox_.back());
    inbox_.pop_back();
    return on_answer(std::move(last));
  }
  std::optional<Instant> at = report_at_;
  if (!agenda_.empty() && (!at || agenda_.begin()->first < *at)) at = agenda_.begin()->first;
  if (!at || (armed_ && *armed_ <= *at)) return;
  armed_ = at;
  events_.wake_at(*at);
}

void Sender::say_it_waits(Job& job) {
  metrics::count("tocsin_push_retries_total");
  if (job.waited) return;
  job.waited = true;
  decisions_.push_back({.token = job.message.token, .outcome = core::Outcome::kThrottled});
  if (!report_at_) report_at_ = ports_.clock.instant() + kReportDelay;
}

void Sender::decide(const Job& job, core::Outcome outcome) {
  --outstanding_;
  metrics::count("tocsin_push_answers_total", 1, core::text(outcome));
  decisions_.push_back({.token = job.message.token, .outcome = outcome, .waited = job.waited});
  if (!report_at_) report_at_ = ports_.clock.instant() + kReportDelay;
  // The rest waits for on_time(), so that nobody is called from the middle of something.
  if (decisions_.size() >= kReportMessages) report_at_ = ports_.clock.instant();
}

void Sender::report() {
  report_at_.reset();
  events_.on_decisions(std::exchange(decisions_, {}));
}

}  // namespace tocsin::deliver
