// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "tocsin/base/result.h"
#include "tocsin/conversation/command.h"
#include "tocsin/conversation/view.h"

namespace tocsin::conversation {

// What is written, in order. Each is the whole record.
using Change = std::variant<core::Conversation, core::Comment, core::Reader, core::Follower,
                            core::Report, core::Ruling, core::Vote, core::LiveEvent>;

struct Context {
  const View& view;
  Time at;
  std::string actor;  // a moderator's name, for the decisions
};

// Each decides what a command does: newsroom::apply() calls them. Pure and total. Comments after
// the conversation closed are refused here, so that it holds wherever commands are applied.
//
// Errors (nothing is to be written); the message starts with the field's name:
//   kInvalidArgument  a field is missing, too long or contradicts another.
//   kNotFound         it names a story, comment or reader that is not there.
//   kConflict         "conversation: is closed"; "reader: is banned ..."; "comment: the time for
//                     editing is over"; somebody else's comment.
Result<std::vector<Change>> apply(const Context& context, const PutReader& body);
Result<std::vector<Change>> apply(const Context& context, const EraseReader& body);
Result<std::vector<Change>> apply(const Context& context, const MoveDevice& body);
Result<std::vector<Change>> apply(const Context& context, const BanReader& body);
Result<std::vector<Change>> apply(const Context& context, const PostComment& body);
Result<std::vector<Change>> apply(const Context& context, const EditComment& body);
Result<std::vector<Change>> apply(const Context& context, const DeleteComment& body);
Result<std::vector<Change>> apply(const Context& context, const VoteComment& body);
Result<std::vector<Change>> apply(const Context& context, const ReportComment& body);
Result<std::vector<Change>> apply(const Context& context, const AppealRuling& body);
Result<std::vector<Change>> apply(const Context& context, const Moderate& body);
Result<std::vector<Change>> apply(const Context& context, const FeatureComment& body);
Result<std::vector<Change>> apply(const Context& context, const SetConversation& body);
Result<std::vector<Change>> apply(const Context& context, const AnnounceOpening& body);
Result<std::vector<Change>> apply(const Context& context, const AnnounceVotes& body);
Result<std::vector<Change>> apply(const Context& context, const Follow& body);
Result<std::vector<Change>> apply(const Context& context, const NoteTold& body);
Result<std::vector<Change>> apply(const Context& context, const ImportComments& body);

}  // namespace tocsin::conversation
