// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "tocsin/crypto/crypto.h"
#include "tocsin/crypto/sha256_shani.h"

namespace tocsin::crypto {
namespace {

TEST(Hmac, ReproducesTheVectorsOfRfc4231) {
  EXPECT_EQ(hex(hmac_sha256(Bytes(20, 0x0b), as_bytes("Hi There"))),  // section 4.2
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(hex(hmac_sha256(as_bytes("Jefe"), as_bytes("what do ya want for nothing?"))),  // 4.3
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(hex(hmac_sha256(Bytes(131, 0xaa),  // 4.7: a key longer than a block
                            as_bytes("Test Using Larger Than Block-Size Key - Hash Key First"))),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(Hmac, OfAnyHashReproducesTheVectorsOfRfc2202AndRfc4231) {
  const auto jefe = [](HmacHash hash) {  // test case 2 of both
    return hex(hmac(hash, as_bytes("Jefe"), as_bytes("what do ya want for nothing?")));
  };
  EXPECT_EQ(jefe(HmacHash::kSha1), "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
  EXPECT_EQ(jefe(HmacHash::kSha256),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(jefe(HmacHash::kSha384),
            "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e"
            "8e2240ca5e69e2c78b3239ecfab21649");
  EXPECT_EQ(jefe(HmacHash::kSha512),
            "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
            "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737");

  const auto long_key = as_bytes("Test Using Larger Than Block-Size Key - Hash Key First");
  EXPECT_EQ(hex(hmac(HmacHash::kSha1, Bytes(80, 0xaa), long_key)),  // RFC 2202, case 6
            "aa4ae5e15272d00e95705637ce8a3b55ed402112");
  EXPECT_EQ(hex(hmac(HmacHash::kSha512, Bytes(131, 0xaa), long_key)),  // RFC 4231, case 6
            "80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f352"
            "6b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598");
}

TEST(Hmac, OfAnyHashTakesNoKeyAndNoData) {
  EXPECT_EQ(hex(hmac(HmacHash::kSha1, {}, {})), "fbdb1d1b18aa6c08324b7d64b71fb76370690e1d");
}

constexpr std::uint64_t kSeed = 20'260'214;

// OpenSSL's own HMAC, which shares the compression function alone.
Digest oracle(ByteView key, ByteView data) {
  Digest out;
  unsigned length = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), data.data(), data.size(), out.data(),
       &length);
  return out;
}

TEST(Hmac, AgreesWithOpenSslOnEveryLength) {
  SeededRandom random(kSeed);
  for (std::size_t size = 0; size <= 300; ++size) {
    Bytes key(1 + random.below(100));
    Bytes data(size);
    random.fill(key);
    random.fill(data);
    const HmacKey hmac(key);
    ASSERT_EQ(hmac.mac(data), oracle(key, data)) << size << " bytes, seed " << kSeed;
    ASSERT_EQ(hmac.mac(data), oracle(key, data)) << "the second time";
  }
}

TEST(Hmac, MakesTwoShortCodesAtOnce) {
  SeededRandom random(kSeed);
  for (std::size_t a = 0; a <= HmacKey::kShortBytes; ++a) {
    for (std::size_t b = 0; b <= HmacKey::kShortBytes; ++b) {
      Bytes key(32);
      Bytes data_a(a);
      Bytes data_b(b);
      random.fill(key);
      random.fill(data_a);
      random.fill(data_b);
      const auto codes = HmacKey(key).mac_two(data_a, data_b);
      ASSERT_EQ(codes[0], oracle(key, data_a)) << a << ", " << b << ", seed " << kSeed;
      ASSERT_EQ(codes[1], oracle(key, data_b)) << a << ", " << b << ", seed " << kSeed;
    }
  }
}

TEST(HmacDeathTest, TakesTwoAtOnceOnlyIfBothAreShort) {
  const Bytes longer(HmacKey::kShortBytes + 1);
  EXPECT_DEATH((void)HmacKey({}).mac_two(longer, {}), "kShortBytes");
  EXPECT_DEATH((void)HmacKey({}).mac_two({}, longer), "kShortBytes");
}

}  // namespace
}  // namespace tocsin::crypto
