// SPDX-License-Identifier: Apache-2.0
#include "tocsin/server/key_refill.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <future>
#include <optional>
#include <string>
#include <thread>

#include <gtest/gtest.h>
#include <sys/stat.h>

namespace tocsin::server {
namespace {

constexpr int kCount = 300;
constexpr Millis kPatience{20'000};

struct KeyRefillTest : testing::Test {
  std::string folder = testing::TempDir() + "/tocsin-key-refill-XXXXXX";
  crypto::KeyPair reader = crypto::generate_key_pair();

  KeyRefillTest() { EXPECT_NE(mkdtemp(folder.data()), nullptr); }
  ~KeyRefillTest() override { std::filesystem::remove_all(folder); }

  core::Subscription subscription(int number) const {
    core::Subscription out;
    out.endpoint = "https://push.example/" + std::to_string(number);
    out.id = core::subscription_id(out.endpoint);
    out.site = core::SiteId{1};
    out.keys.p256dh = reader.public_key;
    out.keys.auth.fill(static_cast<std::uint8_t>(number));
    return out;
  }
  std::string cache() const { return folder + "/cache/key-material"; }
  void flip_a_bit(std::streamoff at) const {
    std::fstream file(cache(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(at);
    const int byte = file.get();
    file.seekp(at);
    file.put(static_cast<char>(byte ^ 1));
  }
};

// A server, as far as key material goes. Its loop has a thread, on which all else here runs.
class Running {
 public:
  explicit Running(const KeyRefillTest& test, int count = kCount) {
    for (int number = 0; number < count; ++number) {
      EXPECT_TRUE(table.upsert(test.subscription(number), static_cast<std::uint32_t>(number)));
    }
    refill.emplace(loop_, table, test.folder);
    refill->load();
    loaded = table.material_count();
    thread_ = std::thread([this] { loop_.run(); });
  }
  ~Running() {
    loop_.stop();
    thread_.join();
    refill.reset();
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  template <class Step>
  auto on_loop(Step step) {
    std::packaged_task<decltype(step())()> task(std::move(step));
    loop_.post([&] { task(); });
    return task.get_future().get();
  }
  void wait_for(const std::function<bool()>& claim) {
    std::promise<bool> held;
    Handle check;
    Handle limit;
    const auto end = [&](bool holds) {
      check.reset();
      limit.reset();
      held.set_value(holds);
    };
    on_loop([&] {
      check = loop_.every(Millis(1), [&] {
        if (claim()) end(true);
      });
      limit = loop_.after(kPatience, [&] { end(false); });
    });
    EXPECT_TRUE(held.get_future().get());
  }
  void wait_until_filled() {
    wait_for([this] { return !refill->is_filling(); });
  }
  void end() {
    on_loop([this] { refill->end(); });
  }
  std::size_t count() {
    return on_loop([this] { return table.material_count(); });
  }
  crypto::PublicKey sender_of(const core::SubscriptionId& id) {
    return on_loop([&] { return *table.row(*table.find(id))->sender; });
  }

  fanout::SubscriptionTable table;
  std::optional<KeyRefill> refill;
  std::size_t loaded = 0;  // by the cache

 private:
  net::Loop loop_;
  std::thread thread_;
};

TEST_F(KeyRefillTest, DerivesForAllAndSavesIt) {
  Running server(*this);
  server.wait_for([&] { return std::filesystem::exists(cache()); });
  EXPECT_EQ(server.count(), std::size_t{kCount});
  struct stat status {};
  ASSERT_EQ(stat(cache().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  std::ifstream tag(folder + "/cache/CACHEDIR.TAG");
  std::string line;
  std::getline(tag, line);
  EXPECT_EQ(line, "Signature: 8a477f597d28d172789f06886806bc55");
}

TEST_F(KeyRefillTest, IsWarmAfterARestart) {
  crypto::PublicKey sender;
  {
    Running server(*this);
    server.wait_until_filled();
    sender = server.sender_of(subscription(0).id);
    server.end();
  }
  Running again(*this, kCount + 1);
  EXPECT_EQ(again.loaded, std::size_t{kCount});
  again.wait_until_filled();
  EXPECT_EQ(again.sender_of(subscription(0).id), sender);
  EXPECT_EQ(again.count(), std::size_t{kCount} + 1);
  EXPECT_NE(again.sender_of(subscription(kCount).id), sender);
}

TEST_F(KeyRefillTest, DerivesAgainWhatADamagedCacheLacks) {
  {
    Running server(*this);
    server.wait_until_filled();
    server.end();
  }
  flip_a_bit(5'000);
  {
    Running again(*this);
    EXPECT_LT(again.loaded, std::size_t{kCount});
    EXPECT_GT(again.loaded, 0u);
    again.wait_until_filled();
    EXPECT_EQ(again.count(), std::size_t{kCount});
    again.end();
  }
  flip_a_bit(0);
  Running once_more(*this);
  EXPECT_EQ(once_more.loaded, 0u);
  once_more.wait_until_filled();
  EXPECT_EQ(once_more.count(), std::size_t{kCount});
}

TEST_F(KeyRefillTest, DerivesAnewForAllAfterABroadcast) {
  Running server(*this);
  server.wait_until_filled();
  const auto before = server.sender_of(subscription(7).id);
  server.on_loop([&] { server.refill->begin(); });
  EXPECT_EQ(server.count(), std::size_t{kCount});
  server.wait_until_filled();
  EXPECT_NE(server.sender_of(subscription(7).id), before);
  EXPECT_EQ(server.count(), std::size_t{kCount});
}

TEST_F(KeyRefillTest, ServesARegistrationWhileABroadcastRuns) {
  Running server(*this);
  server.wait_until_filled();
  const auto fresh = subscription(kCount);
  server.on_loop([&] {
    server.refill->pause(true);
    server.refill->begin();
    ASSERT_TRUE(server.table.upsert(fresh, kCount));
    server.refill->add(fresh.id);
  });
  server.wait_for([&] { return server.table.material_count() == kCount + 1; });
  EXPECT_TRUE(server.on_loop([&] { return server.refill->is_filling(); }));
  server.on_loop([&] { server.refill->pause(false); });
  server.wait_until_filled();
}

TEST_F(KeyRefillTest, DoesWithoutAFolderToSaveIn) {
  std::ofstream(folder + "/cache") << "a file in the way";
  Running server(*this);
  server.wait_until_filled();
  EXPECT_EQ(server.count(), std::size_t{kCount});
  server.end();
}

TEST_F(KeyRefillTest, EndsInTheMiddleOfAPass) {
  Running server(*this, 5'000);
  server.wait_for([&] { return server.table.material_count() > 0; });
  server.end();
  EXPECT_TRUE(std::filesystem::exists(cache()));
}

}  // namespace
}  // namespace tocsin::server
