// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tocsin/crypto/crypto.h"

namespace tocsin::crypto {
namespace {

Bytes seal(GcmEngine engine, const AesKey& key, const AesNonce& nonce, ByteView plaintext) {
  Bytes out(plaintext.size() + kAesTagBytes);
  GcmSealer(engine).seal(key, nonce, plaintext, out);
  return out;
}

std::vector<GcmEngine> engines() {
  std::vector<GcmEngine> out{GcmEngine::kOpenSsl};
  if (fastest_gcm_engine() != out.front()) out.push_back(fastest_gcm_engine());
  return out;
}

TEST(Gcm, ReproducesTheTestCasesOfTheGcmSpecification) {
  struct Case {
    const char* key;
    const char* nonce;
    const char* plaintext;
    const char* sealed;
  };
  const Case cases[] = {
      {"00000000000000000000000000000000", "000000000000000000000000", "",  // test case 1
       "58e2fccefa7e3061367f1d57a4e7455a"},
      {"00000000000000000000000000000000", "000000000000000000000000",  // 2
       "00000000000000000000000000000000",
       "0388dace60b6a392f328c2b971b2fe78ab6e47d42cec13bdf53a67b21257bddf"},
      {"feffe9928665731c6d6a8f9467308308", "cafebabefacedbaddecaf888",  // 3
       "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
       "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255",
       "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e"
       "21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091473f5985"
       "4d5c2af327cd64a62cf35abd2ba6fab4"}};
  for (const auto& [key_hex, nonce_hex, plaintext_hex, sealed] : cases) {
    const auto key = *AesKey::from(*unhex(key_hex));
    const auto nonce = *AesNonce::from(*unhex(nonce_hex));
    const auto plaintext = *unhex(plaintext_hex);
    for (const auto engine : engines()) {
      EXPECT_EQ(hex(seal(engine, key, nonce, plaintext)), sealed);
    }
    EXPECT_EQ(*open_aes128gcm(key, nonce, *unhex(sealed)), plaintext);
  }
}

TEST(Gcm, RefusesABodyThatWasChanged) {
  const Bytes sealed = seal(fastest_gcm_engine(), {}, {}, as_bytes("news"));
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    Bytes changed = sealed;
    changed[i] ^= 1;
    EXPECT_EQ(open_aes128gcm({}, {}, changed).error().code, Errc::kCorrupt);
  }
  EXPECT_FALSE(open_aes128gcm({}, {}, Bytes(15)));
}

// The engines side by side, on memory that begins where a case says.
class GcmEngines : public testing::Test {
 protected:
  static constexpr std::size_t kBytesMax = 4096;
  static constexpr std::size_t kShiftsMax = 64;

  void SetUp() override {
    if (fastest_gcm_engine() == GcmEngine::kOpenSsl) GTEST_SKIP() << "no AES-NI here";
  }

  // Seals `size` random bytes with both, into memory of another alignment and in place.
  void expect_same(std::size_t size) {
    random_.fill(key_);
    random_.fill(nonce_);
    const auto in = std::span(plain_).subspan(random_.below(kShiftsMax), size);
    random_.fill(in);
    const auto expected = std::span(expected_).first(size + kAesTagBytes);
    openssl_.seal(key_, nonce_, in, expected);

    // Bytes before and behind must stay as they are.
    const std::size_t shift = 1 + random_.below(kShiftsMax);
    std::fill(out_.begin(), out_.end(), kUntouched);
    const auto out = std::span(out_).subspan(shift, size + kAesTagBytes);
    aesni_.seal(key_, nonce_, in, out);
    ASSERT_TRUE(std::equal(out.begin(), out.end(), expected.begin()))
        << size << " bytes, " << seed_;
    ASSERT_EQ(out_[shift - 1], kUntouched);
    ASSERT_EQ(out_[shift + out.size()], kUntouched);

    std::copy(in.begin(), in.end(), out.begin());
    aesni_.seal(key_, nonce_, out.first(size), out);
    ASSERT_TRUE(std::equal(out.begin(), out.end(), expected.begin()))
        << size << " bytes in place, " << seed_;
  }

  SeededRandom random_{kSeed};
  std::string seed_ = "seed " + std::to_string(kSeed);

 private:
  static constexpr std::uint64_t kSeed = 20'260'214;
  static constexpr std::uint8_t kUntouched = 0xa5;

  GcmSealer openssl_{GcmEngine::kOpenSsl};
  GcmSealer aesni_;
  AesKey key_{};
  AesNonce nonce_{};
  Bytes plain_ = Bytes(kBytesMax + kShiftsMax);
  Bytes expected_ = Bytes(kBytesMax + kAesTagBytes);
  Bytes out_ = Bytes(1 + kShiftsMax + kBytesMax + kAesTagBytes + 1);
};

TEST_F(GcmEngines, AgreeOnEveryLengthOfAMessage) {
  for (std::size_t size = 0; size <= kBytesMax; ++size) {
    ASSERT_NO_FATAL_FAILURE(expect_same(size));
  }
}

TEST_F(GcmEngines, AgreeOnTwentyThousandRandomMessages) {
  for (int i = 0; i < 20'000; ++i) {
    // Half of them about as long as an alert, where whole batches and rests meet.
    const auto size = random_.below(i % 2 == 0 ? 400 : kBytesMax + 1);
    ASSERT_NO_FATAL_FAILURE(expect_same(size));
  }
}

TEST_F(GcmEngines, SurviveBeingMoved) {
  for (const auto engine : engines()) {
    GcmSealer first(engine);
    GcmSealer second(std::move(first));
    Bytes out(4 + kAesTagBytes);
    second.seal({}, {}, as_bytes("news"), out);
    EXPECT_EQ(out, seal(engine, {}, {}, as_bytes("news")));
  }
}

}  // namespace
}  // namespace tocsin::crypto
