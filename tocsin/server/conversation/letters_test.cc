// SPDX-License-Identifier: Apache-2.0
#include "tocsin/server/conversation/letters.h"

#include <gtest/gtest.h>

#include "tocsin/api/conversation_fakes.h"

namespace tocsin::server {
namespace {

class LettersTest : public ::testing::Test {
 protected:
  std::size_t mail(const std::string& to) {
    letters_.mail(to, "Sign in", "https://bell.example/");
    return mails_.size();
  }

  api::FakeAccounts accounts_;
  FakeClock clock_{Time{Millis{1'795'000'000'000}}};
  std::vector<fetch::Mail> mails_;
  std::vector<std::string> pushed_;
  Letters letters_{accounts_, clock_,
                   [this](const core::SubscriptionId&, const std::string&, const std::string&,
                          const std::string& url) { pushed_.push_back(url); },
                   [this](const fetch::Mail& mail, const std::function<void(Status)>& done) {
                     mails_.push_back(mail);
                     done(Error{Errc::kUnavailable, "the mail server: it is away"});
                   }};
};

TEST_F(LettersTest, GoByMailAndByPush) {
  EXPECT_TRUE(letters_.has_mail());
  mail("ana@example.org");
  EXPECT_EQ(mails_.at(0).to, "ana@example.org");
  EXPECT_EQ(mails_.at(0).subject, "Sign in");
  EXPECT_EQ(mails_.at(0).text, "https://bell.example/");
  letters_.push({}, "Sign in", "Tap", "https://bell.example/#x");
  EXPECT_EQ(pushed_.at(0), "https://bell.example/#x");
}

TEST_F(LettersTest, WithoutACourierGoNowhere) {
  Letters letters(accounts_, clock_, {}, {});
  EXPECT_FALSE(letters.has_mail());
  letters.mail("ana@example.org", "Sign in", "x");
}

TEST_F(LettersTest, OneAddressGetsOneAMinute) {
  EXPECT_EQ(mail("ana@example.org"), 1U);
  EXPECT_EQ(mail("ana@example.org"), 1U);
  EXPECT_EQ(mail("bo@example.org"), 2U);
  clock_.advance(Millis(60'000));
  EXPECT_EQ(mail("ana@example.org"), 3U);
}

TEST_F(LettersTest, AllTogetherGetSixtyAMinute) {
  for (int i = 0; i < 100; ++i) mail(std::to_string(i) + "@example.org");
  EXPECT_EQ(mails_.size(), 60U);
  clock_.advance(Millis(1'000));
  EXPECT_EQ(mail("ana@example.org"), 61U);
}

TEST_F(LettersTest, OneAddressTakesNothingFromTheOthers) {
  for (int i = 0; i < 1'000; ++i) mail("ana@example.org");
  EXPECT_EQ(mails_.size(), 1U);
  for (int i = 0; i < 59; ++i) mail(std::to_string(i) + "@example.org");
  EXPECT_EQ(mails_.size(), 60U);
}

}  // namespace
}  // namespace tocsin::server
