// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "tocsin/archive/builder.h"
#include "tocsin/archive/readers.h"

namespace tocsin::archive {
namespace {

constexpr double kSecondsMax = 253'402'300'799;  // the end of the year 9999

State state_of(std::int64_t mode) {
  switch (mode) {
    case 1:
      return State::kApproved;
    case 4:
      return State::kDeleted;
    default:
      return State::kPending;
  }
}

Time time_of(double seconds) {
  if (!(seconds > 0 && seconds < kSecondsMax)) return Time{};
  return Time(Millis(static_cast<std::int64_t>(seconds * 1000)));
}

// A difference that cannot overflow.
std::int64_t difference(std::int64_t likes, std::int64_t dislikes) {
  constexpr std::int64_t kVotesMax = 1'000'000'000;
  return std::clamp<std::int64_t>(likes, 0, kVotesMax) -
         std::clamp<std::int64_t>(dislikes, 0, kVotesMax);
}

}  // namespace

Result<Archive> read_isso(std::span<const IssoThread> threads,
                          std::span<const IssoComment> comments) {
  Builder builder(Format::kIsso);
  for (const auto& thread : threads) {
    ArchivedConversation conversation;
    conversation.key = std::to_string(thread.id);
    if (thread.uri.starts_with('/')) {
      conversation.page_path = thread.uri;
    } else {
      conversation.page_url = thread.uri;
    }
    conversation.title = thread.title;
    TOCSIN_TRY(std::ignore, builder.add(std::move(conversation)));
  }
  for (const auto& row : comments) {
    const auto index = builder.find(std::to_string(row.tid));
    if (!index) {
      builder.warn("a comment of a thread that is not there was left out", std::to_string(row.id));
      continue;
    }
    ArchivedComment comment;
    comment.key = std::to_string(row.id);
    if (row.parent) comment.parent_key = std::to_string(*row.parent);
    comment.author = {.name = row.author, .email = row.email, .url = row.website};
    comment.created = time_of(row.created);
    comment.text = row.text;
    comment.state = state_of(row.mode);
    comment.votes = difference(row.likes, row.dislikes);
    comment.address = row.remote_addr;
    TOCSIN_TRY(std::ignore, builder.add(*index, std::move(comment)));
  }
  return std::move(builder).finish();
}

}  // namespace tocsin::archive
