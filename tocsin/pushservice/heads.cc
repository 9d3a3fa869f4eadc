// SPDX-License-Identifier: Apache-2.0
#include "tocsin/pushservice/heads.h"

#include <algorithm>

#include "tocsin/http/retry_after.h"
#include "tocsin/webpush/request.h"

namespace tocsin::pushservice {
namespace {

constexpr std::size_t kKnownMax = 16;
constexpr std::size_t kTopicCharsMax = 32;  // RFC 8030, section 5.4

bool is_topic(std::string_view text) {
  return !text.empty() && text.size() <= kTopicCharsMax &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-' || c == '_';
         });
}

std::optional<std::string_view> value_of(std::span<const http2::Field> fields,
                                         std::string_view name) {
  for (const http2::Field& field : fields) {
    if (field.name == name) return field.value;
  }
  return std::nullopt;
}

// It differs from message to message and says nothing that the body does not.
bool is_skipped(const http2::Field& field) {
  return field.kind == http2::FieldKind::kContentLength;
}

}  // namespace

Heads::Heads(std::string origin, bool verifies_vapid, Seconds ttl_max)
    : verifies_vapid_(verifies_vapid), ttl_max_(ttl_max), vapid_(std::move(origin)) {}

bool Heads::is_of(const Known& known, std::span<const http2::Field> fields) {
  std::size_t at = 0;
  for (const http2::Field& field : fields) {
    if (is_skipped(field)) continue;
    if (at == known.fields.size()) return false;
    const auto& [name, value] = known.fields[at++];
    if (field.value != value || field.name != name) return false;
  }
  return at == known.fields.size();
}

const Head& Heads::check(std::span<const http2::Field> fields, Time now) {
  for (std::size_t i = 0; i < known_.size(); ++i) {
    if (!is_of(*known_[i], fields)) continue;
    if (known_[i]->good_until <= now) {
      known_.erase(known_.begin() + static_cast<std::ptrdiff_t>(i));
      break;
    }
    if (i != 0)
      std::rotate(known_.begin(), known_.begin() + static_cast<std::ptrdiff_t>(i),
                  known_.begin() + static_cast<std::ptrdiff_t>(i) + 1);
    return known_.front()->head;
  }
  auto fresh = std::make_unique<Known>();
  fresh->good_until = read(fields, now, fresh->head);
  if (fresh->head.refusal != 0) {
    refused_ = std::move(fresh->head);
    return refused_;
  }
  for (const http2::Field& field : fields) {
    if (!is_skipped(field)) fresh->fields.emplace_back(field.name, field.value);
  }
  fresh->head.number = ++numbers_;
  if (known_.size() == kKnownMax) known_.pop_back();
  known_.insert(known_.begin(), std::move(fresh));
  return known_.front()->head;
}

// Gives the moment up to which the answer holds.
Time Heads::read(std::span<const http2::Field> fields, Time now, Head& head) {
  const auto invalid = [&](std::string_view why) {
    head.refusal = 400;
    head.why = why;
    return now;
  };
  const auto ttl = value_of(fields, "ttl");
  const auto seconds = ttl ? http::parse_delta_seconds(*ttl) : std::nullopt;
  if (!seconds) return invalid("TTL is missing or no number");
  head.life = std::min(*seconds, ttl_max_);
  head.ttl = std::to_string(head.life.count());
  if (const auto topic = value_of(fields, "topic")) {
    if (!is_topic(*topic)) return invalid("Topic is not 1 to 32 characters of base64url");
    head.topic = *topic;
  }
  const auto urgency = value_of(fields, "urgency");
  if (urgency && !webpush::parse_urgency(*urgency)) return invalid("Urgency is none of the four");
  head.is_sealed = value_of(fields, "content-encoding") == "aes128gcm";
  if (!verifies_vapid_) return Time::max();
  const auto authorization = value_of(fields, "authorization");
  if (authorization) return authorise(*authorization, now, head);
  head.refusal = 401;
  head.why = "no VAPID credentials";
  return now;
}

Time Heads::authorise(std::string_view authorization, Time now, Head& head) {
  const auto sender = vapid_.verify(authorization, now);
  if (!sender) {
    head.refusal = sender.error().code == Errc::kInvalidArgument ? 401 : 403;
    head.why = "VAPID credentials that do not hold";
    return now;
  }
  head.sender = sender->key;
  return sender->expires;
}

}  // namespace tocsin::pushservice
