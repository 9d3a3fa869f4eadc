// SPDX-License-Identifier: Apache-2.0
#include "tocsin/server/feeds/websub_desk.h"

#include <filesystem>
#include <future>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tocsin/base/base64url.h"
#include "tocsin/crypto/crypto.h"
#include "tocsin/newsroom/sample.h"

namespace tocsin::server {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
namespace sample = newsroom::sample;

const std::string kFeedWithHub =
    "<rss version=\"2.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\"><channel><title>News</title>"
    "<atom:link rel=\"hub\" href=\"https://hub.example/\"/>"
    "<item><guid>a</guid><title>a</title></item></channel></rss>";

// One block of the deflate coding that holds `text` as it is (RFC 1951, section 3.2.4).
std::string stored(const std::string& text, bool is_last = true) {
  const auto low = static_cast<char>(text.size() & 0xff);
  const auto high = static_cast<char>(text.size() >> 8);
  return std::string{is_last ? '\1' : '\0', low, high, static_cast<char>(~low),
                     static_cast<char>(~high)} +
         text;
}

// The feed is answered with `document`; requests to hubs are kept.
class ScriptedWeb final : public ingest::FetchPort {
 public:
  void fetch(ingest::FetchRequest request, std::function<void(ingest::FetchResult)> done) override {
    if (request.posted) {
      posts.push_back(std::move(request));
      return done({.status = 202});
    }
    ++fetches;
    const bool is_same = request.etag == etag;
    ingest::FetchResult result{.status = is_same ? 304 : 200, .body = is_same ? "" : document};
    result.headers.add("etag", etag);
    done(std::move(result));
  }

  std::string document = kFeedWithHub;
  std::string etag = "\"1\"";
  std::vector<ingest::FetchRequest> posts;
  int fetches = 0;
};

class Outcomes final : public ingest::Sink {
 public:
  void take(ingest::FetchOutcome outcome) override { all.push_back(std::move(outcome)); }
  std::vector<ingest::FetchOutcome> all;
};

class WebSubDeskTest : public ::testing::Test {
 protected:
  WebSubDeskTest() {
    std::string name = "/tmp/tocsin-websub-XXXXXX";
    TOCSIN_CHECK(mkdtemp(name.data()) != nullptr);
    folder_ = name;
    auto opened = store::Store::open({.folder = folder_ + "/data"});
    TOCSIN_CHECK(opened.has_value());
    store_ = *std::move(opened);
  }
  ~WebSubDeskTest() override {
    desk_.reset();
    store_.reset();
    std::filesystem::remove_all(folder_);
  }

  void execute(newsroom::Body body) {
    newsroom::Command command{.at = clock_.now(), .actor = "test", .body = std::move(body)};
    random_.fill(command.id);
    std::promise<bool> done;
    store_->execute(std::move(command), [&](const Result<newsroom::Effects>& effects) {
      done.set_value(effects.has_value());
    });
    ASSERT_TRUE(done.get_future().get());
  }
  // A server with one site at `base_url` and one feed, which has been polled.
  void start(const std::string& base_url, bool allow_private = false) {
    auto site = sample::site();
    site.base_url = base_url;
    execute(newsroom::PutSite{site});
    execute(newsroom::PutSource{sample::source()});
    execute(newsroom::PutFeed{sample::feed()});
    open(allow_private);
    poll();
  }
  // What was written before is on disk.
  void finish_writing() {
    std::promise<void> done;
    store_->put_hub_subscriptions({}, [&](const Result<std::monostate>&) { done.set_value(); });
    done.get_future().get();
  }
  void open(bool allow_private = false) {
    finish_writing();
    desk_.emplace(
        WebSubDesk::Ports{loop_, *store_, web_, outcomes_, random_, clock_, allow_private});
    poller_.emplace(ingest::PollerConfig{}, clock_, random_, web_, *desk_);
    desk_->attach(*poller_, [this] { poller_->run_due(); });
    poller_->load({.id = sample::kFeed, .url = sample::feed().url, .interval = Seconds(300)},
                  outcomes_.all.empty() ? ingest::FeedState{} : outcomes_.all.back().state);
    ASSERT_TRUE(desk_->load());
  }
  void poll() {
    clock_.advance(Seconds(10));
    poller_->run_due();
  }
  http::Response call(const std::string& method, const std::string& target,
                      const std::string& body = "", http::Headers headers = {}) {
    http::Request request{.method = method, .headers = std::move(headers), .body = body};
    request.path = target.substr(0, target.find('?'));
    request.query =
        target.size() > request.path.size() ? target.substr(request.path.size() + 1) : "";
    request.remote_address = "192.0.2.1";
    std::optional<http::Response> out;
    desk_->handle(request, [&](http::Response response) { out = std::move(response); });
    TOCSIN_CHECK(out.has_value());
    return *std::move(out);
  }
  std::string sent(const std::string& field) const {
    http::Request form;
    form.query = *web_.posts.at(0).posted;
    return form.parameter(field).value_or("");
  }
  std::string callback() const {
    return sent("hub.callback").substr(sent("hub.callback").rfind("/websub/"));
  }
  void verify() {
    const auto answer = call("GET", callback() +
                                        "?hub.mode=subscribe&hub.challenge=c&hub.lease_seconds=9999"
                                        "&hub.topic=https://wire.example/feed");
    ASSERT_EQ(answer.status, 200);
    ASSERT_EQ(answer.body, "c");
  }
  http::Headers signed_as(const std::string& body) const {
    http::Headers out;
    const std::string secret = sent("hub.secret");
    out.add("x-hub-signature",
            "sha1=" + hex(crypto::hmac(crypto::HmacHash::kSha1, as_bytes(secret), as_bytes(body))));
    return out;
  }

