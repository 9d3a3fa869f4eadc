// SPDX-License-Identifier: Apache-2.0
// Random interleavings of publishing, slices, pages that come, read late, fall behind, leave and
// come back, and of restarts: no page misses an event, and none is given one twice.
#include <algorithm>
#include <cstdlib>

#include <gtest/gtest.h>

#include "tocsin/live/fake_stream.h"
#include "tocsin/live/hub.h"

namespace tocsin::live {
namespace {

// An open page: it knows all events of its channels up to `position`.
struct Page {
  std::vector<Channel> channels;
  std::shared_ptr<FakeWire> wire;
  http::SseReader reader;
  std::uint64_t position = 0;
  std::uint64_t resyncs = 0;
};

class World {
 public:
  explicit World(std::uint64_t seed) : random_(seed), is_generous_(random_.below(2) == 0) {
    config_.slice_streams = 1 + random_.below(8);
    config_.batch_bytes_max = random_.below(2) == 0 ? 1 : 1000;
    if (!is_generous_) {
      config_.events_max = 1 + random_.below(30);
      config_.replay_bytes_max = 50 + random_.below(1000);
    }
    pages_.resize(1 + random_.below(20));
    for (auto& page : pages_) {
      for (auto count = 1 + random_.below(4); count > 0; --count) {
        page.channels.push_back(any_channel());
      }
    }
    restart();
  }

  void run(int steps) {
    for (int i = 0; i < steps && !::testing::Test::HasFailure(); ++i) step();
    while (hub_->run_slice()) {
    }
    for (auto& page : pages_) {
      if (!is_connected(page)) connect(page);
    }
    for (auto& page : pages_) {
      read(page, page.wire->sent.size());
      check_nothing_between(page, history_.events.empty() ? 0 : hub_->newest() + 1);
      EXPECT_TRUE(page.resyncs == 0 || !is_generous_);
    }
  }

 private:
  Channel any_channel() {
    return {static_cast<Channel::Kind>(random_.below(2)), 1 + random_.below(3)};
  }
  Page& any_page() { return pages_[random_.below(pages_.size())]; }
  static bool is_connected(const Page& page) { return page.wire && page.wire->is_open; }

  void step() {
    const auto die = random_.below(100);
    auto& page = any_page();
    if (die < 30) {
      publish();
    } else if (die < 60) {
      hub_->run_slice();
    } else if (die < 75) {
      if (page.wire) read(page, random_.below(page.wire->sent.size() + 1));
    } else if (die < 90) {
      if (!is_connected(page)) connect(page);
    } else if (die < 94) {
      if (is_connected(page)) lose(page);
    } else if (die < 97) {
      if (is_connected(page)) page.wire->takes_more = false;
    } else if (die < 99) {
      hub_->beat();
    } else {
      restart();
    }
  }

  void publish() {
    Event event{hub_->newest() + 1 + random_.below(3), {any_channel()}, "news", "{}"};
    if (random_.below(3) == 0) event.channels.push_back(any_channel());
    history_.events.push_back(event);
    hub_->publish(event);
  }

  void connect(Page& page) {
    page.wire = std::make_shared<FakeWire>();
    page.reader = http::SseReader();
    hub_->join(std::make_unique<FakeStream>(page.wire), page.channels, page.position);
  }

  // The connection breaks, perhaps in the middle of what is on its way.
  void lose(Page& page) {
    read(page, random_.below(page.wire->sent.size() + 1));
    if (!page.wire->sent.empty()) {
      auto& last = page.wire->sent.front();
      last.resize(random_.below(last.size() + 1));
      read(page, 1);
    }
    page.wire->hang_up();
  }

  void restart() {
    hub_.reset();
    for (auto& page : pages_) {
      if (page.wire) page.wire->sent.clear();
    }
    Past past;
    const auto& events = history_.events;
    const auto kept = std::min<std::size_t>(events.size(), random_.below(20));
    if (kept < events.size()) past.after = events[events.size() - kept - 1].sequence;
    past.events.assign(events.end() - static_cast<std::ptrdiff_t>(kept), events.end());
    if (!is_generous_) history_.forgotten_through = random_.below(past.after + 1);
    hub_ = std::make_unique<Hub>(config_, random_, history_, past);
  }

  void read(Page& page, std::size_t pieces) {
    for (; pieces > 0; --pieces) {
      ASSERT_TRUE(page.reader.feed(page.wire->sent.front()));
      page.wire->sent.pop_front();
      while (const auto event = page.reader.next()) take(page, *event);
    }
  }

  void take(Page& page, const http::SseEvent& event) {
    const auto sequence = std::stoull(event.id);
    if (event.event == kResync) {
      ++page.resyncs;
    } else {
      ASSERT_GT(sequence, page.position) << "given twice";
      const auto found = std::find_if(history_.events.begin(), history_.events.end(),
                                      [&](const Event& one) { return one.sequence == sequence; });
      ASSERT_TRUE(found != history_.events.end());
      ASSERT_TRUE(FakeHistory::is_any_of(*found, page.channels)) << "not asked for";
      check_nothing_between(page, sequence);
    }
    page.position = sequence;
  }

  void check_nothing_between(const Page& page, std::uint64_t sequence) const {
    for (const auto& event : history_.events) {
      if (event.sequence <= page.position || event.sequence >= sequence) continue;
      ASSERT_FALSE(FakeHistory::is_any_of(event, page.channels)) << "missed " << event.sequence;
    }
  }

  SeededRandom random_;
  bool is_generous_;  // nobody should need a resync
  HubConfig config_;
  FakeHistory history_;
  std::vector<Page> pages_;
  std::unique_ptr<Hub> hub_;
};

// TOCSIN_SEED=n repeats one run.
TEST(HubProperty, MissesNothingAndGivesNothingTwice) {
  const char* wanted = std::getenv("TOCSIN_SEED");
  const std::uint64_t first = wanted ? std::strtoull(wanted, nullptr, 10) : 1;
  for (auto seed = first; seed < first + (wanted ? 1 : 400) && !HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    World(seed).run(300);
  }
}

}  // namespace
}  // namespace tocsin::live
