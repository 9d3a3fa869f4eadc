// SPDX-License-Identifier: Apache-2.0
#include "tocsin/server/conversation/classifier.h"

#include <utility>

#include "tocsin/base/base64url.h"
#include "tocsin/conversation/policy.h"
#include "tocsin/crypto/crypto.h"
#include "tocsin/json/json.h"
#include "tocsin/observe/log.h"

namespace tocsin::server {
namespace {

using conversation::External;

constexpr std::size_t kReasonBytesMax = 1'000;

Json message_of(const core::Comment& comment, Time now) {
  return Json{{"id", comment.id.text()},
              {"site", comment.site.text()},
              {"story", comment.story.text()},
              {"parent", comment.parent ? Json(comment.parent.text()) : Json()},
              {"name", comment.name},
              {"text", comment.text},
              {"created", rfc3339(now)}};
}

External external_of(const ingest::FetchResult& result) {
  const auto json =
      result.failure || result.status != 200 ? Result<Json>(Json()) : Json::parse(result.body);
  const auto verdict = json ? json->text("verdict").value_or("") : std::string();
  External out;
  if (verdict == "publish") {
    out.verdict = External::Verdict::kPublish;
  } else if (verdict == "hold") {
    out.verdict = External::Verdict::kHold;
  } else if (verdict == "reject") {
    out.verdict = External::Verdict::kReject;
  } else {
    log::warn("classifier.no_answer", {{"status", result.status}, {"detail", result.detail}});
    return out;
  }
  out.reason = json->text("reason").value_or("");
  if (out.reason.size() > kReasonBytesMax) out.reason.clear();
  return out;
}

}  // namespace

std::string webhook_signature(std::string_view secret, std::string_view id, std::int64_t timestamp,
                              std::string_view body) {
  Bytes key(secret.begin(), secret.end());
  if (secret.starts_with(conversation::kWebhookSecretPrefix)) {
    if (auto decoded = unbase64(secret.substr(conversation::kWebhookSecretPrefix.size())))
      key = *std::move(decoded);
  }
  const std::string text =
      std::string(id) + '.' + std::to_string(timestamp) + '.' + std::string(body);
  return "v1," + base64(crypto::hmac_sha256(key, as_bytes(text)));
}

void Classifier::ask(const core::Site& site, const core::Comment& comment,
                     std::function<void(External)> done) {
  if (asks_ >= kAsksMax) return done({});
  ++asks_;
  const Time now = clock_.now();
  const std::string body = message_of(comment, now).dump();
  const auto timestamp = std::chrono::duration_cast<Seconds>(now.time_since_epoch()).count();
  const std::string id = "comment_" + comment.id.text();
  ingest::FetchRequest request{.url = site.comments.external_url};
  request.fields.add("content-type", "application/json");
  request.fields.add("webhook-id", id);
  request.fields.add("webhook-timestamp", std::to_string(timestamp));
  request.fields.add("webhook-signature",
                     webhook_signature(site.comments.external_secret, id, timestamp, body));
  request.posted = body;
  request.timeout = kTimeout;
  request.body_bytes_max = kAnswerBytesMax;
  fetch_.fetch(std::move(request),
               [this, done = std::move(done)](const ingest::FetchResult& result) {
                 --asks_;
                 done(external_of(result));
               });
}

}  // namespace tocsin::server
