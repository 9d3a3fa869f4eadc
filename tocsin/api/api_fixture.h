// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tocsin/api/api.h"
#include "tocsin/api/conversation_fakes.h"
#include "tocsin/base/base64url.h"
#include "tocsin/json/json.h"
#include "tocsin/newsroom/memory_content.h"
#include "tocsin/newsroom/sample.h"

// An API on ports of memory, for tests and fuzzing.
namespace tocsin::api {

class FakeNewsroom final : public Newsroom {
 public:
  FakeNewsroom(newsroom::MemoryContent& content, newsroom::KeptBodies& bodies)
      : content_(content), bodies_(bodies) {}
  void execute(newsroom::Command command, Done done) override {
    commands.push_back(command);
    if (failure) return done(*failure);
    if (is_late) {
      late.emplace_back([this, command, done] { done(executed(command)); });
    } else {
      done(executed(command));
    }
  }

  std::vector<newsroom::Command> commands;
  std::optional<Error> failure;
  bool is_late = false;
  std::vector<std::function<void()>> late;

 private:
  Result<newsroom::Effects> executed(const newsroom::Command& command) {
    auto effects = content_.execute(command);
    if (effects) bodies_.drop_changed(effects->changes);
    return effects;
  }

  newsroom::MemoryContent& content_;
  newsroom::KeptBodies& bodies_;
};

class FakeSubscriptions final : public Subscriptions {
 public:
  void add(Registration registration, std::function<void(Result<Registered>)> done) override {
    const auto id = core::subscription_id(registration.subscription.endpoint);
    const bool is_new = !all.contains(id);
    auto& subscription = all[id];
    subscription.id = id;
    subscription.site = registration.site;
    subscription.endpoint = registration.subscription.endpoint;
    subscription.state = core::SubscriptionState::kActive;
    if (registration.follows) subscription.follows = *registration.follows;
    if (!registration.language.empty()) subscription.language = registration.language;
    if (registration.replaces) all.erase(*registration.replaces);
    done(Registered{subscription, is_new});
  }
  std::optional<core::Subscription> find(const core::SubscriptionId& id) const override {
    const auto found = all.find(id);
    return found == all.end() ? std::nullopt : std::optional(found->second);
  }
  void set_preferences(const core::SubscriptionId& id, std::optional<core::Follows> follows,
                       std::string language, Done done) override {
    auto& subscription = all.at(id);
    if (follows) subscription.follows = *follows;
    if (!language.empty()) subscription.language = std::move(language);
    done(subscription);
  }
  void retire(const core::SubscriptionId& id, std::string_view because, Done done) override {
    auto& subscription = all.at(id);
    subscription.state = core::SubscriptionState::kRetired;
    subscription.retired_because = because;
    done(subscription);
  }
  void send_test(const core::SubscriptionId& id, std::function<void(Status)> done) override {
    tested.push_back(id);
    done(ok());
  }

  std::map<core::SubscriptionId, core::Subscription> all;
  std::vector<core::SubscriptionId> tested;
};

class FakeTokens final : public TokenBook {
 public:
  // The token is the scope's name.
  std::optional<TokenInfo> find(const crypto::Digest& hash) const override {
    for (const auto scope :
         {Scope::kRead, Scope::kWrite, Scope::kAlert, Scope::kModerate, Scope::kAdmin}) {
      if (crypto::sha256(as_bytes(text(scope))) != hash) continue;
      TokenInfo out{.id = std::string(text(scope)), .name = "the " + std::string(text(scope))};
      out.add(scope);
      return out;
    }
    return std::nullopt;
  }
};

class FakeSurroundings final : public Broadcasts, public FeedVisits, public PushKeys {
 public:
  std::optional<fanout::Progress> progress(core::AlertId) const override { return broadcast; }
  void warm_up() override { ++warm_ups; }
  std::optional<FeedHealth> health(const core::Feed&) const override { return visits; }
  bool fetch_now(core::FeedId feed) override {
    fetched.push_back(feed);
    return visits.has_value();
  }
  std::optional<PushKey> current(core::SiteId) const override { return key; }

