// SPDX-License-Identifier: Apache-2.0
#include "tocsin/core/subscription.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tocsin/base/base64url.h"
#include "tocsin/crypto/crypto.h"

namespace tocsin::core {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr std::string_view kMozilla = "https://updates.push.services.mozilla.com/wpush/v2/gAAA";
// The receiver's key and secret of RFC 8291, appendix A.
constexpr std::string_view kP256dh =
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
constexpr std::string_view kAuth = "BTBZMqHH6r4Tts7J_aSIgg";

Json subscription(std::string_view endpoint, std::string_view p256dh, std::string_view auth) {
  return Json({{"endpoint", endpoint},
               {"expirationTime", nullptr},
               {"keys", Json({{"p256dh", p256dh}, {"auth", auth}})}});
}

// The message of the refusal; empty if it was accepted.
std::string refusal(const Json& json) {
  const auto parsed = parse_push_subscription(json, {});
  if (parsed) return {};
  EXPECT_EQ(parsed.error().code, Errc::kInvalidArgument);
  return parsed.error().message;
}

std::string key_refusal(std::string_view p256dh, std::string_view auth = kAuth) {
  return refusal(subscription(kMozilla, p256dh, auth));
}

std::string key_refusal(ByteView p256dh) { return key_refusal(base64url(p256dh)); }

std::string endpoint_refusal(std::string_view endpoint, const EndpointPolicy& policy = {}) {
  const auto url = check_endpoint(endpoint, policy);
  if (url) return {};
  EXPECT_EQ(url.error().code, Errc::kInvalidArgument);
  EXPECT_THAT(url.error().message, StartsWith("endpoint: "));
  return url.error().message;
}

EndpointPolicy any_public() {
  EndpointPolicy policy;
  policy.any_public_host = true;
  return policy;
}

EndpointPolicy with_private() {
  EndpointPolicy policy;
  policy.allow_private = true;
  return policy;
}

Bytes point() { return *unbase64(kP256dh); }

TEST(SubscriptionId, IsTheStartOfTheDigestOfTheEndpoint) {
  // SHA-256("abc"), FIPS 180-2, appendix B.1.
  EXPECT_EQ(hex(subscription_id("abc")), "ba7816bf8f01cfea414140de5dae2223");
}

TEST(Partition, IsTheIdModuloSixtyFour) {
  SubscriptionId id{};
  id.back() = 0xff;
  EXPECT_EQ(partition_of(id), 63u);
  id.front() = 1;
  id.back() = 0x40;
  EXPECT_EQ(partition_of(id), 0u);
}

TEST(Endpoint, OfAKnownPushServiceIsAccepted) {
  for (const auto* const endpoint :
       {"https://fcm.googleapis.com/fcm/send/dQw4:APA91b-_x", "https://jmt17.google.com/fcm/send/x",
        "https://updates.push.services.mozilla.com/wpush/v2/gAAA",
        "https://web.push.apple.com/QGuQyavXutnMH",
        "https://wns2-par02p.notify.windows.com/w/?token=BQYAAAB%2bx%3d"}) {
    const auto url = check_endpoint(endpoint, {});
    ASSERT_TRUE(url) << url.error().message;
    EXPECT_EQ(url->text(), endpoint);
  }
}

TEST(Endpoint, IsComparedByItsHostNotItsText) {
  for (const auto* const endpoint :
       {"https://evil.example/fcm.googleapis.com/", "https://fcm.googleapis.com.evil.example/x",
        "https://evilfcm.googleapis.com/x", "https://evil-push.apple.com.example/x",
        "https://push.apple.com/x", "https://notify.windows.com/x"}) {
    EXPECT_THAT(endpoint_refusal(endpoint), HasSubstr("not a known push service")) << endpoint;
  }
  EXPECT_EQ(endpoint_refusal("HTTPS://FCM.GoogleAPIs.com:443/x"), "");
}

TEST(Endpoint, MustBeHttps) {
  EXPECT_THAT(endpoint_refusal("http://fcm.googleapis.com/x"), HasSubstr("not an https URL"));
  EXPECT_THAT(endpoint_refusal("ftp://fcm.googleapis.com/x"), HasSubstr("not an https URL"));
  EXPECT_THAT(endpoint_refusal("//fcm.googleapis.com/x"), HasSubstr("not an absolute URL"));
  EXPECT_THAT(endpoint_refusal("fcm"), HasSubstr("not an absolute URL"));
  EXPECT_THAT(endpoint_refusal(""), HasSubstr("is empty"));
}

TEST(Endpoint, HasNoUserInfoNoPortNoFragment) {
  EXPECT_THAT(endpoint_refusal("https://a:b@fcm.googleapis.com/x"), HasSubstr("user name"));
  EXPECT_THAT(endpoint_refusal("https://fcm.googleapis.com:8443/x"), HasSubstr("port"));
  EXPECT_THAT(endpoint_refusal("https://fcm.googleapis.com:80/x"), HasSubstr("port"));
  EXPECT_THAT(endpoint_refusal("https://fcm.googleapis.com/x#1"), HasSubstr("fragment"));
}

TEST(Endpoint, IsAtMost2048BytesLong) {
  std::string endpoint = "https://fcm.googleapis.com/";
  endpoint.resize(kEndpointBytesMax, 'x');
  EXPECT_EQ(endpoint_refusal(endpoint), "");
  EXPECT_THAT(endpoint_refusal(endpoint + 'x'), HasSubstr("longer than 2048"));
  endpoint.back() = ' ';
  endpoint += "\xc3\xbc";
  EXPECT_THAT(endpoint_refusal(endpoint), HasSubstr("longer than 2048"));
}

TEST(Endpoint, IsNeverAnAddress) {
  for (const auto* const host :
       {"127.0.0.1", "169.254.169.254", "100.64.0.1", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]",
        "[::1]", "0.0.0.0", "2130706433", "0x7f000001", "017700000001", "8.8.8.8", "127.1",
        "[2606:4700::1111]"}) {
    const std::string endpoint = "https://" + std::string(host) + "/x";
    EXPECT_THAT(endpoint_refusal(endpoint, any_public()), HasSubstr("IP address")) << host;
  }
}

