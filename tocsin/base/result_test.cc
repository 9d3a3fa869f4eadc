// SPDX-License-Identifier: Apache-2.0
#include "tocsin/base/result.h"

#include <memory>
#include <tuple>

#include <gtest/gtest.h>

namespace tocsin {
namespace {

Result<std::unique_ptr<int>> half(int number) {
  if (number % 2 != 0) return Error{Errc::kInvalidArgument, "odd"};
  return std::make_unique<int>(number / 2);
}

Result<int> quarter(int number) {
  TOCSIN_TRY(const auto once, half(number));
  TOCSIN_TRY(const auto twice, half(*once));
  return *twice;
}

Status check_quarter(int number) {
  TOCSIN_TRY(std::ignore, quarter(number));
  return ok();
}

TEST(Result, TryUnwrapsOrReturnsTheError) {
  EXPECT_EQ(*quarter(8), 2);
  EXPECT_EQ(quarter(6).error().code, Errc::kInvalidArgument);
  EXPECT_TRUE(check_quarter(4));
  EXPECT_FALSE(check_quarter(3));
}

TEST(ResultDeathTest, ReadingTheAbsentSideEndsTheProcess) {
  EXPECT_DEATH(std::ignore = *quarter(6), "check failed");
  EXPECT_DEATH(std::ignore = quarter(8).error(), "check failed");
}

}  // namespace
}  // namespace tocsin
