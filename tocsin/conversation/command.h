// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "tocsin/core/conversation.h"
#include "tocsin/core/newsroom.h"

// Every change to conversations, as a value. Ids, times and what an outside classifier said stand
// in the command, so that applying it gives the same effects wherever it is applied.
namespace tocsin::conversation {

// Creates the reader, or changes the name, device or e-mail address of the one of that id.
struct PutReader {
  core::Reader reader;
};
// Takes name, device and address from the reader and the text from all their comments, and ends
// what they follow.
struct EraseReader {
  core::ReaderId reader;
};
// A device has another push endpoint, and so another id: who signs in by it and what it follows go
// with it.
struct MoveDevice {
  core::ReaderId reader;  // whose device it is; none: nobody's
  core::SubscriptionId from{};
  core::SubscriptionId to{};
};
struct BanReader {
  core::ReaderId reader;
  std::optional<Time> until;  // nothing: lifts the ban; core::kForEver
  std::string reason;
};

// What a classifier outside said of a comment.
struct External {
  enum class Verdict : std::uint8_t { kPublish, kHold, kReject, kNoAnswer };
  Verdict verdict = Verdict::kNoAnswer;
  std::string reason;  // for moderators

  bool operator==(const External&) const = default;
};

struct PostComment {
  core::Comment comment;  // id, story, parent, reader or user, text, network; the rest is made
  std::optional<External> external;  // nothing: the site asks none
  bool follow_replies = false;       // on the reader's device
};
// By its writer, within the edit window. It goes through the phases again.
struct EditComment {
  core::CommentId comment;
  core::ReaderId reader;
  std::string text;
  std::optional<External> external;
};
// By its writer, at any time.
struct DeleteComment {
  core::CommentId comment;
  core::ReaderId reader;
};
struct VoteComment {
  core::CommentId comment;
  core::ReaderId reader;
  bool is_given = true;
};
struct ReportComment {
  core::Report report;  // id, comment, reader, ground, text
};
// The writer asks for a person's look at a rejection.
struct AppealRuling {
  core::CommentId comment;
  core::ReaderId reader;
  std::string text;
};

// A moderator's decision: kPublished or kRejected, which settles the comment's open reports; or
// kHeld: back to the queue, with nothing decided.
struct Moderate {
  core::CommentId comment;
  core::CommentState state = core::CommentState::kPublished;
  std::optional<core::Ground> ground;  // needed to reject
  std::string reason;                  // for moderators
  std::string statement;               // for the writer
};
struct FeatureComment {
  core::CommentId comment;
  bool is_featured = true;
};

// By hand: mode, reason, closes_at, holds_all of one story's conversation.
struct SetConversation {
  core::StoryId story;
  core::ConversationMode mode = core::ConversationMode::kByRule;
  std::string reason;
  std::optional<Time> closes_at;
  bool holds_all = false;
};
// Tells open pages if the conversation opened or closed by rule since they were told last.
struct AnnounceOpening {
  core::StoryId story;
};

// Tells open pages how many votes a comment has.
struct AnnounceVotes {
  core::CommentId comment;
};

struct Follow {
  core::Follower follower;  // story, device, reader, wishes; none of them true: ends it
};
// Notifications that push services accepted.
struct NoteTold {
  core::StoryId story;
  struct Told {
    core::SubscriptionId device{};
    std::uint64_t up_to = 0;               // it told what live events up to this one announced
    std::vector<core::CommentId> answers;  // that it told of
    bool is_closing = false;  // it told that the conversation closed: that wish is fulfilled
  };
  std::vector<Told> told;
};

// Comments of another system, as they were there: no phase judges them, nobody is told. Those whose
// id is known are left as they are.
struct ImportComments {
  core::Conversation conversation;      // story, mode, reason, since
  std::vector<core::Comment> comments;  // parents before their answers
};

}  // namespace tocsin::conversation
