// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tocsin::live {

// What an open page can listen to.
struct Channel {
  enum class Kind : std::uint8_t {
    kStory,
    kConversation,  // the comments of a story; `id` is the story's
    kThread,
    kTopic,  // of a site
    kSite,   // its front page
  };
  Kind kind = Kind::kStory;
  std::uint64_t id = 0;

  auto operator<=>(const Channel&) const = default;  // NOLINT(modernize-use-nullptr): false
};

// An `id` for what has a name and no number, such as a topic of a site ("3/politics"): FNV-1a.
std::uint64_t channel_id(std::string_view name);

// Something that open pages are told.
struct Event {
  std::uint64_t sequence = 0;  // strictly growing over all events; the page's position
  std::vector<Channel> channels;
  std::string kind;  // the event's name in the page; "resync" is the hub's own
  std::string data;  // JSON
};

// The events that were published before those in memory.
class History {
 public:
  virtual ~History() = default;
  // The events of any of the channels with after < sequence <= through, oldest first. Nothing
  // where some are not known any more, or where they are too many. Answers at once.
  virtual std::optional<std::vector<Event>> between(std::uint64_t after, std::uint64_t through,
                                                    std::span<const Channel> channels) = 0;
};

}  // namespace tocsin::live
