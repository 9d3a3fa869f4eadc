// SPDX-License-Identifier: Apache-2.0
#include "tocsin/fanout/payload.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "tocsin/json/json.h"

namespace tocsin::fanout {
namespace {

constexpr std::size_t kBytesMax = webpush::kMaxPortablePlaintextBytes;
// No lock screen shows more.
constexpr std::size_t kTitleBytesMax = 256;
constexpr std::size_t kBodyBytesMax = 512;
// What should be left for the body before image and actions go.
constexpr std::size_t kBodyBytesLeast = 160;
constexpr std::size_t kUrlBytesMax = 1'024;
constexpr std::size_t kLanguageBytesMax = 35;
constexpr std::size_t kActionsMax = 2;  // browsers show no more
constexpr std::string_view kEllipsis = "\u2026";

// Which of the things that take room are in.
struct Extras {
  bool image = true;
  bool actions = true;
};

bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

// The first `bytes_max` bytes at most, without half a character.
std::string_view whole_characters(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  std::size_t end = bytes_max;
  while (end > 0 && continues_character(text[end])) --end;
  return text.substr(0, end);
}

std::string shortened(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return std::string(text);
  if (bytes_max <= kEllipsis.size()) return {};
  std::string_view kept = whole_characters(text, bytes_max - kEllipsis.size());
  // At the last space, if that does not cost much.
  const auto space = kept.rfind(' ');
  if (space != std::string_view::npos && space > kept.size() / 2) kept = kept.substr(0, space);
  return std::string(kept) + std::string(kEllipsis);
}

std::string_view direction(std::string_view language) {
  constexpr std::array<std::string_view, 8> kRightToLeft = {"ar", "dv", "fa", "he",
                                                            "ps", "sd", "ur", "yi"};
  const auto primary = language.substr(0, language.find('-'));
  const bool is_rtl =
      std::find(kRightToLeft.begin(), kRightToLeft.end(), primary) != kRightToLeft.end();
  return is_rtl ? "rtl" : "ltr";
}

Json actions_of(const core::Alert& alert) {
  Json actions(Json::Array{});
  const std::size_t count = std::min(kActionsMax, alert.actions.size());
  for (std::size_t i = 0; i < count; ++i) {
    actions.push({{"action", std::to_string(i + 1)},
                  {"title", shortened(alert.actions[i].title, 64)},
                  {"navigate", alert.actions[i].url}});
  }
  return actions;
}

Json notification(const core::Alert& alert, const core::Story& story, const core::Site& site,
                  std::string body, const Extras& extras) {
  const std::string& language = story.language.empty() ? site.language : story.language;
  const bool has_url = !alert.url.empty() && alert.url.size() <= kUrlBytesMax;
  Json out({{"title", shortened(alert.title, kTitleBytesMax)},
            {"body", std::move(body)},
            {"navigate", has_url ? alert.url : site.base_url + "/s/" + core::slug(story)},
            {"lang", std::string(whole_characters(language, kLanguageBytesMax))},
            {"dir", direction(language)},
            {"tag", core::collapse_key(alert)},
            {"silent", false},
            {"timestamp", alert.created.time_since_epoch().count()}});
  if (extras.actions && !alert.actions.empty()) out.set("actions", actions_of(alert));
  if (extras.image && !alert.image_url.empty()) out.set("image", alert.image_url);
  return Json(
      {{"web_push", 8030},
       {"notification", std::move(out)},
       {"mutable", true},
       {"tocsin",
        {{"alert", alert.id.text()}, {"story", alert.story.text()}, {"version", alert.version}}}});
}

}  // namespace

std::string declarative_notification(const core::Alert& alert, const core::Story& story,
                                     const core::Site& site) {
  constexpr std::array<Extras, 3> kLessAndLess = {Extras{}, Extras{.image = false},
                                                  Extras{.image = false, .actions = false}};
  const std::size_t least = std::min(kBodyBytesLeast, alert.body.size());
  std::size_t room = std::min(kBodyBytesMax, alert.body.size());
  for (const Extras& extras : kLessAndLess) {
    const bool is_last = &extras == &kLessAndLess.back();
    // Escaped characters take up to six bytes, so the text is measured as it is written.
    for (std::size_t bytes = room; bytes >= least || is_last;
         bytes -= std::min(bytes, room / 8 + 1)) {
      std::string text =
          notification(alert, story, site, shortened(alert.body, bytes), extras).dump();
      if (text.size() <= kBytesMax) return text;
      if (bytes == 0) break;
    }
  }
  // A title or URL of nothing but characters that are escaped.
  core::Alert bare = alert;
  bare.url.clear();
  bare.title = std::string(whole_characters(alert.title, kTitleBytesMax / 6));
  return notification(bare, story, site, {}, kLessAndLess.back()).dump();
}

core::Payload payload_of(const core::Alert& alert, const core::Story& story,
                         const core::Site& site) {
  const std::string text = declarative_notification(alert, story, site);
  const auto bytes = as_bytes(text);
  core::Payload out;
  out.plaintext.assign(bytes.begin(), bytes.end());
  out.options.ttl = std::clamp(alert.ttl, webpush::kTtlMin, webpush::kTtlMax);
  // iOS holds back whatever is not urgent; a minor alert may wait for the device to wake.
  out.options.urgency = alert.importance == core::Importance::kMinor ? webpush::Urgency::kNormal
                                                                     : webpush::Urgency::kHigh;
  out.options.collapse_key = core::collapse_key(alert);
  out.importance = alert.importance;
  out.deadline = alert.created + out.options.ttl;
  return out;
}

}  // namespace tocsin::fanout
