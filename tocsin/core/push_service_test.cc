// SPDX-License-Identifier: Apache-2.0
#include "tocsin/core/push_service.h"

#include <gtest/gtest.h>

namespace tocsin::core {
namespace {

TEST(PushService, IsKnownByItsHost) {
  EXPECT_EQ(push_service_of("https://fcm.googleapis.com"), PushService::kFcm);
  EXPECT_EQ(push_service_of("https://updates.push.services.mozilla.com"), PushService::kMozilla);
  EXPECT_EQ(push_service_of("https://web.push.apple.com"), PushService::kApple);
  EXPECT_EQ(push_service_of("https://wns2-par02p.notify.windows.com"), PushService::kWns);
  EXPECT_EQ(push_service_of("http://localhost:8030"), PushService::kUnknown);
}

TEST(PushService, IsNotGuessedFromAPartOfAName) {
  EXPECT_EQ(push_service_of("https://fcm.googleapis.com.evil.example"), PushService::kUnknown);
  EXPECT_EQ(push_service_of("https://evilnotify.windows.com"), PushService::kUnknown);
  EXPECT_EQ(push_service_of(""), PushService::kUnknown);
}

}  // namespace
}  // namespace tocsin::core