  std::string folder_;
  net::Loop loop_;
  SeededRandom random_{1};
  FakeClock clock_{Time{Millis{1'795'000'000'000}}};
  ScriptedWeb web_;
  Outcomes outcomes_;
  std::unique_ptr<store::Store> store_;
  std::optional<WebSubDesk> desk_;
  std::optional<ingest::Poller> poller_;
};

TEST_F(WebSubDeskTest, SubscribesWhereAHubCanCallBack) {
  start("https://bell.example");
  ASSERT_THAT(web_.posts, SizeIs(1));
  EXPECT_EQ(web_.posts[0].url, "https://hub.example/");
  EXPECT_EQ(web_.posts[0].fields.find("content-type"), "application/x-www-form-urlencoded");
  EXPECT_THAT(sent("hub.callback"), HasSubstr("https://bell.example/websub/"));
  EXPECT_THAT(outcomes_.all, SizeIs(1));
  EXPECT_EQ(desk_->health(sample::kFeed)->state, "asked");
  verify();
  EXPECT_EQ(desk_->health(sample::kFeed)->state, "verified");
  EXPECT_EQ(desk_->health(sample::kFeed)->url, "https://hub.example/");
}

TEST_F(WebSubDeskTest, SubscribesNowhereWithoutAPublicAddress) {
  for (const auto* url :
       {"http://localhost:8080", "http://127.0.0.1:8080", "http://10.1.2.3", "http://[::1]:8080",
        "http://[fd00::1]", "http://192.168.1.1", "http://bell", "http://bell.local",
        "http://bell.localhost", "http://bell.internal"}) {
    start(url);
    EXPECT_THAT(web_.posts, IsEmpty()) << url;
    EXPECT_FALSE(desk_->health(sample::kFeed));
  }
  start("http://localhost:8080", true);
  EXPECT_THAT(web_.posts, SizeIs(1));
}

TEST_F(WebSubDeskTest, SubscribesOnceTheSiteHasAPublicAddressThoughTheFeedStaysAsItIs) {
  start("http://localhost:8080");
  EXPECT_THAT(web_.posts, IsEmpty());
  auto site = sample::site();
  site.base_url = "https://bell.example";
  execute(newsroom::PutSite{site});
  desk_->on_site(site.id);
  ASSERT_THAT(web_.posts, SizeIs(1));
  EXPECT_THAT(sent("hub.callback"), HasSubstr("https://bell.example/websub/"));
  clock_.advance(Seconds(300));
  poller_->run_due();
  EXPECT_EQ(outcomes_.all.back().report.status, 304);
  EXPECT_THAT(web_.posts, SizeIs(1));
}

TEST_F(WebSubDeskTest, SubscribesAtTheStartWhatIsNotSubscribedTo) {
  start("http://localhost:8080");
  auto site = sample::site();
  site.base_url = "https://bell.example";
  execute(newsroom::PutSite{site});
  open();
  EXPECT_THAT(web_.posts, SizeIs(1));
  EXPECT_EQ(web_.fetches, 1);
}

TEST_F(WebSubDeskTest, FollowsAHubThatChangedTooSoonThoughTheFeedStaysAsItIs) {
  start("https://bell.example");
  web_.document.replace(web_.document.find("hub.example"), 11, "new.example");
  web_.etag = "\"2\"";
  clock_.advance(Seconds(300));
  poller_->run_due();
  EXPECT_EQ(desk_->health(sample::kFeed)->url, "https://hub.example/");
  clock_.advance(websub::kSwitchGap);
  poller_->run_due();
  EXPECT_EQ(outcomes_.all.back().report.status, 304);
  EXPECT_EQ(desk_->health(sample::kFeed)->url, "https://new.example/");
}

TEST_F(WebSubDeskTest, SaysWhyAHubWithAPasswordIsNotUsed) {
  web_.document.replace(web_.document.find("hub.example"), 11, "desk:hunter2@hub.example");
  start("https://bell.example");
  EXPECT_THAT(web_.posts, IsEmpty());
  const auto health = desk_->health(sample::kFeed);
  ASSERT_TRUE(health);
  EXPECT_EQ(health->state, "unused");
  EXPECT_EQ(health->url, "https://hub.example/");
  EXPECT_THAT(health->problem, HasSubstr("hub.example with a user or password"));
}

TEST_F(WebSubDeskTest, TakesLongBodiesForItsCallbacksAlone) {
  start("https://bell.example");
  EXPECT_EQ(desk_->body_bytes_max(callback(), 100), 10'000'000u);
  auto other = callback();
  other.back() = other.back() == 'A' ? 'B' : 'A';
  EXPECT_EQ(desk_->body_bytes_max(other, 100), 100u);
  EXPECT_EQ(desk_->body_bytes_max(callback() + "?x", 100), 100u);
  EXPECT_EQ(desk_->body_bytes_max("/websub/", 100), 100u);
  EXPECT_EQ(desk_->body_bytes_max("/", 100), 100u);
}

TEST_F(WebSubDeskTest, GivesOnWhatIsSignedAndNothingElse) {
  start("https://bell.example");
  verify();
  EXPECT_EQ(call("POST", callback(), kFeedWithHub).status, 200);
  EXPECT_EQ(call("POST", callback(), kFeedWithHub, signed_as("other")).status, 200);
  EXPECT_THAT(outcomes_.all, SizeIs(1));
  EXPECT_EQ(call("POST", callback(), kFeedWithHub, signed_as(kFeedWithHub)).status, 200);
  ASSERT_THAT(outcomes_.all, SizeIs(2));
  EXPECT_TRUE(outcomes_.all[1].is_push);
  EXPECT_EQ(web_.fetches, 1);
}

TEST_F(WebSubDeskTest, ReadsWhatIsCompressedAndSignedAsItWasSent) {
  start("https://bell.example");
  verify();
  const std::string body = stored(kFeedWithHub);
  auto headers = signed_as(body);
  headers.add("content-encoding", "deflate");
  EXPECT_EQ(call("POST", callback(), body, headers).status, 200);
  ASSERT_THAT(outcomes_.all, SizeIs(2));
  EXPECT_TRUE(outcomes_.all[1].is_push);
  EXPECT_EQ(outcomes_.all[1].report.items, 1u);

  headers = signed_as(kFeedWithHub);  // of what it becomes
  headers.add("content-encoding", "deflate");
  EXPECT_EQ(call("POST", callback(), body, headers).status, 200);
  poll();
  EXPECT_EQ(web_.fetches, 1);
  EXPECT_THAT(outcomes_.all, SizeIs(2));
}

TEST_F(WebSubDeskTest, FetchesWhatIsSignedAndCannotBeDecoded) {
  start("https://bell.example");
  verify();
  const std::string whole = stored(kFeedWithHub);
  for (const auto& [coding, body] : {std::pair("gzip", kFeedWithHub),
                                     {"zstd", kFeedWithHub},
                                     {"deflate", whole.substr(0, whole.size() - 1)},
                                     {"br, br, br", kFeedWithHub}}) {
    const auto before = outcomes_.all.size();
    auto headers = signed_as(body);
    headers.add("content-encoding", coding);
    EXPECT_EQ(call("POST", callback(), body, headers).status, 200);
    poll();
    ASSERT_THAT(outcomes_.all, SizeIs(before + 1)) << coding;
    EXPECT_TRUE(outcomes_.all.back().is_told);
    EXPECT_FALSE(outcomes_.all.back().is_push);
  }
}

TEST_F(WebSubDeskTest, FetchesInsteadOfUnfoldingWhatIsTooLong) {
  start("https://bell.example");
  verify();
  std::string body;
  for (int i = 0; i < 200; ++i) body += stored(std::string(65'000, ' '), i == 199);
  auto headers = signed_as(body);
  headers.add("content-encoding", "deflate");
  EXPECT_EQ(call("POST", callback(), body, headers).status, 200);
  EXPECT_THAT(outcomes_.all, SizeIs(1));
  poll();
  ASSERT_THAT(outcomes_.all, SizeIs(2));
  EXPECT_FALSE(outcomes_.all[1].is_push);
}

TEST_F(WebSubDeskTest, IsPolledLessOftenAsFarAsTheHubTells) {
  start("https://bell.example");
  verify();
  desk_->on_new_items(sample::kFeed, true);
  desk_->on_new_items(sample::kFeed, true);
  EXPECT_TRUE(desk_->health(sample::kFeed)->last_push);
  clock_.advance(Seconds(300));
  poller_->run_due();
  EXPECT_EQ(web_.fetches, 2);
  EXPECT_EQ(*poller_->next_due() - clock_.now(), Seconds(1'200));
  desk_->on_new_items(sample::kFeed, false);  // a poll found what the hub did not tell
  EXPECT_EQ(*poller_->next_due() - clock_.now(), Seconds(300));
}

TEST_F(WebSubDeskTest, LimitsHowOftenACallbackIsCalled) {
  start("https://bell.example");
  verify();
  int refused = 0;
  for (int i = 0; i < 300; ++i) {
    const auto answer = call("POST", callback(), "x");
    if (answer.status != 429) continue;
    ++refused;
    EXPECT_TRUE(answer.headers.find("retry-after"));
  }
  EXPECT_GE(refused, 50);
  EXPECT_EQ(call("GET", "/websub/guess").status, 404) << "strangers are counted apart";
}

TEST_F(WebSubDeskTest, EndsWithTheFeed) {
  start("https://bell.example");
  verify();
  const std::string path = callback();
  desk_->on_feed_removed(sample::kFeed);
  EXPECT_FALSE(desk_->health(sample::kFeed));
  ASSERT_THAT(web_.posts, SizeIs(2));
  EXPECT_THAT(*web_.posts[1].posted, HasSubstr("hub.mode=unsubscribe"));
  EXPECT_EQ(call("POST", path, "x").status, 410);
}

TEST_F(WebSubDeskTest, EndsWhenTheFeedGetsAnotherAddress) {
  start("https://bell.example");
  verify();
  auto feed = sample::feed();
  desk_->on_feed(feed);
  EXPECT_THAT(web_.posts, SizeIs(1));
  feed.url = "https://wire.example/other";
  desk_->on_feed(feed);
  EXPECT_FALSE(desk_->health(sample::kFeed));
  ASSERT_THAT(web_.posts, SizeIs(2));
  EXPECT_THAT(*web_.posts[1].posted, HasSubstr("hub.mode=unsubscribe"));
}

TEST_F(WebSubDeskTest, GoesOnAfterARestartAndEndsWhatNobodyFollows) {
  start("https://bell.example");
  verify();
  open();
  EXPECT_EQ(desk_->health(sample::kFeed)->state, "verified");
  EXPECT_THAT(web_.posts, SizeIs(1));
  auto off = sample::feed();
  off.enabled = false;
  execute(newsroom::PutFeed{off});
  open();
  EXPECT_FALSE(desk_->health(sample::kFeed));
  ASSERT_THAT(web_.posts, SizeIs(2));
  EXPECT_THAT(*web_.posts[1].posted, HasSubstr("hub.mode=unsubscribe"));
}

}  // namespace
}  // namespace tocsin::server
