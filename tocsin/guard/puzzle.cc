// SPDX-License-Identifier: Apache-2.0
#include "tocsin/guard/puzzle.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <optional>

#include "tocsin/base/base64url.h"
#include "tocsin/base/check.h"
#include "tocsin/base/secret.h"

namespace tocsin::guard {
namespace {

constexpr Seconds kStep{10};

crypto::HmacKey make_key(Random& random) {
  std::array<std::uint8_t, 32> bytes{};
  random.fill(bytes);
  crypto::HmacKey key(bytes);
  wipe(bytes);
  return key;
}

std::int64_t step_number(Time now) {
  return std::chrono::floor<Seconds>(now).time_since_epoch() / kStep;
}

// Takes what stands before the next '.' off the front; nothing if there is no '.'.
std::optional<std::string_view> take_field(std::string_view& text) {
  const std::size_t end = text.find('.');
  if (end == std::string_view::npos) return std::nullopt;
  const auto out = text.substr(0, end);
  text.remove_prefix(end + 1);
  return out;
}

template <class Number>
bool read_number(std::string_view text, Number& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc{} && end == text.data() + text.size();
}

int leading_zeros(const crypto::Digest& digest) {
  int out = 0;
  for (const std::uint8_t byte : digest) {
    out += std::countl_zero(byte);
    if (byte != 0) break;
  }
  return out;
}

bool is_nonce(std::string_view nonce) {
  return !nonce.empty() && nonce.size() <= Puzzle::kNonceBytesMax &&
         std::all_of(nonce.begin(), nonce.end(), [](char c) { return c > ' ' && c <= '~'; });
}

}  // namespace

struct Puzzle::Claim {
  int bits = 0;
  Time expires{};
  Id id{};
};

Puzzle::Puzzle(Random& random, std::size_t used_max)
    : random_(random), used_max_(used_max), key_(make_key(random)) {
  TOCSIN_CHECK(used_max > 0);
}

std::string Puzzle::code_of(std::string_view head) const {
  return base64url(key_.mac(as_bytes(head)));
}

std::string Puzzle::challenge(Time now) {
  Id id{};
  random_.fill(id);
  const auto expires = std::chrono::ceil<Seconds>(now + kLifetime).time_since_epoch();
  const std::string head =
      std::to_string(bits(now)) + "." + std::to_string(expires.count()) + "." + base64url(id);
  return head + "." + code_of(head);
}

// Only what challenge() wrote is read any further.
bool Puzzle::read(std::string_view challenge, Claim& claim) const {
  if (challenge.size() > kChallengeBytesMax) return false;
  const std::size_t end = challenge.rfind('.');
  if (end == std::string_view::npos) return false;
  std::string_view head = challenge.substr(0, end);
  if (!equal_in_constant_time(as_bytes(code_of(head)), as_bytes(challenge.substr(end + 1)))) {
    return false;
  }
  std::int64_t expires = 0;
  const auto bits = take_field(head);
  const auto expiry = take_field(head);
  const auto id = unbase64_as<Id>(head);
  if (!bits || !expiry || !id) return false;
  if (!read_number(*bits, claim.bits) || !read_number(*expiry, expires)) return false;
  claim.expires = Time{Seconds{expires}};
  claim.id = *id;
  return true;
}

Puzzle::Verdict Puzzle::check(std::string_view challenge, std::string_view nonce, Time now) {
  Claim claim;
  if (!is_nonce(nonce) || !read(challenge, claim)) return Verdict::kWrong;
  if (claim.expires <= now || claim.expires <= floor_) return Verdict::kExpired;
  const Used used{claim.expires, claim.id};
  if (used_.contains(used)) return Verdict::kUsed;
  const std::string solution = std::string(challenge) + ":" + std::string(nonce);
  if (leading_zeros(crypto::sha256(as_bytes(solution))) < claim.bits) return Verdict::kWrong;
  remember(used, now);
  count_solution(now);
  return Verdict::kAccepted;
}

void Puzzle::remember(const Used& used, Time now) {
  used_.insert(used);
  // The clock may be set back: what was forgotten stays expired.
  while (used_.begin()->first <= now || used_.size() > used_max_) {
    floor_ = std::max(floor_, used_.begin()->first);
    used_.erase(used_.begin());
  }
}

void Puzzle::count_solution(Time now) {
  const std::int64_t number = step_number(now);
  Step& step = steps_[static_cast<std::uint64_t>(number) % steps_.size()];
  if (step.number != number) step = {number, 0};
  ++step.solved;
}

int Puzzle::bits(Time now) const {
  const std::int64_t number = step_number(now);
  std::size_t solved = 0;
  for (const Step& step : steps_) {
    const bool is_recent =
        step.number <= number && step.number > number - static_cast<std::int64_t>(steps_.size());
    if (is_recent) solved += step.solved;
  }
  const int doublings = static_cast<int>(std::bit_width(solved / kSolvedAtRest));
  return std::min(kBitsMax, kBitsMin + doublings);
}

}  // namespace tocsin::guard
