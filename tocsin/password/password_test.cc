// SPDX-License-Identifier: Apache-2.0
#include "tocsin/password/password.h"

#include <gtest/gtest.h>

namespace tocsin::password {
namespace {

// Made by the reference program: echo -n password | argon2 somesalt -id -t 2 -k 256 -p 1 -e
// (test.c of phc-winner-argon2).
constexpr const char* kReference =
    "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";

TEST(Password, IsVerifiedByItsHash) {
  SeededRandom random(1);
  const auto phc = hash_password("correct horse", random);
  ASSERT_TRUE(phc);
  EXPECT_TRUE(phc->starts_with("$argon2id$v=19$m=19456,t=2,p=1$")) << *phc;
  EXPECT_TRUE(verify_password(*phc, "correct horse"));
  EXPECT_FALSE(verify_password(*phc, "correct horsE"));
  EXPECT_FALSE(needs_rehash(*phc));
  const auto again = hash_password("correct horse", random);
  ASSERT_TRUE(again);
  EXPECT_NE(*again, *phc);
}

TEST(Password, IsVerifiedByTheReferenceImplementationsHash) {
  EXPECT_TRUE(verify_password(kReference, "password"));
  EXPECT_FALSE(verify_password(kReference, "Password"));
  EXPECT_TRUE(needs_rehash(kReference));
}

TEST(Password, HasALimit) {
  SeededRandom random(1);
  EXPECT_FALSE(hash_password("", random));
  EXPECT_FALSE(hash_password(std::string(1025, 'x'), random));
  EXPECT_FALSE(verify_password(kReference, ""));
}

TEST(Password, IsNotVerifiedByAStringThatIsBrokenOrAsksForTooMuch) {
  const std::string reference = kReference;
  const auto with = [&](const std::string& part, const std::string& other) {
    std::string out = reference;
    return out.replace(out.find(part), part.size(), other);
  };
  for (const std::string& phc :
       {std::string(), std::string("$argon2id$"), reference.substr(0, 40), reference + "$",
        with("m=256", "m=4000000"), with("t=2", "t=99"), with("p=1", "p=99"), with("t=2", "t=0"),
        with("m=256", "m=1"), with("m=256", "m=-1"), with("argon2id", "argon2i"),
        with("v=19", "v=16"), with("c29tZXNhbHQ", "c2E"), reference + std::string(300, 'A')}) {
    EXPECT_FALSE(verify_password(phc, "password")) << phc;
    EXPECT_TRUE(needs_rehash(phc)) << phc;
  }
}

}  // namespace
}  // namespace tocsin::password
