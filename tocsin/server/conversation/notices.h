// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "tocsin/base/clock.h"
#include "tocsin/conversation/command.h"
#include "tocsin/core/content.h"
#include "tocsin/core/outcome.h"
#include "tocsin/newsroom/content.h"

namespace tocsin::server {

// "Somebody answered you": tells devices what they asked to hear of conversations. One
// notification a conversation, replaced by the next, and no more often than the limits below. What
// is to be told stands in the store until a push service has accepted it, so a crash loses none;
// one that was accepted in the instant of a crash may come twice, in the place of the first. Main
// loop.
class Notices {
 public:
  // At least so long between two notifications of one conversation to one device.
  static constexpr Seconds kReplyGap{30};
  static constexpr Seconds kAllGap{600};

  using Sent = std::function<void(core::Outcome)>;
  struct Ports {
    const newsroom::Content& content;
    const Clock& clock;
    // Sends one message to one device; false if there is no such device.
    std::function<bool(const core::Alert&, const core::Story&, const core::SubscriptionId&, Sent)>
        send;
    std::function<void(conversation::NoteTold)> note;
  };

  explicit Notices(Ports ports);

  // A comment of that story was published, or its conversation closed.
  void on_comment(core::StoryId story) { busy_.insert(story); }
  void on_closed(core::StoryId story) { closed_.insert(story); }
  // Tells what is due. Call it every second.
  void run();

 private:
  using Place = std::pair<core::StoryId, core::SubscriptionId>;
  enum class What { kReply, kComments, kClosed };

  void tell_replies();
  // False if some have to wait.
  bool tell_followers(core::StoryId story);
  // The same.
  bool tell_closed(core::StoryId story);
  bool is_closed(core::StoryId story) const;
  template <class Visit>
  void each_follower(core::StoryId story, Visit visit) const;
  void tell(const core::Follower& follower, What what);
  void on_outcome(const Place& place, const conversation::NoteTold::Told& told,
                  core::Outcome outcome);

  Ports ports_;
  std::set<core::StoryId> busy_;       // their followers may have something to hear
  std::set<core::StoryId> closed_;     // ... are to hear that it closed
  std::optional<Place> replies_told_;  // up to this one, if not all
  std::set<Place> in_flight_;
  std::map<Place, Time> failed_;  // not to be tried again before
};

}  // namespace tocsin::server
