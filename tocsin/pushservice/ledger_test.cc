// SPDX-License-Identifier: Apache-2.0
#include "tocsin/pushservice/ledger.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tocsin::pushservice {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

constexpr Time kNow{Millis(1'795'000'000'123)};

Entry entry(std::uint32_t subscription, int status, std::uint16_t key = 1, Millis after = {}) {
  return {.at = kNow + after,
          .subscription = subscription,
          .key = key,
          .status = static_cast<std::uint16_t>(status)};
}

// What happened in the examples below.
void tell(Ledger& ledger) {
  ledger.name_key(1, "story");
  ledger.name_key(2, "another story");
  ledger.name_channel(kChannels, "5f0774ac");
  for (const Entry& one :
       {entry(0, 503), entry(0, 201, 1, Millis(5)), entry(1, 201, 1, Millis(2)), entry(1, 201),
        entry(2, 410), entry(3, 429), entry(9, 201), entry(kChannels, 201), entry(3, 201, 2)}) {
    ledger.record(one, {});
  }
  ledger.record_too_early(kNow);
}

void expect_what_was_told(const Account& account) {
  const Summary summary = account.summarise({.readers = 4, .collapse_key = "story"});
  EXPECT_EQ(summary.recipients, 4U);
  EXPECT_EQ(summary.posts, 8U);
  EXPECT_EQ(summary.accepted, 5U);
  EXPECT_EQ(summary.reached, 2U);
  EXPECT_EQ(summary.duplicates, 1U);
  EXPECT_EQ(summary.gone, 1U);
  EXPECT_THAT(summary.missed, ElementsAre(3U));
  EXPECT_THAT(summary.outside, ElementsAre(9U, kChannels));
  EXPECT_EQ(account.name(9), "v9");
  EXPECT_EQ(account.name(kChannels), "5f0774ac");
  EXPECT_EQ(summary.retry_after_ignored, 1U);
  EXPECT_EQ(summary.first_accepted, kNow);
  EXPECT_EQ(summary.last_accepted, kNow + Millis(5));
  EXPECT_EQ(summary.posts_by_status.at(201), 5U);
}

TEST(Account, FindsTheMissedTheDuplicatesAndTheOutsiders) {
  Account account;
  tell(account);
  expect_what_was_told(account);
}

TEST(Account, TakesAllKeysTogetherWhereNoneIsAskedFor) {
  Account account;
  tell(account);
  const Summary summary = account.summarise({.readers = 4});
  EXPECT_EQ(summary.posts, 9U);
  EXPECT_EQ(summary.reached, 3U);
  EXPECT_THAT(summary.missed, IsEmpty());
}

TEST(Account, JudgesByTheRecipientsChosen) {
  Account account;
  tell(account);
  const std::vector<bool> chosen{true, false, true};
  const Summary summary =
      account.summarise({.readers = 4, .recipients = &chosen, .collapse_key = "story"});
  EXPECT_EQ(summary.recipients, 2U);
  EXPECT_EQ(summary.reached, 1U);
  EXPECT_EQ(summary.gone, 1U);
  EXPECT_THAT(summary.missed, IsEmpty());
  EXPECT_THAT(summary.outside, ElementsAre(1U, 9U, kChannels));
}

TEST(Account, CountsEveryDuplicateHoweverMany) {
  Account account;
  for (int i = 0; i < 1000; ++i) account.record(entry(0, 201), {});
  EXPECT_EQ(account.summarise({.readers = 1}).duplicates, 999U);
  EXPECT_EQ(account.summarise({.readers = 1}).gone, 0U);
}

TEST(Account, RemembersWhatWasRead) {
  Account account;
  account.name_key(1, "story");
  Entry opened = entry(0, 201);
  opened.is_decrypted = true;
  account.record(opened, "first");
  account.record(opened, "first");
  account.record(opened, "correction");
  Entry sealed = entry(0, 201);
  sealed.is_unreadable = true;
  account.record(sealed, {});
  EXPECT_THAT(account.texts("story"),
              UnorderedElementsAre(Pair("first", 2U), Pair("correction", 1U)));
  EXPECT_EQ(account.summarise({.readers = 1}).decrypted, 3U);
  EXPECT_EQ(account.summarise({.readers = 1}).unreadable, 1U);
}

