// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "tocsin/base/random.h"
#include "tocsin/base/result.h"

// Passwords as Argon2id (RFC 9106), with the least that OWASP's password storage sheet asks for:
// 19 MiB, 2 passes, 1 lane. One hash costs tens of milliseconds and its memory: callers bound how
// many run at a time. Pure; safe to call from any thread.
namespace tocsin::password {

inline constexpr std::size_t kPasswordBytesMax = 1024;

// The PHC string "$argon2id$v=19$m=19456,t=2,p=1$salt$hash", with a salt of 16 bytes from `random`.
// Errors: kInvalidArgument: the password is empty or longer than kPasswordBytesMax; kExhausted: no
// memory.
Result<std::string> hash_password(std::string_view password, Random& random);

// Whether `phc` was made from `password`. False too for a string that is not Argon2id's, or asks
// for more than 64 MiB, 10 passes or 4 lanes: nobody who can write to the store makes us work
// without end.
bool verify_password(std::string_view phc, std::string_view password);

// Whether `phc` was made with other parameters than hash_password() uses, so that it should be
// made again after the next login.
bool needs_rehash(std::string_view phc);

}  // namespace tocsin::password
