// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "tocsin/http2/hpack.h"

namespace tocsin::http2 {
namespace {

constexpr int kSymbols = 257;
constexpr int kEndOfString = 256;
constexpr int kCodeBitsMax = 30;
constexpr int kShortBits = 10;  // codes up to this length are looked up at once

// How long the code of each symbol is (RFC 7541, appendix B). The codes follow from that: they are
// given out by length, then by symbol.
constexpr std::array<std::uint8_t, kSymbols> kCodeBits{
    13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28,  //
    28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,  //
    6,  10, 10, 12, 13, 6,  8,  11, 10, 10, 8,  11, 8,  6,  6,  6,   //
    5,  5,  5,  6,  6,  6,  6,  6,  6,  6,  7,  8,  15, 6,  12, 10,  //
    13, 6,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,   //
    7,  7,  7,  7,  7,  7,  7,  7,  8,  7,  8,  13, 19, 13, 14, 6,   //
    15, 5,  6,  5,  6,  5,  6,  6,  6,  5,  7,  7,  6,  6,  6,  5,   //
    6,  7,  6,  5,  5,  6,  7,  7,  7,  7,  7,  15, 11, 14, 13, 28,  //
    20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23,  //
    24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,  //
    22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23,  //
    21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,  //
    26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25,  //
    19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,  //
    20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23,  //
    26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,  //
    30};

struct Symbol {
  std::uint16_t symbol = 0;
  std::uint8_t bits = 0;  // 0: the code is longer than kShortBits
};

struct Code {
  std::array<std::uint16_t, kSymbols> symbols{};  // in the order of their codes
  // By length: the first code, the place of its symbol, and the first code that is longer.
  std::array<std::uint32_t, kCodeBitsMax + 1> first{};
  std::array<std::uint16_t, kCodeBitsMax + 1> at{};
  std::array<std::uint32_t, kCodeBitsMax + 1> end{};
  std::array<Symbol, std::size_t{1} << kShortBits> shorts{};
};

// Enters `code` of `symbol` for all that may follow it in kShortBits.
constexpr void set_shorts(Code& out, std::uint16_t symbol, std::uint32_t code, std::size_t bits) {
  if (bits > kShortBits) return;
  const std::uint32_t spread = 1U << (kShortBits - bits);
  for (std::uint32_t i = 0; i < spread; ++i) {
    out.shorts[code * spread + i] = {symbol, static_cast<std::uint8_t>(bits)};
  }
}

constexpr Code make_code() {
  Code code;
  std::uint32_t next = 0;
  std::uint16_t at = 0;
  for (std::size_t bits = 1; bits <= kCodeBitsMax; ++bits) {
    next <<= 1;
    code.first[bits] = next;
    code.at[bits] = at;
    for (std::uint16_t symbol = 0; symbol < kSymbols; ++symbol) {
      if (kCodeBits[symbol] != bits) continue;
      set_shorts(code, symbol, next, bits);
      code.symbols[at++] = symbol;
      ++next;
    }
    code.end[bits] = next;
  }
  return code;
}

constexpr Code kCode = make_code();

// The symbol that `window`, its bits at the left, starts with.
Symbol symbol_at(std::uint32_t window) {
  const Symbol symbol = kCode.shorts[window >> (32 - kShortBits)];
  if (symbol.bits != 0) return symbol;
  for (std::uint8_t bits = kShortBits + 1; bits < kCodeBitsMax; ++bits) {
    const std::uint32_t code = window >> (32 - bits);
    if (code < kCode.end[bits])
      return {kCode.symbols[kCode.at[bits] + code - kCode.first[bits]], bits};
  }
  const std::uint32_t code = window >> (32 - kCodeBitsMax);
  return {kCode.symbols[kCode.at[kCodeBitsMax] + code - kCode.first[kCodeBitsMax]], kCodeBitsMax};
}

}  // namespace

char* huffman_decode(ByteView coded, char* out) {
  std::uint64_t bits = 0;  // those not used yet, at the left
  int count = 0;
  std::size_t at = 0;
  for (;;) {
    while (count <= 56 && at < coded.size()) {
      bits |= std::uint64_t{coded[at++]} << (56 - count);
      count += 8;
    }
    if (count == 0) return out;
    // What follows the end reads as the ones that padding is made of.
    const std::uint64_t window = count >= 64 ? bits : bits | ~std::uint64_t{0} >> count;
    const Symbol symbol = symbol_at(static_cast<std::uint32_t>(window >> 32));
    if (symbol.bits > count) {
      return count < 8 && window == ~std::uint64_t{0} ? out : nullptr;
    }
    if (symbol.symbol == kEndOfString) return nullptr;
    *out++ = static_cast<char>(symbol.symbol);
    bits <<= symbol.bits;
    count -= symbol.bits;
  }
}

}  // namespace tocsin::http2
