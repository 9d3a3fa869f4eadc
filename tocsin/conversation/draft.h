// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tocsin/base/result.h"
#include "tocsin/conversation/apply.h"
#include "tocsin/conversation/opening.h"

// What the functions of apply() share.
namespace tocsin::conversation {

Error bad_field(std::string_view field, std::string_view what);
Error not_found(std::string_view field, std::string_view what);
Error conflict(std::string_view field, std::string_view what);

// The text after clean_text(), of at most kTextCharactersMax. Errors: kInvalidArgument.
Result<std::string> cleaned(std::string_view field, std::string_view text);

// Where a command happens.
struct Place {
  core::Site site;
  core::Story story;
  std::optional<core::Conversation> conversation;
  Opening opening;  // at the command's time
};
// Errors: kNotFound, naming `field`.
Result<Place> place_of(const Context& context, core::StoryId story, std::string_view field);

// Errors: kNotFound "comment: ...".
Result<core::Comment> comment_of(const Context& context, core::CommentId id);
// Errors: kNotFound "reader: ...", also for one that was erased.
Result<core::Reader> reader_of(const Context& context, core::ReaderId id, std::string_view field);
// Errors: kConflict "reader: is banned until ...: reason".
Status check_ban(const Context& context, const core::Reader& reader);
// Errors: kNotFound; kConflict where somebody else wrote it.
Result<core::Comment> own_comment(const Context& context, core::CommentId id,
                                  core::ReaderId reader);

// The changes of one command. A record that several steps change is read once and written once;
// counters follow the comments' states.
class Draft {
 public:
  explicit Draft(const Context& context)
      : context_(context), sequence_(context.view.last_sequence()) {}

  // The records as the command has left them so far; they are written. A reader and a follower are
  // not there where the view has none.
  core::Conversation& conversation(core::StoryId story, core::SiteId site);
  core::Reader* reader(core::ReaderId id);
  core::Follower* follower(core::StoryId story, const core::SubscriptionId& device);
  // Puts a follower in the place of the one that is known, if any.
  core::Follower& add(const core::Follower& follower);

  // Writes a comment. `before`: what it was; none: it is new. Tells open pages if readers see a
  // change, and the writer of what it answers if it came to be seen for the first time.
  void put(const std::optional<core::Comment>& before, core::Comment after);
  // As put(), but nobody is told.
  void put_silently(const std::optional<core::Comment>& before, const core::Comment& after);
  void put(const core::Reader& reader) { readers_[reader.id] = reader; }
  void put(Change change) { rest_.push_back(std::move(change)); }
  // Decides the comment's open reports.
  void settle_reports(core::Comment& comment, bool is_upheld, const std::string& by);

  // Notes what a notification told a follower.
  void note(core::Follower& follower, const NoteTold::Told& told);

  void tell(core::LiveEvent::Kind kind, std::uint64_t subject, const core::Story& story);

  std::vector<Change> take();

 private:
  void count(const std::optional<core::Comment>& before, const core::Comment& after);
  void announce(core::Comment& comment);
  void retract(const core::Comment& comment);
  void skip_own(const core::Comment& comment, std::uint64_t latest);
  core::Follower* answered(const core::Comment& comment);
  void recount(core::Follower& follower) const;

  const Context& context_;
  std::uint64_t sequence_;
  std::map<core::ReaderId, core::Reader> readers_;
  std::map<core::CommentId, core::Comment> comments_;
  std::map<core::StoryId, core::Conversation> conversations_;
  std::map<std::pair<core::StoryId, core::SubscriptionId>, core::Follower> followers_;
  std::vector<Change> rest_;
  std::vector<core::LiveEvent> events_;
};

}  // namespace tocsin::conversation
