// SPDX-License-Identifier: Apache-2.0
#include "tocsin/conversation/answers.h"

#include <algorithm>
#include <utility>

namespace tocsin::conversation {

std::optional<core::SubscriptionId> answered_device(const View& view,
                                                    const core::Comment& comment) {
  const auto parent = comment.parent ? view.comment(comment.parent) : std::nullopt;
  if (!parent || !parent->reader || parent->reader == comment.reader) return std::nullopt;
  const auto writer = view.reader(parent->reader);
  return writer ? writer->device : std::nullopt;
}

std::vector<core::Comment> untold_answers(const View& view, const core::Follower& follower) {
  std::vector<core::Comment> out;
  for (auto& comment : view.answers(follower.story, follower.device, follower.told)) {
    if (answered_device(view, comment) == follower.device) out.push_back(std::move(comment));
  }
  std::sort(out.begin(), out.end(), [](const core::Comment& a, const core::Comment& b) {
    return a.announced < b.announced;
  });
  return out;
}

core::Follower with_wishes(const View& view, core::Follower follower,
                           const core::Follower& wishes) {
  const bool begins = wishes.replies && !follower.replies;
  const bool waits = follower.all || follower.reply;
  if (!waits) follower.told = view.last_sequence();
  follower.replies = wishes.replies;
  follower.all = wishes.all;
  follower.closing = wishes.closing;
  if (follower.replies && !(begins && waits)) return follower;
  const auto answers = begins ? untold_answers(view, follower) : std::vector<core::Comment>();
  follower.reply = answers.empty() ? core::CommentId{} : answers.back().id;
  follower.unseen = static_cast<std::uint32_t>(answers.size());
  return follower;
}

}  // namespace tocsin::conversation