TEST(Endpoint, IsNeverALocalName) {
  for (const auto* const host :
       {"localhost", "LOCALHOST", "a.localhost", "printer", "nas.local", "metadata.google.internal",
        "localhost.", "1.0.0.127.in-addr.arpa"}) {
    const std::string endpoint = "https://" + std::string(host) + "/x";
    EXPECT_NE(endpoint_refusal(endpoint, any_public()), "") << host;
  }
}

TEST(Endpoint, OfALookalikeHostIsRefused) {  // a Cyrillic "о" in "google"
  EXPECT_THAT(endpoint_refusal("https://fcm.g\xd0\xbe"
                               "ogleapis.com/x"),
              HasSubstr("not a known push service"));
}

TEST(Endpoint, OfAnyPublicHostIsAcceptedWhereThePolicySaysSo) {
  EXPECT_EQ(endpoint_refusal("https://push.example.org/x", any_public()), "");
  EXPECT_THAT(endpoint_refusal("https://push.example.org:444/x", any_public()), HasSubstr("port"));
}

TEST(Endpoint, MayBeOnThisMachineWhereThePolicySaysSo) {
  EXPECT_EQ(endpoint_refusal("http://127.0.0.1:8080/x", with_private()), "");
  EXPECT_EQ(endpoint_refusal("https://localhost:8080/x", with_private()), "");
  EXPECT_THAT(endpoint_refusal("http://push.example.org/x", with_private()),
              HasSubstr("not a known push service"));
  EXPECT_THAT(endpoint_refusal("ftp://127.0.0.1/x", with_private()), HasSubstr("https"));
}

TEST(Endpoint, IsNeverPartOfTheMessage) {
  for (const auto* const endpoint :
       {"https://evil.example/secret-token", "http://fcm.googleapis.com/secret-token",
        "https://secret-token@fcm.googleapis.com/secret-token", "secret-token"}) {
    EXPECT_THAT(endpoint_refusal(endpoint), ::testing::Not(HasSubstr("secret-token")));
  }
}

TEST(PushSubscription, IsReadAsTheBrowserWritesIt) {
  const auto parsed = parse_push_subscription(subscription(kMozilla, kP256dh, kAuth), {});
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_EQ(parsed->endpoint, kMozilla);
  EXPECT_EQ(base64url(parsed->keys.p256dh), kP256dh);
  EXPECT_EQ(base64url(parsed->keys.auth), kAuth);
}

