// SPDX-License-Identifier: Apache-2.0
#include "tocsin/server/conversation/account_book.h"

#include <filesystem>

#include <gtest/gtest.h>

namespace tocsin::server {
namespace {

using Purpose = api::Accounts::Purpose;

class AccountBookTest : public ::testing::Test {
 protected:
  AccountBookTest() {
    std::string name = "/tmp/tocsin-accounts-XXXXXX";
    TOCSIN_CHECK(mkdtemp(name.data()) != nullptr);
    folder_ = name;
    open();
  }
  ~AccountBookTest() override {
    close();
    std::filesystem::remove_all(folder_);
  }
  void open() {
    auto store = store::Store::open(
        {.folder = folder_ + "/data", .post = [this](auto task) { loop_.post(std::move(task)); }});
    TOCSIN_CHECK(store.has_value());
    store_ = *std::move(store);
    book_.emplace(loop_, *store_, random_, clock_);
    TOCSIN_CHECK(book_->load().has_value());
  }
  void close() {
    book_.reset();
    store_.reset();
  }
  // Once a test: a loop that has stopped does not run again.
  template <class Start>
  void wait(Start start) {
    start([this] { loop_.stop(); });
    loop_.run();
  }
  std::string sign_in(core::UserId user) {
    std::string out;
    wait([&](const std::function<void()>& end) {
      book_->sign_in(user, [&, end](const Result<std::string>& token) {
        out = *token;
        end();
      });
    });
    return out;
  }

  std::string folder_;
  net::Loop loop_;
  crypto::SecureRandom random_;
  FakeClock clock_{Time{Millis{1'795'000'000'000}}};
  std::unique_ptr<store::Store> store_;
  std::optional<AccountBook> book_;
};

TEST_F(AccountBookTest, KnowsASessionUntilItEnds) {
  const auto hash = crypto::sha256(as_bytes(sign_in(core::UserId{7})));
  EXPECT_EQ(book_->user_of(hash), core::UserId{7});
  EXPECT_FALSE(book_->reader_of(hash)) << "a user's session is no reader's";
  close();
  open();
  EXPECT_EQ(book_->user_of(hash), core::UserId{7}) << "also after a restart";
  clock_.advance(Seconds(15 * 86'400));
  EXPECT_FALSE(book_->user_of(hash));
}

TEST_F(AccountBookTest, TakesALinkOnceAndInTime) {
  const auto code = book_->make_code({Purpose::kSignIn, 71, ""});
  auto forged = code;
  forged.back() = forged.back() == 'A' ? 'B' : 'A';
  EXPECT_FALSE(book_->take_code(forged));
  EXPECT_FALSE(book_->take_code(""));
  EXPECT_FALSE(book_->take_code("0.71....."));
  const auto taken = book_->take_code(code);
  ASSERT_TRUE(taken);
  EXPECT_EQ(taken->subject, 71U);
  EXPECT_FALSE(book_->take_code(code)) << "used";

  const auto late = book_->make_code({Purpose::kSignIn, 71, ""});
  clock_.advance(Seconds(16 * 60));
  EXPECT_FALSE(book_->take_code(late));
}

// What comes with it may be refused, such as an address that is none: the person tries again.
TEST_F(AccountBookTest, TakesALinkThatSetsAPasswordUntilThereIsOne) {
  for (const auto purpose : {Purpose::kSetUp, Purpose::kPassword}) {
    const auto code = book_->make_code({purpose, 0, ""});
    EXPECT_TRUE(book_->take_code(code));
    EXPECT_TRUE(book_->take_code(code));
  }
}

TEST_F(AccountBookTest, BindsALinkForAPasswordToTheOldOne) {
  const auto put = [this](const std::string& password, std::uint8_t n, std::function<void()> then) {
    newsroom::Command command{.at = clock_.now(), .actor = "test"};
    command.id.back() = n;
    command.body = newsroom::PutUser{
        {.id = core::UserId{7}, .name = "Mo", .email = "mo@bell.example", .password = password}};
    store_->execute(command, [then = std::move(then)](const auto& done) {
      EXPECT_TRUE(done);
      then();
    });
  };
  std::string second;
  wait([&](const std::function<void()>& end) {
    put("old", 1, [&, end] {
      const auto first = book_->make_code({Purpose::kPassword, 7, ""});
      second = book_->make_code({Purpose::kPassword, 7, ""});
      EXPECT_TRUE(book_->take_code(first));
      put("changed", 2, end);
    });
  });
  EXPECT_FALSE(book_->take_code(second)) << "it was made for the password before";
}

TEST_F(AccountBookTest, ChecksPasswordsOnAThreadOfItsOwn) {
  std::vector<bool> fits;
  wait([&](const std::function<void()>& end) {
    book_->hash_password("a long pass phrase", [&, end](const Result<std::string>& hash) {
      const auto note = [&fits](bool is_right) { fits.push_back(is_right); };
      book_->check_password(*hash, "a long pass phrase", note);
      book_->check_password(*hash, "another", note);
      book_->check_password("", "a long pass phrase", [note, end](bool is_right) {
        note(is_right);
        end();
      });
    });
  });
  EXPECT_EQ(fits, (std::vector{true, false, false}));
}

TEST_F(AccountBookTest, HashesNetworksAndAddressesWithTheKeyOfTheInstallation) {
  const auto network = book_->network_hash("192.0.2.1");
  EXPECT_EQ(network, book_->network_hash("192.0.2.99")) << "one /24";
  EXPECT_NE(network, book_->network_hash("192.0.3.1"));
  EXPECT_EQ(network >> 63, 0U);
  const auto email = book_->email_hash(" Ana@Example.com ");
  EXPECT_EQ(email, book_->email_hash("ana@example.com"));
  close();
  open();
  EXPECT_EQ(book_->email_hash("ana@example.com"), email) << "the key is kept";
}

}  // namespace
}  // namespace tocsin::server
