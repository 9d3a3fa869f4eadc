// SPDX-License-Identifier: Apache-2.0
// AES-128 (FIPS 197) in Galois/Counter Mode (NIST SP 800-38D). GHASH is computed as POLYVAL, which
// is the same function of byte-reversed blocks (RFC 8452, appendix A) and suits PCLMULQDQ better:
// no bit has to be reflected.
#include "tocsin/crypto/gcm_aesni.h"

#if defined(__x86_64__)

#include <algorithm>
#include <cstring>

#include <immintrin.h>

// On each function rather than for the file: an inline function of a header compiled here with
// these instructions could be the copy that the linker keeps for processors without them.
#define TOCSIN_AESNI __attribute__((target("aes,pclmul,sse4.1")))

namespace tocsin::crypto {
namespace {

using Block = __m128i;

constexpr std::size_t kBlockBytes = 16;
constexpr std::size_t kRounds = 10;
// Blocks worked on together: an instruction takes four cycles, but two can begin in each.
constexpr std::size_t kLanes = 8;
constexpr std::size_t kBatchBytes = kLanes * kBlockBytes;

TOCSIN_AESNI inline Block load(const std::uint8_t* from) {
  return _mm_loadu_si128(reinterpret_cast<const Block*>(from));
}

TOCSIN_AESNI inline void store(std::uint8_t* to, Block block) {
  _mm_storeu_si128(reinterpret_cast<Block*>(to), block);
}

TOCSIN_AESNI inline Block reverse_bytes(Block block) {
  return _mm_shuffle_epi8(block,
                          _mm_set_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15));
}

struct RoundKeys {
  Block at[kRounds + 1];
};

// FIPS 197, section 5.2: word i of a round key is word i of the one before plus all words left of
// it, plus the last word, rotated, substituted and with the round's constant.
template <int RoundConstant>
TOCSIN_AESNI inline Block next_round_key(Block key) {
  const Block last_word =
      _mm_shuffle_epi32(_mm_aeskeygenassist_si128(key, RoundConstant), _MM_SHUFFLE(3, 3, 3, 3));
  key = _mm_xor_si128(key, _mm_slli_si128(key, 4));
  key = _mm_xor_si128(key, _mm_slli_si128(key, 8));
  return _mm_xor_si128(key, last_word);
}

TOCSIN_AESNI inline RoundKeys expand(const AesKey& key) {
  RoundKeys keys{};
  keys.at[0] = load(key.data());
  keys.at[1] = next_round_key<0x01>(keys.at[0]);
  keys.at[2] = next_round_key<0x02>(keys.at[1]);
  keys.at[3] = next_round_key<0x04>(keys.at[2]);
  keys.at[4] = next_round_key<0x08>(keys.at[3]);
  keys.at[5] = next_round_key<0x10>(keys.at[4]);
  keys.at[6] = next_round_key<0x20>(keys.at[5]);
  keys.at[7] = next_round_key<0x40>(keys.at[6]);
  keys.at[8] = next_round_key<0x80>(keys.at[7]);
  keys.at[9] = next_round_key<0x1b>(keys.at[8]);
  keys.at[10] = next_round_key<0x36>(keys.at[9]);
  return keys;
}

template <std::size_t N>
TOCSIN_AESNI inline void encrypt(const RoundKeys& keys, Block (&blocks)[N]) {
#pragma GCC unroll 8
  for (Block& block : blocks) block = _mm_xor_si128(block, keys.at[0]);
  for (std::size_t round = 1; round < kRounds; ++round) {
#pragma GCC unroll 8
    for (Block& block : blocks) block = _mm_aesenc_si128(block, keys.at[round]);
  }
#pragma GCC unroll 8
  for (Block& block : blocks) block = _mm_aesenclast_si128(block, keys.at[kRounds]);
}

// The counter block of SP 800-38D, section 7.1: nonce, then the counter, most significant byte
// first.
TOCSIN_AESNI inline Block counter_block(Block nonce, std::uint32_t counter) {
  return _mm_insert_epi32(nonce, static_cast<int>(__builtin_bswap32(counter)), 3);
}

// Encrypts the counter blocks from `counter` on.
TOCSIN_AESNI inline void key_stream(const RoundKeys& keys, Block nonce, std::uint32_t counter,
                                    Block (&stream)[kLanes]) {
#pragma GCC unroll 8
  for (std::size_t i = 0; i < kLanes; ++i) {
    stream[i] = counter_block(nonce, counter + static_cast<std::uint32_t>(i));
  }
  encrypt(keys, stream);
}

// x^127 + x^126 + x^121 + 1: POLYVAL's polynomial without x^128 (RFC 8452, section 3).
TOCSIN_AESNI inline Block polynomial() {
  return _mm_set_epi64x(static_cast<long long>(0xc200000000000000), 1);
}

// A sum of products of two blocks: 256 bits, the middle ones apart. Reducing comes last and once.
struct Products {
  Block low = _mm_setzero_si128();
  Block middle = _mm_setzero_si128();
  Block high = _mm_setzero_si128();
};

TOCSIN_AESNI inline void add_product(Products& sum, Block a, Block b) {
  sum.low = _mm_xor_si128(sum.low, _mm_clmulepi64_si128(a, b, 0x00));
  sum.middle = _mm_xor_si128(sum.middle, _mm_clmulepi64_si128(a, b, 0x01));
  sum.middle = _mm_xor_si128(sum.middle, _mm_clmulepi64_si128(a, b, 0x10));
  sum.high = _mm_xor_si128(sum.high, _mm_clmulepi64_si128(a, b, 0x11));
}

// The sum times x^-128 modulo the polynomial, by Montgomery's method, 64 bits at a time: adding
// the polynomial times the lowest 64 bits makes them zero, so that they may be shifted out.
TOCSIN_AESNI inline Block reduce(const Products& sum) {
  Block low = _mm_xor_si128(sum.low, _mm_slli_si128(sum.middle, 8));
  const Block high = _mm_xor_si128(sum.high, _mm_srli_si128(sum.middle, 8));
  for (int half = 0; half < 2; ++half) {
    const Block swapped = _mm_shuffle_epi32(low, _MM_SHUFFLE(1, 0, 3, 2));
    low = _mm_xor_si128(swapped, _mm_clmulepi64_si128(low, polynomial(), 0x10));
  }
  return _mm_xor_si128(high, low);
}

// RFC 8452's dot(): the product of POLYVAL's field.
TOCSIN_AESNI inline Block dot(Block a, Block b) {
  Products product;
  add_product(product, a, b);
  return reduce(product);
}

// RFC 8452's mulX_POLYVAL: doubling in the field.
TOCSIN_AESNI inline Block times_x(Block block) {
  const Block carries = _mm_slli_si128(_mm_srli_epi64(block, 63), 8);
  const Block overflow =
      _mm_srai_epi32(_mm_shuffle_epi32(block, _MM_SHUFFLE(3, 3, 3, 3)), 31);  // all bits or none
  const Block doubled = _mm_or_si128(_mm_slli_epi64(block, 1), carries);
  return _mm_xor_si128(doubled, _mm_and_si128(overflow, polynomial()));
}

// GHASH with the powers of its key up to the number of lanes, so that a batch is reduced once.
struct Ghash {
  Block powers[kLanes]{};  // powers[i] is the key to the power of i + 1
  Block state = _mm_setzero_si128();
};

TOCSIN_AESNI inline Ghash ghash_with(Block key) {
  Ghash hash;
  hash.powers[0] = times_x(reverse_bytes(key));
#pragma GCC unroll 8
  for (std::size_t i = 1; i < kLanes; ++i) {  // of the two halves: a short chain of products
    hash.powers[i] = dot(hash.powers[i / 2], hash.powers[(i - 1) / 2]);
  }
  return hash;
}

// Takes in `count` blocks, at most kLanes, whose bytes are already reversed.
TOCSIN_AESNI inline void absorb(Ghash& hash, const Block* blocks, std::size_t count) {
  Products sum;
  add_product(sum, _mm_xor_si128(hash.state, blocks[0]), hash.powers[count - 1]);
#pragma GCC unroll 8
  for (std::size_t i = 1; i < count; ++i) add_product(sum, blocks[i], hash.powers[count - 1 - i]);
  hash.state = reduce(sum);
}

// Encrypts a whole batch from `in` to `out`.
TOCSIN_AESNI inline void seal_batch(const Block (&stream)[kLanes], const std::uint8_t* in,
                                    std::uint8_t* out, Ghash& hash) {
  Block blocks[kLanes];
#pragma GCC unroll 8
  for (std::size_t i = 0; i < kLanes; ++i) {
    const Block block = _mm_xor_si128(stream[i], load(in + i * kBlockBytes));
    store(out + i * kBlockBytes, block);
    blocks[i] = reverse_bytes(block);
  }
  absorb(hash, blocks, kLanes);
}

// Encrypts the last bytes, fewer than a batch: GHASH sees them filled up to a block with zeros.
TOCSIN_AESNI inline void seal_rest(const Block (&stream)[kLanes], ByteView in, std::uint8_t* out,
                                   Ghash& hash) {
  std::uint8_t bytes[kBatchBytes] = {};
  std::copy(in.begin(), in.end(), bytes);
#pragma GCC unroll 8
  for (std::size_t i = 0; i < kLanes; ++i) {
    store(bytes + i * kBlockBytes, _mm_xor_si128(stream[i], load(bytes + i * kBlockBytes)));
  }
  std::copy_n(bytes, in.size(), out);
  std::fill(bytes + in.size(), bytes + kBatchBytes, std::uint8_t{0});

  const std::size_t count = (in.size() + kBlockBytes - 1) / kBlockBytes;
  Block blocks[kLanes];
  for (std::size_t i = 0; i < count; ++i) blocks[i] = reverse_bytes(load(bytes + i * kBlockBytes));
  absorb(hash, blocks, count);
}

}  // namespace

