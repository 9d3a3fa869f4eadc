// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>

#include "tocsin/newsroom/command.h"

// A small newsroom for tests: one site, one source, one feed.
namespace tocsin::newsroom::sample {

inline constexpr Time kNow{Millis{1'795'000'000'000}};
inline constexpr core::SiteId kSite{11};
inline constexpr core::SourceId kSource{21};
inline constexpr core::FeedId kFeed{31};

// The n-th command, made at kNow + n seconds.
inline Command command(std::uint8_t n, Body body) {
  Command out{.at = kNow + Seconds{n}, .actor = "test", .body = std::move(body)};
  out.id.back() = n;
  out.id.front() = 1;
  return out;
}

inline core::Site site() {
  core::Site out{.id = kSite, .name = "The Bell", .base_url = "https://bell.example"};
  out.topics = {"World", "Sport"};
  return out;
}

inline core::Source source() {
  return {.id = kSource, .site = kSite, .name = "The Wire", .home_url = "https://wire.example/"};
}

inline core::Feed feed() {
  return {.id = kFeed,
          .site = kSite,
          .source = kSource,
          .url = "https://wire.example/feed",
          .alert = core::Importance::kMajor,
          .topics = {"World"}};
}

inline core::Story story(std::uint64_t id, std::string headline = "Quake hits the coast") {
  core::Story out;
  out.id = core::StoryId{id};
  out.site = kSite;
  out.headline = std::move(headline);
  out.summary_html = "<p>It was felt in the <b>capital</b>.</p>";
  out.url = "https://wire.example/" + std::to_string(id);
  return out;
}

// The entry of the feed with that key; its story and alert, if it is new, get the id as well.
inline TakenItem item(std::uint8_t key, std::uint64_t id) {
  TakenItem out{.story = story(id), .alert = core::AlertId{id}};
  out.story.site = {};
  out.story.url = "https://wire.example/item" + std::to_string(key);
  out.key.back() = key;
  return out;
}

inline core::Alert alert(std::uint64_t id, std::uint64_t story_id) {
  core::Alert out;
  out.id = core::AlertId{id};
  out.site = kSite;
  out.story = core::StoryId{story_id};
  return out;
}

}  // namespace tocsin::newsroom::sample
