// SPDX-License-Identifier: Apache-2.0
#include "tocsin/webpush/encrypt.h"

#include <gtest/gtest.h>

#include "tocsin/base/base64url.h"

namespace tocsin::webpush {
namespace {

constexpr std::string_view kPlaintext = "When I grow up, I want to be a watermelon";

// RFC 8291, appendix A.
struct Example {
  Recipient recipient{
      .p256dh = *unbase64_as<crypto::PublicKey>("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcx"
                                                "aOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"),
      .auth = *unbase64_as<AuthSecret>("BTBZMqHH6r4Tts7J_aSIgg")};
  crypto::KeyPair sender = *crypto::key_pair_from(
      Secret(*unbase64_as<crypto::PrivateKey>("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")));
  crypto::KeyPair browser = *crypto::key_pair_from(
      Secret(*unbase64_as<crypto::PrivateKey>("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94")));
  Salt salt = *unbase64_as<Salt>("DGv6ra1nlYgDCS1FRnbzlw");
  std::string body =
      "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27ml"
      "mlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPT"
      "pK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";
};

TEST(Encrypt, ReproducesTheExampleOfRfc8291) {
  const Example example;
  EXPECT_EQ(base64url(example.sender.public_key),
            "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl"
            "7A8");
  const auto material = derive_key_material(example.recipient, example.sender);
  ASSERT_TRUE(material);
  EXPECT_EQ(base64url(material->reveal()), "S4lYMb_L0FxCeq0WhDx813KgSYqU26kOyzWUdsXYyrg");

  const auto body = seal(as_bytes(kPlaintext), *material, example.sender.public_key, example.salt);
  ASSERT_TRUE(body);
  EXPECT_EQ(base64url(*body), example.body);
}

TEST(Decrypt, OpensTheExampleOfRfc8291) {
  const Example example;
  const auto plaintext = decrypt(*unbase64(example.body), example.browser, example.recipient.auth);
  ASSERT_TRUE(plaintext) << plaintext.error().message;
  EXPECT_EQ(as_text(*plaintext), kPlaintext);
}

TEST(Encrypt, FillsOneRecordExactlyAndNoMore) {
  const Example example;
  EXPECT_EQ(encrypt(Bytes(kMaxPlaintextBytes), example.recipient)->size(), 4096u);
  EXPECT_EQ(encrypt(Bytes(kMaxPlaintextBytes + 1), example.recipient).error().code,
            Errc::kInvalidArgument);
}

TEST(Encrypt, MakesANewKeyPairAndSaltForEveryMessage) {
  const Example example;
  const auto first = encrypt(as_bytes(kPlaintext), example.recipient);
  const auto second = encrypt(as_bytes(kPlaintext), example.recipient);
  EXPECT_NE(Bytes(first->begin(), first->begin() + 16),
            Bytes(second->begin(), second->begin() + 16));
  EXPECT_NE(Bytes(first->begin() + 21, first->begin() + 86),
            Bytes(second->begin() + 21, second->begin() + 86));
}

TEST(Encrypt, RefusesAKeyThatIsNotOnTheCurve) {
  Recipient off_curve = Example().recipient;
  off_curve.p256dh[64] ^= 1;
  EXPECT_EQ(encrypt(as_bytes(kPlaintext), off_curve).error().code, Errc::kCorrupt);
}

TEST(Decrypt, RefusesEveryBodyThatIsCutOrChanged) {
  const Example example;
  const Bytes body = *unbase64(example.body);
  for (std::size_t i = 0; i < body.size(); ++i) {
    EXPECT_FALSE(decrypt(ByteView(body).first(i), example.browser, example.recipient.auth)) << i;
    Bytes changed = body;
    changed[i] ^= 1;
    const bool is_size_field = i >= 16 && i < 20;  // a larger record still holds it
    if (!is_size_field) {
      EXPECT_FALSE(decrypt(changed, example.browser, example.recipient.auth)) << i;
    }
  }
}

}  // namespace
}  // namespace tocsin::webpush
