// SPDX-License-Identifier: Apache-2.0
#include "tocsin/webpush/vapid.h"

#include <gtest/gtest.h>

#include "tocsin/base/base64url.h"

namespace tocsin::webpush {
namespace {

using namespace std::literals;

constexpr Time kNow{Millis(1'795'340'460'000)};
constexpr auto kOrigin = "https://push.example.net"sv;

VapidKey make_key() { return *VapidKey::generate("mailto:push@example.com"); }

struct Parts {
  std::string signed_input;
  std::string claims;
  crypto::Signature signature{};
  crypto::PublicKey key{};
};

// Takes "vapid t=<header>.<claims>.<signature>, k=<key>" apart.
Parts take_apart(std::string_view authorization) {
  Parts parts;
  EXPECT_TRUE(authorization.starts_with("vapid t="));
  authorization.remove_prefix(8);
  const auto comma = authorization.find(", k=");
  parts.key = *unbase64_as<crypto::PublicKey>(authorization.substr(comma + 4));
  const auto token = authorization.substr(0, comma);
  const auto first = token.find('.');
  const auto last = token.rfind('.');
  parts.signed_input = token.substr(0, last);
  parts.claims = as_text(*unbase64(token.substr(first + 1, last - first - 1)));
  parts.signature = *unbase64_as<crypto::Signature>(token.substr(last + 1));
  return parts;
}

// RFC 8292, section 2.4: the published token verifies under the published key, so what we verify
// with is what the RFC signs with; and our claims for the same values are the RFC's.
TEST(Vapid, VerifiesTheExampleOfRfc8292) {
  const auto parts = take_apart(
      "vapid "
      "t=eyJ0eXAiOiJKV1QiLCJhbGciOiJFUzI1NiJ9.eyJhdWQiOiJodHRwczovL3B1c2guZXhhbXBsZS5uZXQiLCJleHA"
      "iOjE0NTM1MjM3NjgsInN1YiI6Im1haWx0bzpwdXNoQGV4YW1wbGUuY29tIn0.i3CYb7t4xfxCDquptFOepC9GAu_"
      "HLGkMlM"
      "uCGSK2rpiUfnK9ojFwDXb1JrErtmysazNjjvW2L9OkSSHzvoD1oA, "
      "k=BA1Hxzyi1RUM1b5wjxsn7nGxAszw2u61m164i3MrAIxHF6YK5h4SDYic-dRuU_RCPCfA5aq9ojSwk5Y2EmClBPs");
  EXPECT_TRUE(crypto::verify_es256(parts.key, as_bytes(parts.signed_input), parts.signature));

  const auto ours = vapid_authorization(make_key(), kOrigin, Time(Millis(1'453'523'768'000)));
  EXPECT_EQ(take_apart(*ours).claims, parts.claims);
  const auto header_of = [](const Parts& p) {
    return p.signed_input.substr(0, p.signed_input.find('.'));
  };
  EXPECT_EQ(header_of(take_apart(*ours)), header_of(parts));
}

TEST(Vapid, SignsWithItsOwnKey) {
  const auto key = make_key();
  const auto parts = take_apart(*vapid_authorization(key, kOrigin, kNow));
  EXPECT_EQ(parts.key, key.keys.public_key);
  EXPECT_TRUE(crypto::verify_es256(parts.key, as_bytes(parts.signed_input), parts.signature));
}

TEST(VapidTokens, ReusesATokenForHalfItsLifeAndOneForEachOrigin) {
  VapidTokens tokens(make_key());
  const std::string first(*tokens.authorization(kOrigin, kNow));
  EXPECT_EQ(*tokens.authorization(kOrigin, kNow + std::chrono::minutes(359)), first);
  EXPECT_NE(*tokens.authorization("https://other.example", kNow), first);
  const std::string second(*tokens.authorization(kOrigin, kNow + std::chrono::hours(6)));
  EXPECT_NE(second, first);
  EXPECT_NE(take_apart(second).claims.find(std::to_string(1'795'340'460 + 18 * 3600)),
            std::string::npos);
}

TEST(VapidTokens, SignsAgainWhenTheClockStepsBack) {
  VapidTokens tokens(make_key());
  const std::string first(*tokens.authorization(kOrigin, kNow));
  EXPECT_NE(*tokens.authorization(kOrigin, kNow - std::chrono::hours(48)), first);
}

TEST(VapidKey, ReadsWhatOtherToolsWrite) {
  const auto key = make_key();
  const auto again = VapidKey::from(base64url(key.keys.public_key),
                                    base64url(key.keys.private_key.reveal()), key.subject);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->keys.public_key, key.keys.public_key);
}

TEST(VapidKey, NamesTheFieldThatIsWrong) {
  const auto key = make_key();
  const auto public_key = base64url(key.keys.public_key);
  const auto private_key = base64url(key.keys.private_key.reveal());
  const auto message = [](const Result<VapidKey>& result) { return result.error().message; };
  EXPECT_TRUE(message(VapidKey::from("AAAA", private_key, key.subject)).starts_with("publicKey"));
  EXPECT_TRUE(message(VapidKey::from(public_key, "", key.subject)).starts_with("privateKey"));
  EXPECT_TRUE(
      message(VapidKey::from(base64url(make_key().keys.public_key), private_key, key.subject))
          .starts_with("publicKey"));
  const std::string zeros(43, 'A');
  EXPECT_TRUE(message(VapidKey::from(public_key, zeros, key.subject)).starts_with("privateKey"));
}

TEST(VapidKey, RefusesSubjectsThatPushServicesRefuse) {
  for (const auto* subject :
       {"", "me@example.com", "mailto:", "mailto:me", "mailto:me@localhost", "https://",
        "https://localhost", "http://example.com", "mailto:a@b.c\"", "mailto:a b@example.com"}) {
    EXPECT_FALSE(VapidKey::generate(subject)) << subject;
  }
  EXPECT_TRUE(VapidKey::generate("https://news.example/contact"));
}

}  // namespace
}  // namespace tocsin::webpush
