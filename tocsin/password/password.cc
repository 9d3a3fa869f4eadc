// SPDX-License-Identifier: Apache-2.0
#include "tocsin/password/password.h"

#include <array>
#include <charconv>
#include <cstdint>
#include <optional>

#include <argon2.h>

#include "tocsin/base/base64url.h"
#include "tocsin/base/bytes.h"

namespace tocsin::password {
namespace {

constexpr std::size_t kPhcBytesMax = 256;
constexpr std::size_t kSaltBytes = 16;
constexpr std::size_t kHashBytes = 32;

struct Cost {
  std::uint32_t memory_kib = 19 * 1024;
  std::uint32_t passes = 2;
  std::uint32_t lanes = 1;
  bool operator==(const Cost&) const = default;
};
constexpr Cost kCost;
constexpr Cost kCostMax{.memory_kib = 64 * 1024, .passes = 10, .lanes = 4};

struct Stored {
  Cost cost;
  Bytes salt;
  Bytes hash;
};

bool take(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

bool take_number(std::string_view& text, std::string_view name, std::uint32_t& out) {
  if (!take(text, name)) return false;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return error == std::errc{};
}

// Nothing unless it is in the form that hash_password() writes and within the limits.
std::optional<Stored> read(std::string_view phc) {
  Stored out;
  if (phc.size() > kPhcBytesMax || !take(phc, "$argon2id$v=19$")) return std::nullopt;
  if (!take_number(phc, "m=", out.cost.memory_kib) || !take_number(phc, ",t=", out.cost.passes) ||
      !take_number(phc, ",p=", out.cost.lanes) || !take(phc, "$")) {
    return std::nullopt;
  }
  const std::size_t end = phc.find('$');
  if (end == std::string_view::npos) return std::nullopt;
  const auto salt = unbase64(phc.substr(0, end));
  const auto hash = unbase64(phc.substr(end + 1));
  if (!salt || salt->size() < 8 || salt->size() > 64) return std::nullopt;
  if (!hash || hash->size() < 16 || hash->size() > 64) return std::nullopt;
  const Cost& cost = out.cost;
  if (cost.memory_kib > kCostMax.memory_kib || cost.passes > kCostMax.passes ||
      cost.lanes > kCostMax.lanes) {
    return std::nullopt;
  }
  out.salt = *salt;
  out.hash = *hash;
  return out;
}

// Empty if there is no memory, or the cost is below what Argon2 can do.
Bytes argon2id(const Cost& cost, std::string_view password, ByteView salt, std::size_t hash_bytes) {
  Bytes out(hash_bytes);
  const int failure =
      argon2id_hash_raw(cost.passes, cost.memory_kib, cost.lanes, password.data(), password.size(),
                        salt.data(), salt.size(), out.data(), out.size());
  if (failure != ARGON2_OK) out.clear();
  return out;
}

std::string unpadded_base64(ByteView bytes) {
  std::string out = base64(bytes);
  while (out.ends_with('=')) out.pop_back();
  return out;
}

bool is_password(std::string_view password) {
  return !password.empty() && password.size() <= kPasswordBytesMax;
}

}  // namespace

Result<std::string> hash_password(std::string_view password, Random& random) {
  if (!is_password(password)) {
    return Error{Errc::kInvalidArgument, "a password has 1 to 1,024 bytes"};
  }
  std::array<std::uint8_t, kSaltBytes> salt{};
  random.fill(salt);
  const Bytes hash = argon2id(kCost, password, salt, kHashBytes);
  if (hash.empty()) return Error{Errc::kExhausted, "no memory to hash a password"};
  return "$argon2id$v=19$m=" + std::to_string(kCost.memory_kib) +
         ",t=" + std::to_string(kCost.passes) + ",p=" + std::to_string(kCost.lanes) + "$" +
         unpadded_base64(salt) + "$" + unpadded_base64(hash);
}

bool verify_password(std::string_view phc, std::string_view password) {
  const auto stored = read(phc);
  if (!stored || !is_password(password)) return false;
  const Bytes hash = argon2id(stored->cost, password, stored->salt, stored->hash.size());
  return !hash.empty() && equal_in_constant_time(hash, stored->hash);
}

bool needs_rehash(std::string_view phc) {
  const auto stored = read(phc);
  return !stored || stored->cost != kCost || stored->salt.size() != kSaltBytes ||
         stored->hash.size() != kHashBytes;
}

}  // namespace tocsin::password
