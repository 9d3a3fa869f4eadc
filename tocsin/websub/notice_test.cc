// SPDX-License-Identifier: Apache-2.0
#include "tocsin/websub/notice.h"

#include <gtest/gtest.h>

namespace tocsin::websub {
namespace {

using Mode = Notice::Mode;

TEST(Notice, ReadsAVerificationOfASubscription) {
  const auto notice = parse_notice(
      "hub.mode=subscribe&hub.topic=https%3A%2F%2Fnews.example%2Ffeed%3Fa%3D1%26b&"
      "hub.challenge=a%2Bb+c%00&hub.lease_seconds=864000");
  ASSERT_TRUE(notice);
  EXPECT_EQ(notice->mode, Mode::kSubscribe);
  EXPECT_EQ(notice->topic, "https://news.example/feed?a=1&b");
  EXPECT_EQ(notice->challenge, std::string("a+b c\0", 6));
  EXPECT_EQ(notice->lease, Seconds(864'000));
}

TEST(Notice, ReadsAnUnsubscriptionAndIgnoresItsLease) {
  const auto notice =
      parse_notice("hub.lease_seconds=7&hub.challenge=x&hub.topic=t&hub.mode=unsubscribe");
  ASSERT_TRUE(notice);
  EXPECT_EQ(notice->mode, Mode::kUnsubscribe);
  EXPECT_EQ(notice->lease, Seconds(0));
}

TEST(Notice, ReadsADenialWithAndWithoutAReason) {
  const auto bare = parse_notice("hub.mode=denied&hub.topic=t");
  ASSERT_TRUE(bare);
  EXPECT_EQ(bare->mode, Mode::kDenied);
  EXPECT_EQ(bare->reason, "");
  const auto told = parse_notice("hub.mode=denied&hub.topic=t&hub.reason=no%0Aluck%20%C3%A9");
  EXPECT_EQ(told->reason, "no?luck ??");
  const auto talkative =
      parse_notice("hub.mode=denied&hub.topic=t&hub.reason=" + std::string(5'000, 'x'));
  EXPECT_EQ(talkative->reason.size(), kReasonBytesMax);
}

TEST(Notice, IsNoneWithoutWhatItMustHave) {
  for (const auto* query :
       {"", "hub.mode=subscribe", "hub.mode=subscribe&hub.topic=t",
        "hub.mode=subscribe&hub.topic=t&hub.challenge=", "hub.mode=subscribe&hub.challenge=c",
        "hub.topic=t&hub.challenge=c", "hub.mode=publish&hub.topic=t&hub.challenge=c",
        "hub.mode=Subscribe&hub.topic=t&hub.challenge=c", "hub.mode=denied",
        "hub.mode=subscribe&hub.topic=%zz&hub.challenge=c", "mode=subscribe&topic=t&challenge=c"}) {
    EXPECT_FALSE(parse_notice(query)) << query;
  }
}

TEST(Notice, KeepsALeaseWithinReason) {
  const auto lease = [](const std::string& text) {
    return parse_notice("hub.mode=subscribe&hub.topic=t&hub.challenge=c&hub.lease_seconds=" + text)
        ->lease;
  };
  EXPECT_EQ(lease("0"), Seconds(0));
  EXPECT_EQ(lease("1"), Seconds(1));
  EXPECT_EQ(lease("0000000000000000000000000000010"), Seconds(10));
  EXPECT_EQ(lease(std::to_string(kLeaseMax.count())), kLeaseMax);
  EXPECT_EQ(lease(std::to_string(kLeaseMax.count() + 1)), kLeaseMax);
  EXPECT_EQ(lease("18446744073709551617"), kLeaseMax);
  EXPECT_EQ(lease(std::string(1 << 20, '9')), kLeaseMax);
  for (const auto* text : {"", "-1", "1e3", "10.5", "ten", "10%20", "0x10"}) {
    EXPECT_EQ(lease(text), kLeaseUnsaid) << text;
  }
  EXPECT_EQ(parse_notice("hub.mode=subscribe&hub.topic=t&hub.challenge=c")->lease, kLeaseUnsaid);
}

}  // namespace
}  // namespace tocsin::websub
