// SPDX-License-Identifier: Apache-2.0
#include "tocsin/pushservice/virtual_readers.h"

#include <array>
#include <utility>

#include "tocsin/base/base64url.h"
#include "tocsin/base/bytes.h"
#include "tocsin/pushservice/chance.h"

namespace tocsin::pushservice {
namespace {

constexpr std::string_view kPrefix = "/reader/";
constexpr std::string_view kLetters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::size_t kNumberChars = 8;
constexpr std::size_t kWordChars = 10;  // of 64 bits, 60 are written
constexpr std::size_t kWords = 15;
constexpr std::size_t kTokenChars = kWords * kWordChars;
static_assert(kPrefix.size() + kNumberChars + kTokenChars == VirtualReaders::kPathChars);

constexpr std::uint8_t kNoLetter = 0xff;
constexpr auto kValues = [] {
  std::array<std::uint8_t, 256> values{};
  values.fill(kNoLetter);
  for (std::size_t i = 0; i < kLetters.size(); ++i) {
    values[static_cast<unsigned char>(kLetters[i])] = static_cast<std::uint8_t>(i);
  }
  return values;
}();

void write_letters(std::uint64_t number, std::size_t chars, char* out) {
  for (std::size_t i = 0; i < chars; ++i, number >>= 6) out[i] = kLetters[number & 63];
}

std::optional<std::uint64_t> read_letters(std::string_view text) {
  std::uint64_t number = 0;
  for (std::size_t i = text.size(); i-- > 0;) {
    const std::uint8_t value = kValues[static_cast<unsigned char>(text[i])];
    if (value == kNoLetter) return std::nullopt;
    number = number << 6 | value;
  }
  return number;
}

}  // namespace

VirtualReaders::VirtualReaders(std::uint64_t seed, std::uint64_t count, std::string origin)
    : secret_(crypto::hmac_sha256(as_bytes("tocsin virtual readers"), big_endian(seed))),
      count_(count),
      origin_(std::move(origin)) {
  TOCSIN_CHECK(count <= kReadersMax);
  for (std::size_t i = 0; i < sizeof(token_secret_); ++i) {
    token_secret_ = token_secret_ << 8 | secret_[i];
  }
}

crypto::Digest VirtualReaders::derive(std::string_view what, std::uint64_t reader,
                                      std::uint64_t attempt) const {
  return crypto::hmac_sha256(secret_,
                             concat(as_bytes(what), big_endian(reader), big_endian(attempt)));
}

ReaderKeys VirtualReaders::keys(std::uint64_t reader) const {
  ReaderKeys out;
  out.auth = *webpush::AuthSecret::from(ByteView(derive("auth", reader, 0)).first(16));
  // One digest in 2^32 is not below the group's order.
  for (std::uint64_t attempt = 0;; ++attempt) {
    const auto scalar = crypto::PrivateKey::from(derive("key", reader, attempt));
    auto pair = crypto::key_pair_from(Secret(*scalar));
    if (!pair) continue;
    out.pair = *std::move(pair);
    return out;
  }
}

// The letters only the seed tells. They stand in for a MAC, which nobody needs who may know the
// seed, and cost a tenth of one.
void VirtualReaders::write_token(std::uint64_t reader, char* out) const {
  const std::uint64_t base = mixed(token_secret_ ^ reader);
  for (std::size_t i = 0; i < kWords; ++i) {
    write_letters(mixed(base + i), kWordChars, out + i * kWordChars);
  }
}

std::string VirtualReaders::path(std::uint64_t reader) const {
  std::string out(kPathChars, '\0');
  kPrefix.copy(out.data(), kPrefix.size());
  write_letters(reader, kNumberChars, out.data() + kPrefix.size());
  write_token(reader, out.data() + kPrefix.size() + kNumberChars);
  return out;
}

Json VirtualReaders::subscription(std::uint64_t reader) const {
  const ReaderKeys of_reader = keys(reader);
  return Json({{"endpoint", endpoint(reader)},
               {"expirationTime", nullptr},
               {"keys", Json({{"p256dh", base64url(of_reader.pair.public_key)},
                              {"auth", base64url(of_reader.auth)}})}});
}

std::optional<std::uint64_t> VirtualReaders::find(std::string_view path) const {
  if (path.size() != kPathChars || !path.starts_with(kPrefix)) return std::nullopt;
  const auto reader = read_letters(path.substr(kPrefix.size(), kNumberChars));
  if (!reader || *reader >= count_) return std::nullopt;
  std::array<char, kTokenChars> token;  // NOLINT(*-member-init): filled by write_token()
  write_token(*reader, token.data());
  if (path.substr(kPrefix.size() + kNumberChars) != std::string_view(token.data(), kTokenChars)) {
    return std::nullopt;
  }
  return reader;
}

Result<std::string> VirtualReaders::open(std::uint64_t reader, ByteView body) const {
  const ReaderKeys of_reader = keys(reader);
  TOCSIN_TRY(const auto text, webpush::decrypt(body, of_reader.pair, of_reader.auth));
  return std::string(as_text(text));
}

}  // namespace tocsin::pushservice
