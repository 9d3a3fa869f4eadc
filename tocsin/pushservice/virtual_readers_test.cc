// SPDX-License-Identifier: Apache-2.0
#include "tocsin/pushservice/virtual_readers.h"

#include <gtest/gtest.h>

#include "tocsin/base/base64url.h"

namespace tocsin::pushservice {
namespace {

constexpr std::size_t kOriginChars = std::string_view("https://localhost:9").size();

std::string path_of(const VirtualReaders& readers, std::uint64_t reader) {
  return readers.subscription(reader).text("endpoint")->substr(kOriginChars);
}

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
    EXPECT_EQ(readers.find(path_of(readers, reader)), reader);
  }
  std::string forged = path_of(readers, 3);
  forged.back() = forged.back() == 'A' ? 'Q' : 'A';
  EXPECT_FALSE(readers.find(forged));
  EXPECT_FALSE(readers.find(path_of(VirtualReaders(6, 10, "https://localhost:9"), 3)));
  EXPECT_FALSE(readers.find(path_of(VirtualReaders(5, 99, "https://localhost:9"), 10)));
  EXPECT_FALSE(readers.find("/reader/"));
  EXPECT_FALSE(readers.find(""));
}

TEST(VirtualReaders, ReadWhatIsEncryptedForThem) {
  const VirtualReaders readers(5, 10, "https://localhost:9");
  const Json subscription = readers.subscription(3);
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
