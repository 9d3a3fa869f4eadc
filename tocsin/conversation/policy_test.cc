// SPDX-License-Identifier: Apache-2.0
#include "tocsin/conversation/policy.h"

#include <gtest/gtest.h>

namespace tocsin::conversation {
namespace {

TEST(Policy, TakesASecretThatIsTextOrWholeBase64) {
  core::CommentPolicy policy;
  for (const auto* const secret : {"", "any text", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}) {
    policy.external_secret = secret;
    EXPECT_TRUE(check_policy(policy)) << secret;
  }
  for (const auto* const secret : {"whsec_", "whsec_MfKQ9r8G KYqr", "whsec_MfKQ9r8GKYqrTwj?"}) {
    policy.external_secret = secret;
    const auto checked = check_policy(policy);
    ASSERT_FALSE(checked) << secret;
    EXPECT_EQ(checked.error().code, Errc::kInvalidArgument);
    EXPECT_EQ(checked.error().message,
              "comments.external_secret: is not base64 after \"whsec_\"; copy all of it");
  }
}

}  // namespace
}  // namespace tocsin::conversation
