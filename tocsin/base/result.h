// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <variant>

#include "tocsin/base/check.h"

namespace tocsin {

// What the caller can do about a failure; not where it happened. Keep this list short.
enum class Errc {
  kInvalidArgument,  // the caller's fault: do not retry
  kNotFound,
  kConflict,  // lost a race or already exists: re-read, then decide
  kUnauthorized,
  kExhausted,    // a limit of ours was hit: shed load
  kUnavailable,  // the other side is down: retry later
  kTimeout,      // as kUnavailable, but the request may have taken effect
  kCorrupt,      // stored or received bytes break their format
  kInternal,     // a bug or a failed system call
};

struct Error {
  Errc code;
  std::string message;  // for the operator; starts lower-case and names the thing; never parsed
};

// The value of an operation, or the reason there is none. [[nodiscard]] as a whole, so no caller
// can drop an error. Reading the absent side ends the process.
template <class T>
class [[nodiscard]] Result {
 public:
  // NOLINTBEGIN(google-explicit-constructor): `return value;` and `return Error{...};` must work.
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}
  // NOLINTEND(google-explicit-constructor)

  bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }

  T& operator*() & {
    TOCSIN_CHECK(has_value());
    return *std::get_if<0>(&state_);
  }
  const T& operator*() const& {
    TOCSIN_CHECK(has_value());
    return *std::get_if<0>(&state_);
  }
  T&& operator*() && {
    TOCSIN_CHECK(has_value());
    return std::move(*std::get_if<0>(&state_));
  }
  T* operator->() { return &**this; }
  const T* operator->() const { return &**this; }

  const Error& error() const& {
    TOCSIN_CHECK(!has_value());
    return *std::get_if<1>(&state_);
  }
  Error&& error() && {
    TOCSIN_CHECK(!has_value());
    return std::move(*std::get_if<1>(&state_));
  }

 private:
  std::variant<T, Error> state_;
};

// The outcome of an operation that has nothing to return.
using Status = Result<std::monostate>;
inline Status ok() { return std::monostate{}; }

// Unwraps `expression` into `target`, or returns its error from the enclosing function.
// For a Status, `target` is std::ignore.
#define TOCSIN_TRY(target, expression) \
  TOCSIN_TRY_(target, expression, TOCSIN_CAT_(result_, __COUNTER__))
#define TOCSIN_TRY_(target, expression, tmp) \
  auto tmp = (expression);                   \
  if (!tmp) return std::move(tmp).error();   \
  target = *std::move(tmp)
#define TOCSIN_CAT_(a, b) TOCSIN_CAT2_(a, b)
#define TOCSIN_CAT2_(a, b) a##b

}  // namespace tocsin
