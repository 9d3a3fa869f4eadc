// SPDX-License-Identifier: Apache-2.0
#include "tocsin/pushservice/virtual_readers.h"

#include <gtest/gtest.h>

#include "tocsin/base/base64url.h"

namespace tocsin::pushservice {
namespace {

TEST(VirtualReaders, AreTheSameForTheSameSeed) {
  const VirtualReaders one(5, 10, "https://localhost:9");
  const VirtualReaders again(5, 10, "https://localhost:9");
  const VirtualReaders other(6, 10, "https://localhost:9");
  EXPECT_EQ(one.subscription(3), again.subscription(3));
  EXPECT_NE(one.subscription(3), other.subscription(3));
  EXPECT_NE(one.subscription(3), one.subscription(4));
}

TEST(VirtualReaders, AreFoundByTheirEndpointAlone) {
  const VirtualReaders readers(5, 10, "https://localhost:9");
  for (const std::uint64_t reader : {0U, 9U}) {
    EXPECT_EQ(readers.find(readers.path(reader)), reader);
  }
  const std::string path = readers.path(3);
  for (std::size_t i = 0; i < path.size(); ++i) {
    std::string forged = path;
    forged[i] = forged[i] == 'A' ? 'Q' : 'A';
    EXPECT_FALSE(readers.find(forged)) << i;
    EXPECT_FALSE(readers.find(path.substr(0, i))) << i;
  }
  EXPECT_FALSE(readers.find(path + "A"));
  EXPECT_FALSE(readers.find(VirtualReaders(6, 10, "https://localhost:9").path(3)));
  EXPECT_FALSE(readers.find(VirtualReaders(5, 99, "https://localhost:9").path(10)));
  EXPECT_FALSE(readers.find("/reader/"));
  EXPECT_FALSE(readers.find(""));
}

TEST(VirtualReaders, HaveEndpointsOfTheLengthOfFcms) {
  EXPECT_EQ(VirtualReaders(5, 10, "https://localhost:7443").endpoint(3).size(), 188U);
}

TEST(VirtualReaders, ReadWhatIsEncryptedForThem) {
  const VirtualReaders readers(5, 10, "https://localhost:9");
  const Json subscription = readers.subscription(3);
  EXPECT_EQ(subscription.text("endpoint"), readers.endpoint(3));
  const Json& keys = *subscription.find("keys");
  const webpush::Recipient recipient{
      .p256dh = *unbase64_as<crypto::PublicKey>(*keys.text("p256dh")),
      .auth = *unbase64_as<webpush::AuthSecret>(*keys.text("auth"))};
  const auto body = webpush::encrypt(as_bytes("breaking"), recipient);
  ASSERT_TRUE(body);
  EXPECT_EQ(*readers.open(3, *body), "breaking");
  EXPECT_EQ(readers.open(4, *body).error().code, Errc::kCorrupt);
}

}  // namespace
}  // namespace tocsin::pushservice