  std::optional<fanout::Progress> broadcast;
  int warm_ups = 0;
  std::optional<FeedHealth> visits;
  std::vector<core::FeedId> fetched;
  std::optional<PushKey> key = PushKey{core::VapidKeyId{7}, {}};
};

// What a browser hands out: a real point, since it is checked to be on the curve.
inline Json push_subscription(const std::string& name = "1") {
  static const crypto::KeyPair keys = crypto::generate_key_pair();
  return Json{
      {"endpoint", "https://fcm.googleapis.com/fcm/send/" + name},
      {"expirationTime", nullptr},
      {"keys", Json{{"p256dh", base64url(keys.public_key)}, {"auth", base64url(Bytes(16, 1))}}}};
}

class TestApi {
 public:
  explicit TestApi(guard::RateLimitConfig strangers = {.per_minute = 1000})
      : api_(
            {.version = "1.2.3", .strangers = strangers},
            {content,
             tokens,
             around,
             around,
             around,
             newsroom,
             subscriptions,
             accounts,
             outside,
             outside,
             outside,
             outside,
             ids,
             random,
             clock,
             [](std::string_view html, const std::string&) { return "clean " + std::string(html); },
             [this](const std::string& address, const ingest::Finder::IsWanted& is_wanted,
                    const ingest::Finder::Done& done) {
               searched.push_back(address);
               is_search_wanted = is_wanted;
               done(found);
             },
             [] { return std::string("tocsin_up 1\n"); },
             [this] { return readiness; },
             bodies}) {
    content.write(newsroom::sample::site());
    content.write(newsroom::sample::source());
    content.write(newsroom::sample::feed());
    content.write(newsroom::sample::story(41));
  }

  // For an answer that comes later.
  void start(const http::Request& request, http::Respond respond) {
    api_.handle(request, std::move(respond));
  }
  http::Response call(http::Request request) {
    std::vector<http::Response> answers;
    api_.handle(request, [&](http::Response response) { answers.push_back(std::move(response)); });
    for (const auto& step : std::exchange(newsroom.late, {})) step();
    TOCSIN_CHECK(answers.size() == 1);
    return answers.front();
  }
  // With the token of that name; "" for none. `target` may have a query.
  http::Response call(const std::string& token, const std::string& method,
                      const std::string& target, const std::string& body = "",
                      const http::Headers& headers = {}) {
    http::Request request{.method = method, .headers = headers, .body = body};
    const auto mark = target.find('?');
    request.path = target.substr(0, mark);
    if (mark != std::string::npos) request.query = target.substr(mark + 1);
    request.host = "bell.example";
    request.remote_address = "192.0.2.1";
    if (!token.empty()) request.headers.add("authorization", "Bearer " + token);
    if (!body.empty()) request.headers.add("content-type", "application/json");
    return call(std::move(request));
  }

  newsroom::MemoryContent content;
  newsroom::KeptBodies bodies;
  FakeNewsroom newsroom{content, bodies};
  FakeSubscriptions subscriptions;
  FakeAccounts accounts;
  FakeOutside outside;
  FakeTokens tokens;
  FakeSurroundings around;
  FakeClock clock{newsroom::sample::kNow};
  SeededRandom random{1};
  IdSource ids{clock, random};
  Status readiness = ok();
  std::vector<std::string> searched;  // addresses whose feeds were asked for
  ingest::Finder::IsWanted is_search_wanted;
  Result<std::vector<ingest::FoundFeed>> found = std::vector<ingest::FoundFeed>{};

 private:
  Api api_;
};

// The body as JSON; null if it is none.
inline Json json_of(const http::Response& response) {
  auto json = Json::parse(response.body);
  return json ? *std::move(json) : Json();
}

}  // namespace tocsin::api