TEST(Account, TellsWhereEachReaderStands) {
  Account account;
  account.name_key(1, "story");
  for (const Entry& one : {entry(0, 503), entry(0, 201), entry(1, 429), entry(2, 0), entry(3, 410),
                           entry(4, 413), entry(5, 413), entry(5, 201), entry(7, 201)}) {
    account.record(one, {});
  }
  EXPECT_EQ(
      account.standings("story"),
      (Standings{.waiting = 2, .reached = 3, .gone = 1, .rejected = 1, .last_accepted = kNow}));
  auto each = account.standing_of_each("story");
  each.resize(8);
  EXPECT_THAT(each, ElementsAre(Standing::kReached, Standing::kWaiting, Standing::kWaiting,
                                Standing::kGone, Standing::kRejected, Standing::kReached,
                                Standing::kUntried, Standing::kReached));
  EXPECT_EQ(account.standings("another"), Standings());
  const Summary summary = account.summarise({.readers = 8});
  EXPECT_EQ(summary.rejected, 1U);
  EXPECT_THAT(summary.missed, ElementsAre(1U, 2U, 6U));
}

TEST(Account, OfNothingIsEmpty) {
  const Summary summary = Account().summarise({});
  EXPECT_EQ(summary.posts, 0U);
  EXPECT_FALSE(summary.first_accepted);
}

TEST(LedgerFile, SaysTheSameAsTheAccount) {
  LedgerWriter writer(10);
  tell(writer);
  Account account;
  ASSERT_TRUE(read_ledger(writer.pending(), account));
  expect_what_was_told(account);
}

TEST(LedgerFile, KeepsMarksOfWhatWasOpened) {
  struct Entries final : Ledger {
    void name_key(std::uint16_t, std::string_view) override {}
    void name_channel(std::uint32_t, std::string_view) override {}
    void record(const Entry& one, std::string_view) override { all.push_back(one); }
    void record_too_early(Time) override {}
    std::vector<Entry> all;
  } read;
  Entry whole = entry(7, 999, 0);
  whole.is_decrypted = true;
  Entry other = entry(8, 0, 0);
  other.is_unreadable = true;
  LedgerWriter writer(10);
  writer.record(whole, "text");
  writer.record(other, {});
  ASSERT_TRUE(read_ledger(writer.pending(), read));
  EXPECT_THAT(read.all, ElementsAre(whole, other));
}

TEST(LedgerFile, GoesOnOverSeveralRunsOfAService) {
  LedgerWriter first(10);
  first.name_key(1, "old");
  first.name_key(2, "story");
  first.record(entry(0, 201, 2), {});
  LedgerWriter second(10);
  second.name_key(1, "story");
  second.record(entry(0, 201, 1), {});
  Bytes file = first.pending();
  file.insert(file.end(), second.pending().begin(), second.pending().end());
  Account account;
  ASSERT_TRUE(read_ledger(file, account));
  EXPECT_EQ(account.summarise({.readers = 1, .collapse_key = "story"}).duplicates, 1U);
  EXPECT_EQ(account.summarise({.readers = 1, .collapse_key = "old"}).posts, 0U);
}

TEST(LedgerFile, MayBeCutAnywhere) {
  LedgerWriter writer(10);
  tell(writer);
  const ByteView whole = writer.pending();
  for (std::size_t bytes = 0; bytes <= whole.size(); ++bytes) {
    Account account;
    EXPECT_TRUE(read_ledger(whole.first(bytes), account)) << bytes;
  }
}

TEST(LedgerFile, IsToldFromOthers) {
  Account account;
  EXPECT_EQ(read_ledger(as_bytes("{\"at\":\"2026-01-01T00:00:00Z\"}"), account).error().code,
            Errc::kCorrupt);
  LedgerWriter of_ten(10);
  of_ten.record(entry(10, 201, 0), {});
  EXPECT_FALSE(read_ledger(of_ten.pending(), account));
  LedgerWriter nameless(10);
  nameless.record(entry(0, 201, 5), {});
  EXPECT_FALSE(read_ledger(nameless.pending(), account));
}

}  // namespace
}  // namespace tocsin::pushservice
