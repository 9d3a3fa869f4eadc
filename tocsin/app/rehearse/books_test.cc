// SPDX-License-Identifier: Apache-2.0
#include "tocsin/app/rehearse/books.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tocsin::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// One push service with four readers, and what it was sent under the keys "first" (1) and
// "second" (2).
class Books : public testing::Test {
 protected:
  Books() {
    account_.name_key(1, "first");
    account_.name_key(2, "second");
  }
  void post(std::uint32_t reader, int status, std::uint16_t key = 1) {
    account_.record({.at = Time(Millis(1)),
                     .subscription = reader,
                     .key = key,
                     .status = static_cast<std::uint16_t>(status)},
                    {});
  }
  void read(std::uint32_t reader, std::string_view text) {
    account_.record({.subscription = reader, .key = 1, .status = 201, .is_decrypted = true}, text);
  }
  Audit audited(const core::Totals& first, std::uint64_t duplicates_max = 0) {
    return audit({{"first", "Polls close", first}}, {{&account_, 4, duplicates_max}});
  }
  Audit audited(const core::Totals& first, const core::Totals& second) {
    return audit({{"first", "", first}, {"second", "", second}}, {{&account_, 4, 0}});
  }

  pushservice::Account account_;
};

TEST_F(Books, AreCleanWhenEveryRecipientHasWhatTheServerSays) {
  for (const std::uint32_t reader : {0U, 1U}) post(reader, 201);
  post(2, 410);
  post(3, 413);
  const Audit result = audited({.recipients = 4, .accepted = 2, .gone = 1, .rejected = 1});
  EXPECT_THAT(result.complaints(), IsEmpty());
  EXPECT_EQ(result.totals.accepted, 2U);
}

TEST_F(Books, ShowWhoWasMissed) {
  for (const std::uint32_t reader : {0U, 1U, 2U}) post(reader, 201);
  post(3, 503);
  EXPECT_EQ(audited({.recipients = 4, .accepted = 4}).missed, 1U);
  EXPECT_EQ(audited({.recipients = 4, .accepted = 3, .failed = 1}).missed, 0U);
  EXPECT_EQ(audited({.recipients = 4, .accepted = 3, .expired = 1}).missed, 0U);
  EXPECT_THAT(audited({.recipients = 4, .accepted = 4}).complaints(),
              ElementsAre(HasSubstr("1 recipients were missed")));
}

TEST_F(Books, ShowRecipientsThatWereNeverTried) {
  for (const std::uint32_t reader : {0U, 1U, 2U}) post(reader, 201);
  EXPECT_EQ(audited({.recipients = 4, .accepted = 4}).missed, 1U);
}

TEST_F(Books, AllowAsManyDuplicatesAsTheFaultsExplain) {
  for (const std::uint32_t reader : {0U, 0U, 1U, 2U, 3U}) post(reader, 201);
  const core::Totals totals{.recipients = 4, .accepted = 4};
  EXPECT_EQ(audited(totals, 1).duplicated, 1U);
  EXPECT_THAT(audited(totals, 1).complaints(), IsEmpty());
  EXPECT_THAT(audited(totals, 0).complaints(), ElementsAre(HasSubstr("accepted twice")));
}

TEST_F(Books, ShowWhoIsNoRecipient) {
  for (const std::uint32_t reader : {0U, 1U, 2U, 3U, 9U}) post(reader, 201);
  EXPECT_EQ(audited({.recipients = 4, .accepted = 4}).outside, 1U);
  EXPECT_EQ(audited({.recipients = 3, .accepted = 3}).outside, 2U);
}

TEST_F(Books, DoNotExpectThoseWhoAreGoneAtTheNextAlert) {
  for (const std::uint32_t reader : {0U, 1U, 2U}) post(reader, 201);
  post(3, 410);
  for (const std::uint32_t reader : {0U, 1U, 2U}) post(reader, 201, 2);
  const core::Totals first{.recipients = 4, .accepted = 3, .gone = 1};
  EXPECT_THAT(audited(first, {.recipients = 3, .accepted = 3}).complaints(), IsEmpty());

  post(3, 410, 2);  // the second was planned before the first answer came
  EXPECT_THAT(audited(first, {.recipients = 4, .accepted = 3, .gone = 1}).complaints(), IsEmpty());
  EXPECT_EQ(audited(first, {.recipients = 3, .accepted = 3}).outside, 1U);
}

TEST_F(Books, LookAtWhatReadersSee) {
  read(0, R"({"title":"Polls close"})");
  read(1, R"({"title":"Something else"})");
  for (const std::uint32_t reader : {2U, 3U}) post(reader, 201);
  const Audit result = audited({.recipients = 4, .accepted = 4});
  EXPECT_EQ(result.decrypted, 1U);
  EXPECT_EQ(result.unreadable, 1U);
  EXPECT_FALSE(result.complaints().empty());
}

TEST_F(Books, ComplainOfRequestsThatCameTooEarly) {
  for (const std::uint32_t reader : {0U, 1U, 2U, 3U}) post(reader, 201);
  account_.record_too_early(Time(Millis(1)));
  EXPECT_EQ(audited({.recipients = 4, .accepted = 4}).retry_after_ignored, 1U);
  EXPECT_FALSE(audited({.recipients = 4, .accepted = 4}).complaints().empty());
}

TEST_F(Books, DoNotMissThoseWhoAreGoneAndUndecided) {
  for (const std::uint32_t reader : {0U, 1U, 2U}) post(reader, 201);
  post(3, 410);
  for (const std::uint32_t reader : {0U, 1U, 2U}) post(reader, 201, 2);
  const core::Totals first{.recipients = 4, .accepted = 3, .gone = 1};
  EXPECT_EQ(audited(first, {.recipients = 4, .accepted = 3}).missed, 0U);
}

TEST_F(Books, TellTheUndecidedFromTheMissed) {
  for (const std::uint32_t reader : {0U, 1U}) post(reader, 201);
  const Audit result = audited({.recipients = 4, .accepted = 2});
  EXPECT_EQ(result.undecided, 2U);
  EXPECT_EQ(result.missed, 0U);
  EXPECT_THAT(result.complaints(), ElementsAre(HasSubstr("no outcome")));
}

}  // namespace
}  // namespace tocsin::app
