// SPDX-License-Identifier: Apache-2.0
#include "tocsin/pushservice/push_service.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "tocsin/base/id.h"
#include "tocsin/http/retry_after.h"
#include "tocsin/pushservice/chance.h"

namespace tocsin::pushservice {
namespace {

constexpr Seconds kFullRetryAfter{60};
constexpr std::string_view kMessagePath = "/message/";
constexpr std::size_t kMessageChars = 16;  // of four bits

// Writes the lowest bits of a number as letters.
void write_message_name(std::uint64_t number, char* out) {
  for (std::size_t i = 0; i < kMessageChars; ++i, number >>= 4)
    out[i] = "abcdefghijklmnop"[number & 15];
}

}  // namespace

// Whom a push resource belongs to: a virtual reader, a browser's channel, somebody gone, nobody.
struct PushService::Target {
  std::uint32_t subscription = 0;  // in the ledger
  bool is_reader = false;
  const Channel* channel = nullptr;
  bool is_gone = false;

  bool exists() const { return is_reader || channel != nullptr; }
};

PushService::PushService(PushServiceConfig config, Random& random, Ledger& ledger)
    : config_(std::move(config)),
      ledger_(ledger),
      readers_(config_.seed, config_.virtual_readers, config_.origin),
      browsers_(config_.seed, config_.browsers, random),
      heads_(config_.origin, config_.verifies_vapid, config_.ttl_max),
      dice_(config_.faults, config_.virtual_readers),
      limit_(config_.requests_per_second_max),
      capture_(config_.seed, config_.capture),
      message_secret_(random.number()),
      location_(config_.origin + std::string(kMessagePath) + std::string(kMessageChars, 'a')) {
  TOCSIN_CHECK(config_.latency.min >= Millis(0) && config_.latency.min <= config_.latency.max);
}

PushService::Target PushService::find(std::string_view path) {
  if (const auto reader = readers_.find(path)) {
    return {.subscription = static_cast<std::uint32_t>(*reader), .is_reader = true};
  }
  const Channel* channel = browsers_.find_path(path);
  if (channel == nullptr) return {.is_gone = browsers_.is_known_path(path)};
  const auto [place, is_fresh] =
      channels_.try_emplace(channel->id, kChannels + static_cast<std::uint32_t>(channels_.size()));
  if (is_fresh) ledger_.name_channel(place->second, channel->id);
  return {.subscription = place->second, .channel = channel};
}

// 0, or the status that refuses.
int PushService::check(const Request& request, const Target& target, const Head& head) const {
  if (request.body.size() > kBodyBytesMax) return 413;
  if (head.refusal != 0) return head.refusal;
  if (!request.body.empty() && !head.is_sealed) return 400;
  const bool is_restricted = target.channel != nullptr && target.channel->application_key;
  return config_.verifies_vapid && is_restricted && target.channel->application_key != head.sender
             ? 403
             : 0;
}

Answer PushService::handle(const Request& request, Time now) {
  if (watch_.is_too_early(now)) ledger_.record_too_early(now);
  if (request.method != "POST") return refused(405, "POST messages here");
  const Target target = find(request.path);
  if (!target.exists()) {
    return target.is_gone ? refused(410, "the subscription has ended")
                          : refused(404, "no such push resource");
  }
  const Head& head = heads_.check(request.fields, now);
  Entry entry{.at = now, .subscription = target.subscription, .key = key_of(head)};
  text_.clear();
  const int refusal = check(request, target, head);
  const Answer answer =
      refusal != 0 ? refused(refusal, refusal == head.refusal ? head.why : "not acceptable")
                   : decide(request, target, head, entry);
  entry.status = static_cast<std::uint16_t>(answer.status);
  ledger_.record(entry, text_);
  return answer;
}

void PushService::on_refusal_left(const Answer& answer, Time now) {
  for (const auto& [name, value] : answer.fields) {
    const auto wait = name == "retry-after" ? http::parse_delta_seconds(value) : std::nullopt;
    if (wait) watch_.announce(now, *wait);
  }
}

// What becomes of a message with which nothing is wrong.
Answer PushService::decide(const Request& request, const Target& target, const Head& head,
                           Entry& entry) {
  Fault fault = dice_.next(target.subscription);
  if (!limit_.take(entry.at))
    fault = config_.limit_is_bare ? Fault::kThrottledBare : Fault::kThrottled;
  int status = status_of(fault);
  Seconds retry_after = has_retry_after(fault) ? config_.faults.retry_after : Seconds(0);
  if (is_processed(fault) && !accept(request, target, head, entry.at)) {
    status = 429;
    retry_after = kFullRetryAfter;
  }
  if (status == 201 && target.is_reader) sample(request, target.subscription, entry);

  Answer answer = status == 201 ? accepted(head) : Answer{.status = status};
  answer.deed = deed_of(fault);
  ++deeds_[static_cast<std::size_t>(answer.deed)];
  answer.pause = config_.faults.pause;
  answer.delay = delay(fault);
  if (retry_after > Seconds(0)) {
    retry_after_ = std::to_string(retry_after.count());
    fields_[0] = {"retry-after", retry_after_};
    answer.fields = {fields_.data(), 1};
  }
  return answer;
}

Millis PushService::delay(Fault fault) {
  const auto range =
      static_cast<std::uint64_t>((config_.latency.max - config_.latency.min).count());
  Millis late = config_.latency.min;
  if (range > 0) {
    late +=
        Millis(static_cast<std::int64_t>(mixed(mixed(config_.seed) + requests_++) % (range + 1)));
  }
  if (fault == Fault::kDelay) late += config_.faults.delay;
  return std::min(late, Answer::kDelayMax);
}

// False if too much waits for that browser.
bool PushService::accept(const Request& request, const Target& target, const Head& head, Time now) {
  if (target.channel == nullptr) return true;
  Message message{.version = base32(mixed(message_secret_ + ++messages_)),
                  .topic = head.topic,
                  .body = std::string(as_text(request.body)),
                  .expires = now + head.life};
  return browsers_.push(*target.channel, std::move(message), now).has_value();
}

std::uint16_t PushService::key_of(const Head& head) {
  if (head.topic.empty()) return 0;
  if (head.number == last_head_ && head.number != 0) return last_key_;
  const auto next = static_cast<std::uint16_t>(std::min<std::size_t>(keys_.size() + 1, kKeysMax));
  const auto [place, is_fresh] = keys_.size() < kKeysMax ? keys_.try_emplace(head.topic, next)
                                                         : std::pair(keys_.find(head.topic), false);
  if (is_fresh) ledger_.name_key(place->second, head.topic);
  last_head_ = head.number;
  last_key_ = place == keys_.end() ? kKeysMax : place->second;
  return last_key_;
}

// Opens messages with the reader's keys as the configuration asks.
void PushService::sample(const Request& request, std::uint64_t reader, Entry& entry) {
  capture_.take(reader, request);
  const std::uint64_t number = accepted_for_readers_++;
  const auto is_nth = [](std::uint64_t n, std::uint64_t every) {
    return every != 0 && n % every == 0;
  };
  if (!is_nth(number, config_.decrypt_every) &&
      !is_nth(mixed(mixed(config_.seed) ^ reader), config_.readers_decrypted_every)) {
    return;
  }
  auto text = readers_.open(reader, request.body);
  entry.is_decrypted = text.has_value();
  entry.is_unreadable = !text;
  if (text) text_ = *std::move(text);
}

Answer PushService::accepted(const Head& head) {
  write_message_name(mixed(message_secret_ + ++messages_),
                     location_.data() + location_.size() - kMessageChars);
  ttl_ = head.ttl;
  fields_[0] = {"location", location_};
  fields_[1] = {"ttl", ttl_};
  return {.status = 201, .fields = {fields_.data(), 2}};
}

Answer PushService::refused(int status, std::string_view why) {
  fields_[0] = {"content-type", "text/plain"};
  if (status == 401) fields_[1] = {"www-authenticate", "vapid"};
  if (status == 405) fields_[1] = {"allow", "POST"};
  const std::size_t fields = status == 401 || status == 405 ? 2 : 1;
  return {.status = status, .fields = {fields_.data(), fields}, .body = why};
}

}  // namespace tocsin::pushservice
