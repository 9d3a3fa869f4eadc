// SPDX-License-Identifier: Apache-2.0
#include "tocsin/websub/subscriber.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tocsin/base/base64url.h"
#include "tocsin/crypto/crypto.h"
#include "tocsin/http/message.h"

namespace tocsin::websub {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Ge;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Le;
using ::testing::Not;
using ::testing::SizeIs;
using Mode = Notice::Mode;
using Push = Subscriber::Push;

const Time kStart = *parse_rfc3339("2026-11-23T09:41:00Z");
constexpr core::FeedId kFeed{7};
constexpr Seconds kLease{10'000};
const std::string kCallbacks = "https://bell.example/websub/";
const std::string kTopic = "https://news.example/feed";
const std::string kHub = "https://hub.example/";

class SubscriberTest : public ::testing::Test {
 protected:
  void want(const std::string& hub = kHub, const std::string& topic = kTopic) {
    subscriber.want(kFeed, {.hubs = {hub}, .topic = topic}, kCallbacks, now);
  }
  void want_hubs(std::vector<std::string> hubs) {
    subscriber.want(kFeed, {.hubs = std::move(hubs), .topic = kTopic}, kCallbacks, now);
  }
  HubRequest only_request() {
    auto due = subscriber.due(now);
    EXPECT_THAT(due, SizeIs(1));
    return due.empty() ? HubRequest{} : due.front();
  }
  static std::string field(const HubRequest& request, const std::string& name) {
    http::Request form;
    form.query = request.form;
    return form.parameter(name).value_or("(none)");
  }
  static Token token_in(const HubRequest& request) {
    const auto callback = field(request, "hub.callback");
    EXPECT_THAT(callback, ::testing::StartsWith(kCallbacks));
    return unbase64_as<Token>(callback.substr(kCallbacks.size())).value_or(Token{});
  }
  std::optional<std::string> notice(Mode mode, const std::string& topic = kTopic,
                                    Seconds lease = kLease) {
    return subscriber.on_notice(
        token, {.mode = mode, .topic = topic, .challenge = "c", .lease = lease, .reason = "why"},
        now);
  }
  // Goes through all of it.
  HubRequest subscribe(Seconds lease = kLease) {
    want();
    auto request = only_request();
    token = token_in(request);
    EXPECT_FALSE(subscriber.on_answer(request.run, {.status = 202}, now));
    EXPECT_EQ(notice(Mode::kSubscribe, kTopic, lease), "c");
    return request;
  }
  const Subscription& record() {
    const auto* found = subscriber.of(kFeed);
    TOCSIN_CHECK(found != nullptr);
    return *found;
  }
  std::string signature_of(const HubRequest& request, std::string_view body) {
    const auto secret = field(request, "hub.secret");
    return "sha256=" +
           hex(crypto::hmac(crypto::HmacHash::kSha256, as_bytes(secret), as_bytes(body)));
  }

  Time now = kStart;
  SeededRandom random{1};
  Subscriber subscriber{{}, random};
  Token token{};
};

TEST_F(SubscriberTest, AsksAHubThatIsAdvertised) {
  want();
  EXPECT_EQ(subscriber.next_due(), now);
  const auto request = only_request();
  EXPECT_EQ(request.url, kHub);
  EXPECT_EQ(field(request, "hub.mode"), "subscribe");
  EXPECT_EQ(field(request, "hub.topic"), kTopic);
  EXPECT_EQ(field(request, "hub.lease_seconds"), "864000");
  EXPECT_THAT(field(request, "hub.secret"), SizeIs(64));
  EXPECT_EQ(field(request, "hub.callback"), record().callback);
  EXPECT_THAT(subscriber.due(now), IsEmpty());  // once
}

TEST_F(SubscriberTest, GivesEachSubscriptionACallbackAndASecretOfItsOwn) {
  std::set<std::string> seen;
  for (std::uint64_t feed = 1; feed <= 5; ++feed) {
    subscriber.want(core::FeedId{feed}, {.hubs = {kHub}, .topic = kTopic}, kCallbacks, now);
  }
  for (const auto& request : subscriber.due(now)) {
    seen.insert(field(request, "hub.callback"));
    seen.insert(field(request, "hub.secret"));
  }
  EXPECT_THAT(seen, SizeIs(10));
}

TEST_F(SubscriberTest, EchoesTheChallengeOfWhatItAskedFor) {
  subscribe();
  EXPECT_EQ(record().state(now), "verified");
  EXPECT_EQ(record().expires, now + kLease);
  EXPECT_EQ(subscriber.live(now), 1u);
}

TEST_F(SubscriberTest, IsVerifiedBeforeTheHubAnswersToo) {
  want();
  const auto request = only_request();
  token = token_in(request);
  EXPECT_EQ(notice(Mode::kSubscribe), "c");
  EXPECT_FALSE(subscriber.on_answer(request.run, {.status = 202}, now));
  EXPECT_EQ(record().step, Step::kHold);
}

TEST_F(SubscriberTest, DoesNotConfirmWhatItDoesNotWant) {
  want();
  token = token_in(only_request());
  EXPECT_FALSE(notice(Mode::kSubscribe, "https://other.example/"));
  EXPECT_FALSE(notice(Mode::kSubscribe, kTopic + "/"));
  EXPECT_FALSE(notice(Mode::kUnsubscribe));
  EXPECT_FALSE(notice(Mode::kDenied, "https://other.example/"));
  EXPECT_EQ(record().state(now), "asked");
  token[0] ^= 1;
  EXPECT_FALSE(notice(Mode::kSubscribe));
}

TEST_F(SubscriberTest, AsksAgainAtFourFifthsOfTheLeaseAndKeepsCallbackAndSecret) {
  const auto first = subscribe();
  EXPECT_EQ(subscriber.next_due(), kStart + Seconds(8'000));
  now = kStart + Seconds(7'999);
  EXPECT_THAT(subscriber.due(now), IsEmpty());
  now += Seconds(1);
  const auto again = only_request();
  EXPECT_EQ(again.form, first.form);
  EXPECT_EQ(record().state(now), "verified");
  subscriber.on_answer(again.run, {.status = 202}, now);
  EXPECT_EQ(notice(Mode::kSubscribe), "c");
  EXPECT_EQ(record().expires, kStart + Seconds(18'000));
}

TEST_F(SubscriberTest, DoesNotAskWithoutEndForShortLeases) {
  subscribe(Seconds(0));
  EXPECT_FALSE(record().is_live(now));
  EXPECT_EQ(subscriber.next_due(), now + kRenewalGap);
}

TEST_F(SubscriberTest, WaitsForTheVerificationAndThenAsksAgain) {
  want();
  subscriber.on_answer(only_request().run, {.status = 202}, now);
  EXPECT_EQ(subscriber.next_due(), now + kVerificationWait);
  now += kVerificationWait;
  EXPECT_THAT(subscriber.due(now), IsEmpty());
  EXPECT_EQ(record().state(now), "failing");
  EXPECT_THAT(record().problem, HasSubstr("hub.example took the request but never verified it"));
  EXPECT_THAT(*subscriber.next_due(), AllOf(Ge(now + kRetryMin / 2), Le(now + kRetryMin)));
}

TEST_F(SubscriberTest, WaitsLongerWithEachFailure) {
  want();
  for (std::uint32_t failure = 1; failure <= 20; ++failure) {
    const auto request = only_request();
    subscriber.on_answer(request.run, {.status = failure % 2 == 0 ? 500 : 0, .detail = "no answer"},
                         now);
    const Seconds longest =
        std::min<Seconds>(kRetryMax, kRetryMin * (1 << std::min(failure - 1, 12u)));
    EXPECT_THAT(*subscriber.next_due() - now, AllOf(Ge(Millis(longest) / 2), Le(Millis(longest))))
        << failure;
    EXPECT_EQ(record().failures, failure);
    now = *subscriber.next_due();
  }
  const auto request = only_request();
  token = token_in(request);
  subscriber.on_answer(request.run, {.status = 202}, now);
  notice(Mode::kSubscribe);
  EXPECT_EQ(record().failures, 0u);
  EXPECT_EQ(record().problem, "");
}

TEST_F(SubscriberTest, WaitsAsLongAsTheHubAsks) {
  want();
  subscriber.on_answer(only_request().run, {.status = 503, .retry_after = Seconds(7'000)}, now);
  EXPECT_EQ(subscriber.next_due(), now + Seconds(7'000));
  now += Seconds(7'000);
  subscriber.on_answer(only_request().run, {.status = 429, .retry_after = Seconds(9'999'999)}, now);
  EXPECT_EQ(subscriber.next_due(), now + Seconds(86'400));
}

TEST_F(SubscriberTest, FollowsTheHubsRedirects) {
  for (const int status : {301, 302, 307, 308}) {
    Subscriber other{{}, random};
    other.want(kFeed, {.hubs = {kHub}, .topic = kTopic}, kCallbacks, now);
    const auto first = other.due(now).at(0);
    const auto second = other.on_answer(first.run, {.status = status, .location = "/moved"}, now);
    ASSERT_TRUE(second) << status;
    EXPECT_EQ(second->url, "https://hub.example/moved");
    EXPECT_EQ(second->form, first.form);
    EXPECT_FALSE(other.on_answer(second->run, {.status = 202}, now));
    EXPECT_EQ(other.of(kFeed)->step, Step::kAwait);
    EXPECT_EQ(other.of(kFeed)->hub(), kHub);
  }
}

TEST_F(SubscriberTest, FollowsFewRedirectsAndNoneThatLeadElsewhere) {
  want();
  auto request = only_request();
  std::size_t followed = 0;
  for (std::optional<HubRequest> next = request; next;
       next = subscriber.on_answer(request.run, {.status = 307, .location = "/round"}, now)) {
    ++followed;
  }
  EXPECT_EQ(followed, 1 + kRedirectsMax);
  for (const auto* location :
       {"", "ftp://hub.example/", "http://hub.example/", "https://user@hub.example/", "mailto:x"}) {
    now = *subscriber.next_due();
    request = only_request();
    EXPECT_FALSE(subscriber.on_answer(request.run, {.status = 307, .location = location}, now))
        << location;
    EXPECT_EQ(record().step, Step::kAsk);
  }
  now = *subscriber.next_due();
  EXPECT_FALSE(subscriber.on_answer(only_request().run, {.status = 303, .location = "/see"}, now));
}

TEST_F(SubscriberTest, GivesItsSecretOverHttpsAlone) {
  want("http://hub.example/");
  const auto open = only_request();
  EXPECT_EQ(field(open, "hub.secret"), "(none)");
  const auto next =
      subscriber.on_answer(open.run, {.status = 308, .location = "https://hub.example/"}, now);
  ASSERT_TRUE(next);
  EXPECT_THAT(field(*next, "hub.secret"), SizeIs(64));
  EXPECT_TRUE(record().is_signing);
}

TEST_F(SubscriberTest, TrustsTheLoopbackOnlyWhereThatIsAllowed) {
  const auto secret = [&](bool trust, const std::string& hub) {
    Subscriber other{{.trust_loopback = trust}, random};
    other.want(kFeed, {.hubs = {hub}, .topic = kTopic}, kCallbacks, now);
    return field(other.due(now).at(0), "hub.secret") != "(none)";
  };
  EXPECT_TRUE(secret(true, "http://127.0.0.1:8080/"));
  EXPECT_TRUE(secret(true, "http://localhost/"));
  EXPECT_TRUE(secret(true, "http://[::1]/"));
  EXPECT_FALSE(secret(true, "http://127.example/"));
  EXPECT_FALSE(secret(true, "http://10.0.0.1/"));
  EXPECT_FALSE(secret(false, "http://127.0.0.1:8080/"));
}

TEST_F(SubscriberTest, BelievesWhatIsSigned) {
  const auto request = subscribe();
  const auto good = signature_of(request, "news");
  EXPECT_EQ(subscriber.on_push(token, good, "news", now), Push::kSigned);
  EXPECT_EQ(subscriber.on_push(token, good, "lies", now), Push::kIgnored);
  EXPECT_EQ(subscriber.on_push(token, "", "news", now), Push::kIgnored);
  EXPECT_EQ(subscriber.on_push(token, "sha256=00", "news", now), Push::kIgnored);
  token[5] ^= 1;
  EXPECT_EQ(subscriber.on_push(token, good, "news", now), Push::kUnknown);
}

TEST_F(SubscriberTest, TakesAnUnsignedPushForAHintWhereTheHubHasNoSecret) {
  want("http://hub.example/");
  const auto request = only_request();
  token = token_in(request);
  EXPECT_EQ(subscriber.on_push(token, "", "news", now), Push::kIgnored);  // not verified yet
  subscriber.on_answer(request.run, {.status = 202}, now);
  notice(Mode::kSubscribe);
  EXPECT_EQ(subscriber.on_push(token, "", "news", now), Push::kHint);
  EXPECT_EQ(subscriber.on_push(token, "sha1=00", "news", now), Push::kHint);
  EXPECT_EQ(subscriber.on_push(token, "", "news", now + kLease), Push::kIgnored);
}

TEST_F(SubscriberTest, HearsADenialAndAsksTheNextDay) {
  subscribe();
  EXPECT_EQ(notice(Mode::kDenied), "");
  EXPECT_EQ(record().state(now), "refused");
  EXPECT_THAT(record().problem, HasSubstr("hub.example denies the subscription (why)"));
  EXPECT_FALSE(record().is_live(now));
  EXPECT_FALSE(notice(Mode::kSubscribe));
  EXPECT_EQ(subscriber.next_due(), now + kRefusedWait);
  now += kRefusedWait;
  only_request();
}

TEST_F(SubscriberTest, TurnsToTheNextHubWhenOneDenies) {
  want_hubs({"https://a.example/", "https://b.example/"});
  auto request = only_request();
  token = token_in(request);
  EXPECT_EQ(notice(Mode::kDenied), "");  // before it answers
  subscriber.on_answer(request.run, {.status = 202}, now);
  request = only_request();
  EXPECT_EQ(request.url, "https://b.example/");
  EXPECT_NE(token_in(request), token);
  subscriber.on_answer(request.run, {.status = 202}, now);
  token = token_in(request);
  EXPECT_EQ(notice(Mode::kDenied), "");
  EXPECT_EQ(record().state(now), "refused") << "there is no other";
  EXPECT_THAT(subscriber.due(now + kRefusedWait - Millis(1)), IsEmpty());
  now += kRefusedWait;
  request = only_request();
  EXPECT_EQ(request.url, "https://b.example/");
  token = token_in(request);
  EXPECT_EQ(notice(Mode::kSubscribe), "c");
  EXPECT_EQ(record().state(now), "verified");
}

TEST_F(SubscriberTest, UnsubscribesFromWhatIsForgotten) {
  subscribe();
  subscriber.forget(kFeed, now);
  EXPECT_EQ(subscriber.of(kFeed), nullptr);
  const auto request = only_request();
  EXPECT_EQ(field(request, "hub.mode"), "unsubscribe");
  EXPECT_EQ(field(request, "hub.topic"), kTopic);
  EXPECT_EQ(token_in(request), token);
  EXPECT_THAT(request.form, Not(HasSubstr("secret")));
  EXPECT_EQ(subscriber.on_push(token, "", "news", now), Push::kUnknown);
  subscriber.on_answer(request.run, {.status = 202}, now);
  EXPECT_FALSE(notice(Mode::kSubscribe));
  EXPECT_FALSE(notice(Mode::kUnsubscribe, "https://other.example/"));
  EXPECT_EQ(notice(Mode::kUnsubscribe), "c");
  EXPECT_FALSE(subscriber.knows(token));
  EXPECT_FALSE(subscriber.next_due());
}

TEST_F(SubscriberTest, GivesUpUnsubscribingAfterAFewTries) {
  subscribe();
  subscriber.forget(kFeed, now);
  for (std::uint32_t i = 0; i < kEndTriesMax; ++i) {
    now = *subscriber.next_due();
    subscriber.on_answer(only_request().run, {.status = 500}, now);
  }
  EXPECT_FALSE(subscriber.knows(token));
}

TEST_F(SubscriberTest, TellsNoHubThatWasNotAskedOfTheEnd) {
  want();
  subscriber.forget(kFeed, now);
  EXPECT_FALSE(subscriber.next_due());
  subscribe();
  now += kLease;  // it is over by itself
  subscriber.forget(kFeed, now);
  EXPECT_FALSE(subscriber.next_due());
}

TEST_F(SubscriberTest, EndsWhatWasAskedForMeanwhile) {
  want();
  const auto request = only_request();
  subscriber.forget(kFeed, now);
  EXPECT_THAT(subscriber.due(now), IsEmpty());
  subscriber.on_answer(request.run, {.status = 202}, now);
  EXPECT_EQ(field(only_request(), "hub.mode"), "unsubscribe");
}

TEST_F(SubscriberTest, GoesWithTheFeedToAnotherTopicOrHub) {
  const Token first = token_in(subscribe());
  now += kSwitchGap;
  want(kHub, "https://news.example/moved");
  const auto due = subscriber.due(now);
  ASSERT_THAT(due, SizeIs(2));
  EXPECT_NE(record().token, first);
  EXPECT_EQ(record().topic, "https://news.example/moved");
  EXPECT_TRUE(subscriber.find(first)->is_ending());
}

TEST_F(SubscriberTest, DoesNotFollowADocumentThatIsCalledAnotherNameEachTime) {
  subscribe();
  subscriber.take_changes();
  for (int i = 0; i < 50; ++i) {
    now += Seconds(60);
    want(kHub, kTopic + "?" + std::to_string(i));
    subscriber.want(kFeed, {}, kCallbacks, now);
  }
  EXPECT_THAT(subscriber.take_changes(), IsEmpty());
  EXPECT_EQ(record().topic, kTopic);
}

TEST_F(SubscriberTest, StaysWithItsHubWhileThatIsAdvertised) {
  subscribe();
  const auto before = record().token;
  want_hubs({"https://other.example/", kHub});
  EXPECT_EQ(record().token, before);
  EXPECT_THAT(record().hubs, ElementsAre(kHub, "https://other.example/"));
  now += kSwitchGap;
  subscriber.want(kFeed, {}, kCallbacks, now);
  EXPECT_EQ(subscriber.of(kFeed), nullptr);
}

TEST_F(SubscriberTest, HasAnotherCallbackWhereTheSiteHas) {
  subscribe();
  subscriber.want(kFeed, {.hubs = {kHub}, .topic = kTopic}, "https://bells.example/websub/", now);
  EXPECT_THAT(record().callback, HasSubstr("https://bells.example/websub/"));
  EXPECT_TRUE(subscriber.find(token)->is_ending());
}

TEST_F(SubscriberTest, TurnsToTheNextHubWhenOneFails) {
  want_hubs({kHub, "https://other.example/"});
  const Token first = record().token;
  for (std::uint32_t i = 0; i < kHubFailuresMax; ++i) {
    now = *subscriber.next_due();
    subscriber.on_answer(only_request().run, {.status = 500}, now);
  }
  EXPECT_FALSE(subscriber.knows(first));
  const auto request = only_request();
  EXPECT_EQ(request.url, "https://other.example/");
  EXPECT_NE(token_in(request), first);
  EXPECT_THAT(record().hubs, ElementsAre("https://other.example/", kHub));
}

TEST_F(SubscriberTest, IsReliedOnAsFarAsItTells) {
  subscribe();
  constexpr Seconds kInterval{300};
  EXPECT_EQ(subscriber.calm(kFeed, kInterval, now), kInterval);
  subscriber.on_told(kFeed, now);
  EXPECT_EQ(subscriber.calm(kFeed, kInterval, now), 2 * kInterval);
  EXPECT_EQ(record().last_push, now);
  for (int i = 0; i < 100; ++i) subscriber.on_told(kFeed, now);
  EXPECT_EQ(subscriber.calm(kFeed, kInterval, now), kCalmMax);
  EXPECT_EQ(subscriber.calm(kFeed, Seconds(604'800), now), Seconds(604'800));
  EXPECT_EQ(subscriber.calm(kFeed, kInterval, now + kLease), kInterval);  // the lease lapsed
  subscriber.on_missed(kFeed, now);
  EXPECT_EQ(subscriber.calm(kFeed, kInterval, now), kInterval);
}

TEST_F(SubscriberTest, IsNotReliedOnWhileTheHubFails) {
  subscribe();
  for (int i = 0; i < 5; ++i) subscriber.on_told(kFeed, now);
  now += kLease * 4 / 5;
  subscriber.on_answer(only_request().run, {.status = 500}, now);
  EXPECT_TRUE(record().is_live(now));
  EXPECT_EQ(subscriber.calm(kFeed, Seconds(300), now), Seconds(300));
}

TEST_F(SubscriberTest, GoesOnWithWhatWasStored) {
  const auto request = subscribe();
  std::map<Token, Subscription> stored;
  for (auto& change : subscriber.take_changes()) {
    stored.erase(change.token);
    if (change.record) stored.emplace(change.token, *change.record);
  }
  ASSERT_THAT(stored, SizeIs(1));
  Subscriber later{{}, random};
  later.load(stored.at(token));
  EXPECT_EQ(later.on_push(token, signature_of(request, "news"), "news", now), Push::kSigned);
  EXPECT_EQ(later.next_due(), kStart + Seconds(8'000));
  EXPECT_THAT(later.feeds(), ElementsAre(kFeed));
  EXPECT_THAT(later.take_changes(), IsEmpty());
}

TEST_F(SubscriberTest, AsksAFewHubsAtATime) {
  for (std::uint64_t feed = 1; feed <= 50; ++feed) {
    subscriber.want(core::FeedId{feed}, {.hubs = {kHub}, .topic = kTopic}, kCallbacks, now);
  }
  auto due = subscriber.due(now);
  EXPECT_THAT(due, SizeIs(kRunsMax));
  EXPECT_FALSE(subscriber.next_due());
  subscriber.on_answer(due[0].run, {.status = 202}, now);
  EXPECT_EQ(subscriber.next_due(), now);
  EXPECT_THAT(subscriber.due(now), SizeIs(1));
}

}  // namespace
}  // namespace tocsin::websub
