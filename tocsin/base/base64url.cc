// SPDX-License-Identifier: Apache-2.0
#include "tocsin/base/base64url.h"

namespace tocsin {
namespace {

using namespace std::literals;

constexpr auto kUrl = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"sv;
constexpr auto kPlain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"sv;

std::string encode(ByteView bytes, std::string_view alphabet) {
  std::string out;
  out.reserve((bytes.size() * 4 + 2) / 3);
  std::uint32_t bits = 0;
  unsigned held = 0;
  for (const std::uint8_t byte : bytes) {
    bits = bits << 8 | byte;
    held += 8;
    while (held >= 6) {
      held -= 6;
      out += alphabet[bits >> held & 63];
    }
  }
  if (held > 0) out += alphabet[bits << (6 - held) & 63];
  return out;
}

int value_of(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '-' || c == '+') return 62;
  if (c == '_' || c == '/') return 63;
  return -1;
}

}  // namespace

std::string base64url(ByteView bytes) { return encode(bytes, kUrl); }

std::string base64(ByteView bytes) {
  std::string out = encode(bytes, kPlain);
  while (out.size() % 4 != 0) out += '=';
  return out;
}

std::optional<Bytes> unbase64(std::string_view text) {
  if (const auto padding = text.find('='); padding != text.npos) {
    const auto tail = text.substr(padding);
    if (text.size() % 4 != 0 || (tail != "=" && tail != "==")) return std::nullopt;
    text = text.substr(0, padding);
  }
  if (text.size() % 4 == 1) return std::nullopt;

  Bytes out;
  out.reserve(text.size() * 3 / 4);
  std::uint32_t bits = 0;
  unsigned held = 0;
  for (const char c : text) {
    const int value = value_of(c);
    if (value < 0) return std::nullopt;
    bits = bits << 6 | static_cast<std::uint32_t>(value);
    held += 6;
    if (held >= 8) {
      held -= 8;
      out.push_back(static_cast<std::uint8_t>(bits >> held & 0xff));
    }
  }
  if ((bits & ((1u << held) - 1)) != 0) return std::nullopt;
  return out;
}

}  // namespace tocsin
