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
