// SPDX-License-Identifier: Apache-2.0
#include "tocsin/crypto/crypto.h"

#include <gtest/gtest.h>

#include "tocsin/base/base64url.h"

namespace tocsin::crypto {
namespace {

TEST(Sha256, ReproducesTheVectorsOfFips180) {
  EXPECT_EQ(hex(sha256(as_bytes("abc"))),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hex(sha256(as_bytes(""))),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(P256, BothSidesOfEcdhAgree) {
  const KeyPair a = generate_key_pair();
  const KeyPair b = generate_key_pair();
  EXPECT_EQ(ecdh(a.private_key, b.public_key)->reveal(),
            ecdh(b.private_key, a.public_key)->reveal());
  EXPECT_EQ(key_pair_from(a.private_key)->public_key, a.public_key);
}

TEST(P256, OnePrivateKeyMeetsManyPeers) {
  const KeyPair own = generate_key_pair();
  Ecdh ecdh_of_own(own.private_key);
  for (int i = 0; i < 10; ++i) {
    const KeyPair peer = generate_key_pair();
    EXPECT_EQ(ecdh_of_own.with(peer.public_key)->reveal(),
              ecdh(peer.private_key, own.public_key)->reveal());
    EXPECT_EQ(ecdh_of_own.with({}).error().code, Errc::kCorrupt);
  }
  Ecdh moved = std::move(ecdh_of_own);
  EXPECT_TRUE(moved.with(own.public_key));
}

// RFC 5903, section 8.1.
TEST(P256, ReproducesTheSharedSecretOfRfc5903) {
  const auto own =
      *PrivateKey::from(*unhex("c88f01f510d9ac3f70a292daa2316de544e9aab8afe84049c62a9c57862d1433"));
  const auto peer =
      *PublicKey::from(*unhex("04d12dfb5289c8d4f81208b70270398c342296970a0bccb74c736fc7554494bf63"
                              "56fbf3ca366cc23e8157854c13c58d6aac23f046ada30f8353e74f33039872ab"));
  EXPECT_EQ(hex(Ecdh(Secret(own)).with(peer)->reveal()),
            "d6840f6b42f6edafd13116e0e12565202fef8e9ece7dce03812464d04b9442de");
}

TEST(P256, ReproducesTheKeyPairOfRfc7515) {  // appendix A.3.1
  const auto d = unbase64_as<PrivateKey>("jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI").value();
  const auto x = *unbase64("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU");
  const auto y = *unbase64("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0");
  EXPECT_EQ(Bytes(concat(Bytes{4}, x, y)), concat(key_pair_from(Secret(d))->public_key));
}

TEST(P256, RefusesPointsThatAreNotOnTheCurve) {
  const KeyPair own = generate_key_pair();
  PublicKey off = own.public_key;
  off[64] ^= 1;
  PublicKey compressed = own.public_key;
  compressed[0] = 2;
  PublicKey infinity{};
  for (const auto& key : {off, compressed, infinity}) {
    EXPECT_EQ(check_on_curve(key).error().code, Errc::kCorrupt);
    EXPECT_EQ(ecdh(own.private_key, key).error().code, Errc::kCorrupt);
  }
  EXPECT_TRUE(check_on_curve(own.public_key));
}

TEST(P256, RefusesScalarsOutOfRange) {
  EXPECT_FALSE(key_pair_from(Secret(PrivateKey{})));
  PrivateKey all_ones;
  all_ones.fill(0xff);
  EXPECT_FALSE(key_pair_from(Secret(all_ones)));
  EXPECT_FALSE(sign_es256(Secret(all_ones), as_bytes("x")));
  EXPECT_EQ(Ecdh(Secret(all_ones)).with(generate_key_pair().public_key).error().code,
            Errc::kCorrupt);
}

TEST(Es256, VerifiesTheExampleOfRfc7515) {  // appendix A.3.1
  PublicKey key{};
  key = *PublicKey::from(concat(Bytes{4}, *unbase64("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"),
                                *unbase64("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0")));
  const auto signature = unbase64_as<Signature>(
                             "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSA"
                             "pmWQxfKTUJqPP3-Kg6NU1Q")
                             .value();
  const auto message = as_bytes(
      "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAs"
      "DQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ");
  EXPECT_TRUE(verify_es256(key, message, signature));
  EXPECT_FALSE(verify_es256(key, as_bytes("other"), signature));
}

TEST(Es256, SignsWhatItVerifies) {
  const KeyPair keys = generate_key_pair();
  const auto signature = sign_es256(keys.private_key, as_bytes("story"));
  ASSERT_TRUE(signature);
  EXPECT_TRUE(verify_es256(keys.public_key, as_bytes("story"), *signature));
  EXPECT_FALSE(verify_es256(generate_key_pair().public_key, as_bytes("story"), *signature));
}

}  // namespace
}  // namespace tocsin::crypto
