// SPDX-License-Identifier: Apache-2.0
#include "tocsin/websub/signature.h"

#include <string>

#include <gtest/gtest.h>

namespace tocsin::websub {
namespace {

// RFC 2202 and RFC 4231, test case 2.
constexpr std::string_view kSecret = "Jefe";
constexpr std::string_view kBody = "what do ya want for nothing?";
const std::string kSignatures[] = {
    "sha1=effcdf6ae5eb2fa2d27416d5f184df9c259a7c79",
    "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    "sha384=af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e"
    "8e2240ca5e69e2c78b3239ecfab21649",
    "sha512=164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
    "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737"};

bool fits(std::string_view field, std::string_view secret = kSecret,
          std::string_view body = kBody) {
  return is_signed(field, as_bytes(secret), as_bytes(body));
}

TEST(Signature, FitsInEveryRecognisedMethod) {
  for (const auto& field : kSignatures) EXPECT_TRUE(fits(field)) << field;
}

TEST(Signature, MayBeInCapitals) {
  std::string field = kSignatures[1];
  for (char& c : field) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  EXPECT_TRUE(fits(field));
}

TEST(Signature, FitsNoOtherBodyOrSecret) {
  for (const auto& field : kSignatures) {
    EXPECT_FALSE(fits(field, "jefe")) << field;
    EXPECT_FALSE(fits(field, kSecret, "what do ya want for nothing")) << field;
  }
}

TEST(Signature, DiffersInAnyDigit) {
  for (const auto& field : kSignatures) {
    for (std::size_t i = field.find('=') + 1; i < field.size(); ++i) {
      std::string other = field;
      other[i] = other[i] == '0' ? '1' : '0';
      EXPECT_FALSE(fits(other)) << other;
    }
  }
}

TEST(Signature, IsNoneInAnotherShape) {
  const std::string digits = kSignatures[1].substr(7);
  for (const std::string& field :
       {std::string(), std::string("="), std::string("sha256"), std::string("sha256="), digits,
        "=" + digits, "md5=" + digits, "sha1=" + digits, "sha256=" + digits.substr(2),
        "sha256=" + digits + "00", "sha256 =" + digits, "sha256= " + digits,
        "sha256=" + digits + " ", "sha-256=" + digits, "sha256==" + digits}) {
    EXPECT_FALSE(fits(field)) << field;
  }
}

}  // namespace
}  // namespace tocsin::websub
