// SPDX-License-Identifier: Apache-2.0
#include "tocsin/newsroom/feed_contract.h"
#include "tocsin/store/store_fixture.h"

namespace tocsin::newsroom {
namespace {

struct StoreHarness {
  Result<Effects> execute(const Command& command) { return store::execute(*store, command); }
  const Content& content() const { return store->reader().content(); }

  store::TemporaryFolder folder;
  std::unique_ptr<store::Store> store = store::open_store(folder.path());
};

INSTANTIATE_TYPED_TEST_SUITE_P(Store, ContentContract, StoreHarness);
INSTANTIATE_TYPED_TEST_SUITE_P(Store, FeedContract, StoreHarness);

}  // namespace
}  // namespace tocsin::newsroom

namespace tocsin::store {
namespace {

namespace sample = newsroom::sample;

TEST(StoreContent, OutlivesTheProcess) {
  const TemporaryFolder folder;
  {
    const auto store = open_store(folder.path());
    ASSERT_TRUE(execute(*store, sample::command(1, newsroom::PutSite{sample::site()})));
  }
  const auto store = open_store(folder.path());
  EXPECT_EQ(store->reader().content().site(sample::kSite)->name, "The Bell");
}

TEST(StoreContent, RemembersAnswersAcrossARestart) {
  const TemporaryFolder folder;
  const auto command = sample::command(9, newsroom::CreateAlert{sample::alert(51, 41)});
  {
    const auto store = open_store(folder.path());
    ASSERT_TRUE(execute(*store, sample::command(1, newsroom::PutSite{sample::site()})));
    ASSERT_TRUE(execute(*store, sample::command(2, newsroom::PutStory{sample::story(41)})));
    ASSERT_TRUE(execute(*store, command));
  }
  const auto store = open_store(folder.path());
  const auto again = execute(*store, command);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(std::get<core::Alert>(again->changes.at(0)).id, core::AlertId{51});
}

TEST(StoreContent, GivesEachCommandItsOwnAnswerWhenManyAreCommittedTogether) {
  const TemporaryFolder folder;
  const auto store = open_store(folder.path());
  ASSERT_TRUE(execute(*store, sample::command(1, newsroom::PutSite{sample::site()})));
  std::vector<std::promise<bool>> answers(200);
  for (std::uint8_t n = 0; n < answers.size(); ++n) {
    auto story = sample::story(n + 1u);
    if (n % 3 == 0) story.headline = "";  // refused
    auto command = sample::command(n, newsroom::PutStory{story});
    command.id[1] = 1;
    store->execute(command, [&promise = answers[n]](const Result<newsroom::Effects>& effects) {
      promise.set_value(effects.has_value());
    });
  }
  for (std::size_t n = 0; n < answers.size(); ++n) {
    EXPECT_EQ(answers[n].get_future().get(), n % 3 != 0);
    EXPECT_EQ(store->reader().content().story(core::StoryId{n + 1}).has_value(), n % 3 != 0);
  }
}

TEST(StoreContent, KeepsTheStatesOfFeeds) {
  const TemporaryFolder folder;
  const auto store = open_store(folder.path());
  ASSERT_TRUE(execute(*store, sample::command(1, newsroom::PutSite{sample::site()})));
  ASSERT_TRUE(execute(*store, sample::command(2, newsroom::PutSource{sample::source()})));
  ASSERT_TRUE(execute(*store, sample::command(3, newsroom::PutFeed{sample::feed()})));
  ingest::FeedState state;
  state.etag = "W/\"\xff\"";  // opaque bytes, no text
  state.last_modified = "Mon, 23 Nov 2026 09:41:00 GMT";
  state.body_digest.emplace().fill(7);
  state.item_marks = {1, 0xfedc'ba98'7654'3210, 0};
  state.ttl = Seconds{600};
  state.known = state.gone = state.keys_need_document = true;
  state.advertised = {.hubs = {"https://hub.example/"},
                      .topic = "https://wire.example/feed",
                      .refused_hub = "https://other.example/"};
  state.last_fetch = sample::kNow;
  state.next_fetch = sample::kNow + Seconds{60};
  state.failures = 3;
  state.last_status = 503;
  state.last_error = "the server answers 503";
  state.moved_to = "https://wire.example/new";
  state.move_sightings = 2;
  state.learned_url = "https://wire.example/learned";
  state.skip_hours = 1U << 23;
  state.skip_days = 1U << 6;
  state.asked = Seconds{900};
  state.last_success = sample::kNow - Seconds{60};
  state.rhythm = {.gap = Seconds{1'200}, .at_once = 1.25, .last_news = sample::kNow};
  state.fetches = {{.at = sample::kNow,
                    .verdict = ingest::Verdict::kThrottled,
                    .status = 503,
                    .body_bytes = 12,
                    .duration = Millis{30}},
                   {.at = sample::kNow - Seconds{60},
                    .verdict = ingest::Verdict::kDocument,
                    .status = 200,
                    .body_bytes = 4'000,
                    .items = 30,
                    .fresh = 2,
                    .duration = Millis{41}}};
  const auto put_state = [&](core::FeedId feed) {
    return wait_for<std::monostate>(
        [&](auto done) { store->put_feed_state(feed, state, std::move(done)); });
  };
  EXPECT_TRUE(put_state(sample::kFeed));
  EXPECT_TRUE(put_state(core::FeedId{99}));
  const std::map<core::FeedId, ingest::FeedState> expected = {{sample::kFeed, state}};
  EXPECT_EQ(*store->reader().load_feed_states(), expected);
  ASSERT_TRUE(execute(*store, sample::command(4, newsroom::RemoveFeed{sample::kFeed})));
  EXPECT_TRUE(store->reader().load_feed_states()->empty());
}

}  // namespace
}  // namespace tocsin::store
