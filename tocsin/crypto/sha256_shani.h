// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

// Private to this module: the compression function of SHA-256 for two messages at once, by the
// processor's own instructions. Each of them waits for the one before for four cycles, in which
// another message can be worked on: two take a quarter more time than one.
namespace tocsin::crypto {

using Sha256State = std::array<std::uint32_t, 8>;
using Sha256Block = std::array<std::uint8_t, 64>;

// Whether this is an x86-64 processor with the SHA extensions and SSE 4.1.
bool has_shani();

// Takes one block into each of two states, where has_shani().
void take_two_with_shani(Sha256State& a, const Sha256Block& block_a, Sha256State& b,
                         const Sha256Block& block_b);

}  // namespace tocsin::crypto
