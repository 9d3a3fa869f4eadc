// SPDX-License-Identifier: Apache-2.0
#include "tocsin/pushservice/push_service.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "tocsin/base/base64url.h"
#include "tocsin/base/id.h"
#include "tocsin/http/retry_after.h"
#include "tocsin/webpush/request.h"

namespace tocsin::pushservice {
namespace {

constexpr std::size_t kTopicCharsMax = 32;  // RFC 8030, section 5.4
constexpr std::string_view kFullRetryAfter = "60";

bool is_topic(std::string_view text) {
  return !text.empty() && text.size() <= kTopicCharsMax &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-' || c == '_';
         });
}

http::Response refusal(int status, std::string_view why) {
  http::Response response{.status = status, .body = std::string(why) + "\n"};
  response.headers.add("content-type", "text/plain");
  if (status == 401) response.headers.add("www-authenticate", "vapid");
  if (status == 405) response.headers.add("allow", "POST");
  return response;
}

}  // namespace

// Whom a push resource belongs to: a virtual reader, a browser's channel, somebody gone, nobody.
struct PushService::Target {
  std::string name;  // for the ledger
  std::optional<std::uint64_t> reader;
  const Channel* channel = nullptr;
  bool is_gone = false;

  bool exists() const { return reader.has_value() || channel != nullptr; }
};

// What the header fields ask for.
struct PushService::Wanted {
  Seconds ttl{};
  std::string topic;
};

PushService::PushService(PushServiceConfig config, Random& random, Ledger& ledger)
    : config_(std::move(config)),
      random_(random),
      ledger_(ledger),
      readers_(config_.seed, config_.virtual_readers, config_.origin),
      browsers_(config_.seed, config_.browsers, random),
      vapid_(config_.origin),
      dice_(config_.faults) {}

PushService::Target PushService::find(const std::string& path) const {
  if (const auto reader = readers_.find(path)) {
    return {.name = VirtualReaders::name(*reader), .reader = reader};
  }
  if (const Channel* channel = browsers_.find_path(path)) {
    return {.name = channel->id, .channel = channel};
  }
  return {.is_gone = browsers_.is_known_path(path)};
}

// RFC 8030, sections 5.2 to 5.4; RFC 8291, section 4.
Result<PushService::Wanted> PushService::check(const http::Request& request) const {
  const auto invalid = [](const char* what) { return Error{Errc::kInvalidArgument, what}; };
  const auto ttl = request.headers.find("ttl");
  const auto seconds = ttl ? http::parse_delta_seconds(*ttl) : std::nullopt;
  if (!seconds) return invalid("TTL is missing or no number");
  const auto topic = request.headers.find("topic");
  if (topic && !is_topic(*topic)) return invalid("Topic is not 1 to 32 characters of base64url");
  const auto urgency = request.headers.find("urgency");
  if (urgency && !webpush::parse_urgency(*urgency)) return invalid("Urgency is none of the four");
  if (!request.body.empty() && request.headers.find("content-encoding") != "aes128gcm") {
    return invalid("Content-Encoding is not aes128gcm");
  }
  return Wanted{std::min(*seconds, config_.ttl_max), std::string(topic.value_or(""))};
}

// 0, or the status that refuses.
int PushService::authorise(const http::Request& request, const Target& target, Time now) {
  const auto field = request.headers.find("authorization");
  const bool is_restricted = target.channel != nullptr && target.channel->application_key;
  if (!config_.verifies_vapid) return 0;
  if (!field) return 401;
  const auto key = vapid_.verify(*field, now);
  if (!key) return key.error().code == Errc::kInvalidArgument ? 401 : 403;
  return is_restricted && *target.channel->application_key != *key ? 403 : 0;
}

http::Response PushService::handle(const http::Request& request, Time now) {
  if (request.method != "POST") return refusal(405, "POST messages here");
  const Target target = find(request.path);
  if (!target.exists()) {
    return target.is_gone ? refusal(410, "the subscription has ended")
                          : refusal(404, "no such push resource");
  }
  Entry entry{.at = now,
              .subscription = target.name,
              .collapse_key = std::string(request.headers.find("topic").value_or("")),
              .body_sha256 = crypto::sha256(as_bytes(request.body))};
  const auto refuse = [&](int status, std::string_view why) {
    entry.status = status;
    ledger_.record(entry);
    return refusal(status, why);
  };
  const auto wanted = check(request);
  if (!wanted) return refuse(400, wanted.error().message);
  if (request.body.size() > kBodyBytesMax) return refuse(413, "more than 4096 bytes");
  if (const int status = authorise(request, target, now)) return refuse(status, "VAPID");

  const Fault fault = dice_.next(target.name);
  http::Response response = dice_.apply(fault, {.status = 201});
  if (is_processed(fault)) {
    response.status = accept(request, target, *wanted, now);
    if (response.status == 201) {
      response.headers.add("location", config_.origin + "/message/" + base32(random_.number()));
      response.headers.add("ttl", std::to_string(wanted->ttl.count()));
      sample(request, target, entry);
    } else {
      response.headers.add("retry-after", kFullRetryAfter);
    }
  }
  entry.status = fault == Fault::kStall || fault == Fault::kRefuse ? 0 : response.status;
  ledger_.record(entry);
  return response;
}

// 201, or the status that refuses.
int PushService::accept(const http::Request& request, const Target& target, const Wanted& wanted,
                        Time now) {
  if (target.channel == nullptr) return 201;
  Message message{.version = base32(random_.number()),
                  .topic = wanted.topic,
                  .body = request.body,
                  .expires = now + wanted.ttl};
  return browsers_.push(*target.channel, std::move(message), now) ? 201 : 429;
}

void PushService::sample(const http::Request& request, const Target& target, Entry& entry) {
  if (!target.reader || config_.decrypt_every == 0) return;
  if (accepted_for_readers_++ % config_.decrypt_every != 0) return;
  auto text = readers_.open(*target.reader, as_bytes(request.body));
  entry.is_unreadable = !text;
  if (text) entry.text = *std::move(text);
}

}  // namespace tocsin::pushservice