bool has_aesni() {
  return __builtin_cpu_supports("aes") != 0 && __builtin_cpu_supports("pclmul") != 0 &&
         __builtin_cpu_supports("sse4.1") != 0;
}

TOCSIN_AESNI void seal_with_aesni(const AesKey& key, const AesNonce& nonce, ByteView plaintext,
                                  std::span<std::uint8_t> out) {
  const RoundKeys keys = expand(key);
  std::uint8_t padded_nonce[kBlockBytes] = {};
  std::copy(nonce.begin(), nonce.end(), padded_nonce);
  const Block nonce_block = load(padded_nonce);

  // The key of GHASH is the zero block encrypted; the first counter masks the tag.
  Block first[2] = {_mm_setzero_si128(), counter_block(nonce_block, 1)};
  encrypt(keys, first);
  Ghash hash = ghash_with(first[0]);

  ByteView left = plaintext;
  std::uint8_t* to = out.data();
  std::uint32_t counter = 2;
  while (!left.empty()) {
    Block stream[kLanes];
    key_stream(keys, nonce_block, counter, stream);
    const std::size_t bytes = std::min(left.size(), kBatchBytes);
    if (bytes == kBatchBytes) {
      seal_batch(stream, left.data(), to, hash);
    } else {
      seal_rest(stream, left, to, hash);
    }
    left = left.subspan(bytes);
    to += bytes;
    counter += kLanes;
  }

  // Bits of associated data, of which there are none, and of ciphertext.
  const Block lengths = _mm_set_epi64x(0, static_cast<long long>(plaintext.size()) * 8);
  absorb(hash, &lengths, 1);
  store(to, _mm_xor_si128(reverse_bytes(hash.state), first[1]));
}

}  // namespace tocsin::crypto

#else

namespace tocsin::crypto {

bool has_aesni() { return false; }

void seal_with_aesni(const AesKey& /*key*/, const AesNonce& /*nonce*/, ByteView /*plaintext*/,
                     std::span<std::uint8_t> /*out*/) {
  TOCSIN_CHECK(has_aesni());
}

}  // namespace tocsin::crypto

#endif
