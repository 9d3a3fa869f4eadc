// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "tocsin/api/routes.h"
#include "tocsin/base/base64url.h"
#include "tocsin/newsroom/text.h"

// What a reader's device asks for. The id of a subscription is its key: who knows it may change it.
namespace tocsin::api {
namespace {

Json follows_json(const core::Follows& follows) {
  Json::Array sources;
  for (const auto id : follows.sources) sources.emplace_back(id.text());
  return Json{{"everything", follows.everything},
              {"topics", texts(follows.topics)},
              {"sources", std::move(sources)}};
}

Json subscription_json(const core::Subscription& subscription) {
  const bool is_active = subscription.state == core::SubscriptionState::kActive;
  return Json{{"id", hex(subscription.id)},
              {"site", subscription.site.text()},
              {"state", is_active ? "active" : "retired"},
              {"follows", follows_json(subscription.follows)},
              {"language", subscription.language},
              {"created", rfc3339(subscription.created)}};
}

std::optional<core::Subscription> subscription_of(const Call& call) {
  const auto id = parse_subscription_id(call.id);
  auto found = id ? call.ports().subscriptions.find(*id) : std::nullopt;
  if (!found) call.refuse(Refusal::kSubscriptionUnknown);
  return found;
}

// What the body says, as far as the site offers it: a page may be older than the site's list.
std::optional<core::Follows> follows_of(const Call& call, const core::Site& site) {
  const Json* wanted = call.body.find("follows");
  if (wanted == nullptr) return std::nullopt;
  core::Follows out;
  take(*wanted, "everything", out.everything);
  std::vector<std::string> names;
  take(*wanted, "topics", names);
  for (auto& name : names) name = newsroom::folded(name);
  for (const auto& topic : site.topics) {
    const bool is_wanted =
        std::find(names.begin(), names.end(), newsroom::folded(topic)) != names.end();
    if (is_wanted) out.topics.push_back(topic);
  }
  std::vector<std::string> ids;
  take(*wanted, "sources", ids);
  for (const auto& text : ids) {
    const auto id = core::SourceId::parse(text);
    const auto source = id ? call.ports().content.source(*id) : std::nullopt;
    if (!source || source->site != site.id) continue;
    const bool is_there =
        std::find(out.sources.begin(), out.sources.end(), *id) != out.sources.end();
    if (!is_there) out.sources.push_back(*id);
  }
  return out;
}

// The refusal for a store's error: the reader's request is fine by then.
void refuse_store(const Call& call, const Error& error) {
  if (error.code == Errc::kNotFound) return call.refuse(Refusal::kSubscriptionUnknown);
  if (error.code == Errc::kConflict) return call.refuse(Refusal::kSubscriptionRetired);
  call.refuse(problem_of(error));
}

Subscriptions::Done answer_subscription(const Call& call) {
  return [call](const Result<core::Subscription>& changed) {
    if (!changed) return refuse_store(call, changed.error());
    call.answer(200, subscription_json(*changed));
  };
}

// "keys.p256dh: is missing" is about the member of the body's `subscription`.
void refuse_subscription(const Call& call, const Error& error) {
  const auto colon = error.message.find(": ");
  std::string pointer = "#/subscription";
  std::string detail = error.message;
  if (colon != std::string::npos) {
    std::string field = error.message.substr(0, colon);
    std::replace(field.begin(), field.end(), '.', '/');
    if (field != "subscription") pointer += '/' + field;
    detail = error.message.substr(colon + 2);
  }
  call.refuse(problem(Refusal::kSubscriptionInvalid, error.message, {{pointer, detail}}));
}

}  // namespace

void get_push_config(const Call& call) {
  const auto site = call.site();
  if (!site) return call.refuse(Refusal::kSiteUnknown);
  const auto key = call.ports().keys.current(site->id);
  if (!key) return call.refuse(Refusal::kPushUnavailable);
  Json::Array sources;
  for (const auto& source : call.ports().content.sources(site->id)) {
    sources.push_back(Json{{"id", source.id.text()}, {"name", source.name}});
  }
  call.answer(
      200, Json{{"site",
                 Json{{"id", site->id.text()}, {"name", site->name}, {"language", site->language}}},
                {"vapid_public_key", base64url(key->public_key)},
                {"vapid_key_id", key->id.text()},
                {"topics", texts(site->topics)},
                {"sources", std::move(sources)}});
}

void register_subscription(const Call& call) {
  const auto site = call.site();
  if (!site) return call.refuse(Refusal::kSiteUnknown);
  auto parsed =
      core::parse_push_subscription(*call.body.find("subscription"), call.desk->config.endpoints);
  if (!parsed) return refuse_subscription(call, parsed.error());
  Registration registration{.subscription = *std::move(parsed),
                            .site = site->id,
                            .follows = follows_of(call, *site),
                            .language = call.body.text("language").value_or(""),
                            .replaces = {}};
  if (const auto replaced = call.body.text("replaces")) {
    registration.replaces = parse_subscription_id(*replaced);
  }
  call.ports().subscriptions.add(std::move(registration), [call](const Result<Registered>& done) {
    if (!done) return refuse_store(call, done.error());
    const Json json = subscription_json(done->subscription);
    if (!done->is_new) return call.answer(200, json);
    call.answer_created("/api/v1/subscriptions", hex(done->subscription.id), json);
  });
}

void get_subscription(const Call& call) {
  const auto subscription = subscription_of(call);
  if (subscription) call.answer(200, subscription_json(*subscription));
}

void change_subscription(const Call& call) {
  const auto subscription = subscription_of(call);
  if (!subscription) return;
  if (subscription->state == core::SubscriptionState::kRetired) {
    return call.refuse(Refusal::kSubscriptionRetired);
  }
  const auto site = call.ports().content.site(subscription->site);
  if (!site) return call.refuse(Refusal::kSiteUnknown);
  call.ports().subscriptions.set_preferences(subscription->id, follows_of(call, *site),
                                             call.body.text("language").value_or(""),
                                             answer_subscription(call));
}

void end_subscription(const Call& call) {
  const auto subscription = subscription_of(call);
  if (!subscription) return;
  call.ports().subscriptions.retire(subscription->id, "unsubscribed",
                                    [call](const Result<core::Subscription>& ended) {
                                      if (!ended) return refuse_store(call, ended.error());
                                      call.respond({204, {}, ""});
                                    });
}

void test_subscription(const Call& call) {
  const auto subscription = subscription_of(call);
  if (!subscription) return;
  if (subscription->state == core::SubscriptionState::kRetired) {
    return call.refuse(Refusal::kSubscriptionRetired);
  }
  call.ports().subscriptions.send_test(subscription->id, [call](const Status& sent) {
    if (!sent) return refuse_store(call, sent.error());
    call.respond({202, {}, ""});
  });
}

}  // namespace tocsin::api
