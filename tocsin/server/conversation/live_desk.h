// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tocsin/api/ports.h"
#include "tocsin/base/clock.h"
#include "tocsin/base/handle.h"
#include "tocsin/guard/open_limit.h"
#include "tocsin/json/json.h"
#include "tocsin/live/hub.h"
#include "tocsin/net/loop.h"
#include "tocsin/newsroom/content.h"

namespace tocsin::server {

// Open pages: gives them what was committed, in the order of its sequence numbers. What is told of
// a record is what it is when it is told, so that a page which comes back never sees a comment
// that has been taken away meanwhile. Main loop.
class LiveDesk final : public api::LivePages, private live::History {
 public:
  // The card of a story in a list, as HTML.
  using Card = std::function<std::string(const core::Site&, const core::Story&)>;

  // All outlive this. `per_network_max`: streams that one network may have open, not zero.
  LiveDesk(net::Loop& loop, const newsroom::Content& content, Random& random, const Clock& clock,
           std::size_t per_network_max, Card card);

  http::Response open(const api::LiveWish& wish) override;
  // In the order of the sequence numbers; one that came before is left out.
  void tell(const core::LiveEvent& event);
  // Told of each story whose conversation a page begins to show.
  void set_on_conversation(std::function<void(core::StoryId)> watch) { watch_ = std::move(watch); }
  // The last words on a stream.
  std::string farewell() { return hub_.farewell(); }

 private:
  std::optional<std::vector<live::Event>> between(std::uint64_t after, std::uint64_t through,
                                                  std::span<const live::Channel> channels) override;
  // Who is told of an event, and the record under its name in the event's data.
  struct Telling {
    std::vector<live::Channel> channels;
    std::string_view name;
    Json value;
  };
  std::optional<Telling> telling_of(const core::LiveEvent& told, const core::Site& site) const;
  std::optional<Telling> of_story(const core::LiveEvent& told, const core::Site& site) const;
  std::optional<Telling> of_conversation(const core::LiveEvent& told, const core::Site& site) const;
  std::optional<Telling> of_thread(const core::LiveEvent& told, const core::Site& site) const;
  live::Event event_of(const core::LiveEvent& told) const;
  void send();
  live::Past past() const;

  net::Loop& loop_;
  const newsroom::Content& content_;
  const Clock& clock_;
  Card card_;
  guard::OpenLimit networks_;
  live::Hub hub_;
  std::function<void(core::StoryId)> watch_;
  bool is_sending_ = false;
  Handle beat_;
};

}  // namespace tocsin::server
