// SPDX-License-Identifier: Apache-2.0
// SHA-256 as in FIPS 180-4, section 6.2.2.
#include "tocsin/crypto/sha256_shani.h"

#include "tocsin/base/check.h"

#if defined(__x86_64__)

#include <cpuid.h>
#include <immintrin.h>

// On each function rather than for the file: see gcm_aesni.cc.
#define TOCSIN_SHANI __attribute__((target("sha,sse4.1")))

namespace tocsin::crypto {
namespace {

using Words = __m128i;  // four of them

// Section 4.2.2.
alignas(16) constexpr std::uint32_t kRoundConstants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

// One message: the state in the order that the instructions want, highest word first, and the last
// sixteen words of the message schedule.
struct Lane {
  Words abef;
  Words cdgh;
  Words schedule[4];
};

TOCSIN_SHANI inline Lane begin(const Sha256State& state, const Sha256Block& block) {
  const auto* words = reinterpret_cast<const Words*>(state.data());
  const Words badc = _mm_shuffle_epi32(_mm_loadu_si128(words), _MM_SHUFFLE(2, 3, 0, 1));
  const Words efgh = _mm_shuffle_epi32(_mm_loadu_si128(words + 1), _MM_SHUFFLE(0, 1, 2, 3));
  Lane lane{_mm_alignr_epi8(badc, efgh, 8), _mm_blend_epi16(efgh, badc, 0xf0), {}};
  const Words swap_bytes = _mm_set_epi8(12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3);
  for (int i = 0; i < 4; ++i) {
    lane.schedule[i] = _mm_shuffle_epi8(
        _mm_loadu_si128(reinterpret_cast<const Words*>(block.data()) + i), swap_bytes);
  }
  return lane;
}

// Replaces the four oldest words of the schedule by the four that follow the latest.
TOCSIN_SHANI inline Words next_words(const Words (&schedule)[4], int oldest) {
  const Words latest = schedule[(oldest + 3) % 4];
  Words next = _mm_sha256msg1_epu32(schedule[oldest], schedule[(oldest + 1) % 4]);
  next = _mm_add_epi32(next, _mm_alignr_epi8(latest, schedule[(oldest + 2) % 4], 4));
  return _mm_sha256msg2_epu32(next, latest);
}

// Four rounds, from round 4 * `step` on.
TOCSIN_SHANI inline void four_rounds(Lane& lane, int step) {
  Words& words = lane.schedule[step % 4];
  if (step >= 4) words = next_words(lane.schedule, step % 4);
  const Words constants = _mm_load_si128(reinterpret_cast<const Words*>(kRoundConstants) + step);
  const Words sums = _mm_add_epi32(words, constants);
  lane.cdgh = _mm_sha256rnds2_epu32(lane.cdgh, lane.abef, sums);
  lane.abef =
      _mm_sha256rnds2_epu32(lane.abef, lane.cdgh, _mm_shuffle_epi32(sums, _MM_SHUFFLE(0, 0, 3, 2)));
}

// Adds the lane's words, in begin()'s order, to the state they began as.
TOCSIN_SHANI inline void add(Sha256State& state, const Lane& lane) {
  auto* words = reinterpret_cast<Words*>(state.data());
  const Words feba = _mm_shuffle_epi32(lane.abef, _MM_SHUFFLE(0, 1, 2, 3));
  const Words dchg = _mm_shuffle_epi32(lane.cdgh, _MM_SHUFFLE(2, 3, 0, 1));
  const Words abcd = _mm_blend_epi16(feba, dchg, 0xf0);
  const Words efgh = _mm_alignr_epi8(dchg, feba, 8);
  _mm_storeu_si128(words, _mm_add_epi32(_mm_loadu_si128(words), abcd));
  _mm_storeu_si128(words + 1, _mm_add_epi32(_mm_loadu_si128(words + 1), efgh));
}

}  // namespace

// By the instruction itself: clang 14's __builtin_cpu_supports() does not know this extension.
bool has_shani() {
  unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
  return __builtin_cpu_supports("sse4.1") != 0 && __get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) &&
         (ebx & bit_SHA) != 0;
}

TOCSIN_SHANI void take_two_with_shani(Sha256State& a, const Sha256Block& block_a, Sha256State& b,
                                      const Sha256Block& block_b) {
  Lane lane_a = begin(a, block_a);
  Lane lane_b = begin(b, block_b);
#pragma GCC unroll 16
  for (int step = 0; step < 16; ++step) {
    four_rounds(lane_a, step);
    four_rounds(lane_b, step);
  }
  add(a, lane_a);
  add(b, lane_b);
}

}  // namespace tocsin::crypto

#else

namespace tocsin::crypto {

bool has_shani() { return false; }

void take_two_with_shani(Sha256State& /*a*/, const Sha256Block& /*block_a*/, Sha256State& /*b*/,
                         const Sha256Block& /*block_b*/) {
  TOCSIN_CHECK(has_shani());
}

}  // namespace tocsin::crypto

#endif
