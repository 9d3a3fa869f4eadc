// SPDX-License-Identifier: Apache-2.0
#include <functional>

#include "tocsin/feed/feed.h"

namespace tocsin::feed {
namespace {

// Mixes in one value after another, of which the order and the number count.
class Mixer {
 public:
  void add(std::size_t value) {
    constexpr std::size_t kOdd = 0x9e3779b97f4a7c15;  // 2^64 divided by the golden ratio
    mixed_ = (mixed_ ^ value) * kOdd;
    mixed_ ^= mixed_ >> 32;
  }
  void add(std::string_view text) { add(std::hash<std::string_view>{}(text)); }
  void add(const std::vector<std::string>& texts) {
    add(texts.size());
    for (const auto& text : texts) add(text);
  }
  void add(const std::optional<Time>& time) {
    add(time ? static_cast<std::size_t>(time->time_since_epoch().count()) : 0);
  }
  std::size_t mixed() const { return mixed_; }

 private:
  std::size_t mixed_ = 0;
};

}  // namespace

std::size_t RawHtml::fingerprint() const {
  Mixer mixer;
  mixer.add(html_);
  mixer.add(base_ ? base_->text() : "");
  return mixer.mixed();
}

std::size_t fingerprint(const FeedItem& item) {
  Mixer mixer;
  for (const auto& text : {item.id, item.title, item.link, item.image, item.language, item.credit,
                           item.comments_url}) {
    mixer.add(text);
  }
  mixer.add(item.published);
  mixer.add(item.updated);
  mixer.add(item.authors);
  mixer.add(item.summary.fingerprint());
  mixer.add(item.content.fingerprint());
  mixer.add(item.categories);
  for (const auto& enclosure : item.enclosures) {
    mixer.add(enclosure.url);
    mixer.add(enclosure.type);
    mixer.add(static_cast<std::size_t>(enclosure.length.value_or(-1)));
  }
  mixer.add(item.comments.value_or(0));
  return mixer.mixed();
}

}  // namespace tocsin::feed
