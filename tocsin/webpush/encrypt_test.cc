// SPDX-License-Identifier: Apache-2.0
#include "tocsin/webpush/encrypt.h"

#include <set>

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

// Every salt drawn from it is the same: what vectors need and nothing else may do.
class OneSalt final : public Random {
 public:
  explicit OneSalt(const Salt& salt) : salt_(salt) {}
  void fill(std::span<std::uint8_t> out) override {
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = salt_[i % salt_.size()];
  }

 private:
  Salt salt_;
};

TEST(Encrypt, ReproducesTheExampleOfRfc8291) {
  const Example example;
  EXPECT_EQ(base64url(example.sender.public_key),
            "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl"
            "7A8");
  KeyMaterialMaker maker(example.sender);
  const auto material = maker.make(example.recipient);
  ASSERT_TRUE(material);
  EXPECT_EQ(base64url(material->reveal()), "S4lYMb_L0FxCeq0WhDx813KgSYqU26kOyzWUdsXYyrg");

  OneSalt salt(example.salt);
  Bytes body(body_bytes(kPlaintext.size()));
  Sealer(salt).seal(as_bytes(kPlaintext), material->reveal(), maker.sender(), body);
  EXPECT_EQ(base64url(body), example.body);
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

TEST(KeyMaterial, IsTheSameWhoeverElseItIsMadeFor) {
  const Example example;
  KeyMaterialMaker maker(example.sender);
  Recipient off_curve = example.recipient;
  off_curve.p256dh[64] ^= 1;
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(maker.make({crypto::generate_key_pair().public_key, {}}));
    EXPECT_EQ(maker.make(off_curve).error().code, Errc::kCorrupt);
    EXPECT_EQ(base64url(maker.make(example.recipient)->reveal()),
              "S4lYMb_L0FxCeq0WhDx813KgSYqU26kOyzWUdsXYyrg");
  }
}

// One reader whose key material was made ahead of time.
struct WarmReader {
  crypto::KeyPair browser = crypto::generate_key_pair();
  Recipient recipient{browser.public_key, {}};
  KeyMaterialMaker maker{crypto::generate_key_pair()};
  Secret<KeyMaterial> material = *maker.make(recipient);
  crypto::SecureRandom random;
  Sealer sealer{random};

  Bytes seal(ByteView plaintext) {
    Bytes body(body_bytes(plaintext.size()));
    sealer.seal(plaintext, material.reveal(), maker.sender(), body);
    return body;
  }
};

TEST(Sealer, MakesBodiesOfEveryLengthThatTheBrowserOpens) {
  WarmReader reader;
  Bytes plaintext;
  // All lengths about the ends of AES blocks and batches; then steps that meet all of them.
  for (std::size_t size = 0; size <= kMaxPlaintextBytes; size += size < 300 ? 1 : 13) {
    plaintext.resize(size);
    reader.random.fill(plaintext);
    const auto opened = decrypt(reader.seal(plaintext), reader.browser, {});
    ASSERT_TRUE(opened) << size;
    ASSERT_EQ(*opened, plaintext) << size;
  }
  EXPECT_EQ(reader.seal(Bytes(kMaxPlaintextBytes)).size(), 4096u);
}

TEST(Sealer, NeverUsesASaltTwice) {
  WarmReader reader;
  std::set<Bytes> salts;
  std::set<Bytes> sealed;
  constexpr std::size_t kMessages = 5'000;  // the salts are drawn several times
  for (std::size_t i = 0; i < kMessages; ++i) {
    const Bytes body = reader.seal(as_bytes(kPlaintext));
    salts.emplace(body.begin(), body.begin() + sizeof(Salt));
    sealed.emplace(body.begin() + sizeof(Salt), body.end());
  }
  EXPECT_EQ(salts.size(), kMessages);
  EXPECT_EQ(sealed.size(), kMessages);
}

TEST(Sealer, LeavesTheMemoryOfAnUnusableSubscriptionAlone) {
  Recipient off_curve = Example().recipient;
  off_curve.p256dh[64] ^= 1;
  WarmReader reader;
  Bytes out(body_bytes(4), 0xa5);
  EXPECT_EQ(reader.sealer.encrypt(as_bytes("news"), off_curve, out).error().code, Errc::kCorrupt);
  EXPECT_EQ(out, Bytes(body_bytes(4), 0xa5));
  ASSERT_TRUE(reader.sealer.encrypt(as_bytes("news"), reader.recipient, out));
  EXPECT_EQ(as_text(*decrypt(out, reader.browser, {})), "news");
}

TEST(SealerDeathTest, EndsTheProcessRatherThanWriteBesideTheBody) {
  WarmReader reader;
  Bytes out(body_bytes(4) - 1);
  EXPECT_DEATH(
      reader.sealer.seal(as_bytes("news"), reader.material.reveal(), reader.maker.sender(), out),
      "body_bytes");
  EXPECT_DEATH(reader.seal(Bytes(kMaxPlaintextBytes + 1)), "kMaxPlaintextBytes");
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