TEST(PushSubscription, IsReadInPlainBase64WithPaddingToo) {
  EXPECT_EQ(refusal(subscription(kMozilla, base64(point()), base64(*unbase64(kAuth)))), "");
}

TEST(PushSubscription, NamesTheFieldThatIsMissingOrOfAnotherType) {
  EXPECT_EQ(refusal(Json(3)), "subscription: is not an object");
  EXPECT_EQ(refusal(Json(Json::Object{})), "endpoint: is missing");
  EXPECT_EQ(refusal(Json({{"endpoint", 1}})), "endpoint: is not a string");
  EXPECT_EQ(refusal(Json({{"endpoint", kMozilla}})), "keys: is missing");
  EXPECT_EQ(refusal(Json({{"endpoint", kMozilla}, {"keys", "x"}})), "keys: is not an object");
  EXPECT_EQ(refusal(Json({{"endpoint", kMozilla}, {"keys", Json({{"auth", kAuth}})}})),
            "keys.p256dh: is missing");
  EXPECT_EQ(refusal(Json({{"endpoint", kMozilla}, {"keys", Json({{"p256dh", kP256dh}})}})),
            "keys.auth: is missing");
  EXPECT_EQ(key_refusal(""), "keys.p256dh: is empty");
}

TEST(PushSubscription, RefusesAKeyThatIsNotBase64) {
  EXPECT_EQ(key_refusal("not base64!"), "keys.p256dh: is not base64url");
  EXPECT_EQ(key_refusal(kP256dh, "!"), "keys.auth: is not base64url");
}

TEST(PushSubscription, RefusesAKeyOfAnotherLength) {
  Bytes key = point();
  key.push_back(0);
  EXPECT_EQ(key_refusal(key), "keys.p256dh: has 66 bytes instead of 65");
  EXPECT_THAT(key_refusal(ByteView(point()).subspan(1)), HasSubstr("leading 0x04 is missing"));
  EXPECT_THAT(key_refusal(Bytes(97, 4)), HasSubstr("P-384"));
  EXPECT_THAT(key_refusal(Bytes(133, 4)), HasSubstr("P-521"));
}

TEST(PushSubscription, RefusesACompressedPoint) {
  Bytes key = point();
  key.resize(33);
  key[0] = 2;
  EXPECT_THAT(key_refusal(key), StartsWith("keys.p256dh: is a compressed point"));
}

TEST(PushSubscription, RefusesAPointThatIsNotOnTheCurve) {
  Bytes key = point();
  key.back() ^= 1;
  EXPECT_EQ(key_refusal(key), "keys.p256dh: is not a point on the curve P-256");
  key.assign(65, 0xff);
  key[0] = 4;
  EXPECT_EQ(key_refusal(key), "keys.p256dh: is not a point on the curve P-256");
}

TEST(PushSubscription, RefusesThePointAtInfinity) {
  EXPECT_EQ(key_refusal(Bytes(1, 0)), "keys.p256dh: is the point at infinity");
  EXPECT_THAT(key_refusal(Bytes(65, 0)), HasSubstr("does not start with 0x04"));
  Bytes key(65, 0);
  key[0] = 4;
  EXPECT_EQ(key_refusal(key), "keys.p256dh: is not a point on the curve P-256");
}

TEST(PushSubscription, RefusesAHybridPoint) {
  Bytes key = point();
  key[0] = 6;
  EXPECT_THAT(key_refusal(key), HasSubstr("does not start with 0x04"));
}

TEST(PushSubscription, RefusesAnAuthSecretOfAnotherLength) {
  EXPECT_EQ(key_refusal(kP256dh, base64url(Bytes(15))), "keys.auth: has 15 bytes instead of 16");
  EXPECT_EQ(key_refusal(kP256dh, base64url(Bytes(17))), "keys.auth: has 17 bytes instead of 16");
}

TEST(PushSubscription, RefusesSwappedFields) {
  EXPECT_EQ(key_refusal(kAuth, kP256dh), "keys: p256dh and auth are swapped");
}

}  // namespace
}  // namespace tocsin::core
