// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "tocsin/core/content.h"

// A site and a story with every field filled, for tests.
namespace tocsin::pages::sample {

inline constexpr core::SiteId kSite{11};
inline constexpr Time kNoon{Millis{1'795'003'200'000}};

inline core::Site site() {
  core::Site out{.id = kSite, .name = "The Bell", .base_url = "https://bell.example"};
  out.tagline = "News from the coast";
  out.topics = {"World", "Sport & Games"};
  return out;
}

inline core::Story story(std::uint64_t id, const std::string& headline = "Quake hits the coast") {
  core::Story out;
  out.id = core::StoryId{id};
  out.site = kSite;
  out.headline = headline;
  out.dateline = "VALPARAISO";
  out.summary_html = "<p>It was felt in the <b>capital</b>.</p>";
  out.body_html = "<p>It was felt in the <b>capital</b>.</p><p>The harbour is closed.</p>";
  out.url = "https://wire.example/quake";
  out.image_url = "https://wire.example/quake.jpg";
  out.authors = {"Ana Rojas", "Luis Soto"};
  out.credits = {{{}, "The Wire", "https://wire.example/quake"}};
  out.topics = {"World"};
  out.published = kNoon;
  out.updated = kNoon;
  out.recorded = kNoon;
  return out;
}

// A story that has `value` in every field of plain text.
inline core::Story story_of(std::uint64_t id, const std::string& value) {
  core::Story out = story(id, value);
  out.dateline = value;
  out.authors = {value, value};
  out.credits = {{{}, value, "https://wire.example/quake"}};
  out.topics = {value};
  out.correction = value;
  out.language = value;
  return out;
}

}  // namespace tocsin::pages::sample
