// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "tocsin/base/result.h"
#include "tocsin/conversation/command.h"
#include "tocsin/conversation/opening.h"

// What every comment goes through before readers see it. Nobody is banned in silence: each verdict
// has a state and a sentence that the writer is shown.
namespace tocsin::conversation {

struct PhaseInput {
  const core::CommentPolicy& policy;
  const Opening& opening;
  bool holds_all = false;                // this conversation's
  const core::Comment& comment;          // its text is cleaned
  const core::Reader* reader = nullptr;  // none: somebody of the newsroom
  // The reader's, newest first, without the comment itself; at most kRepeatComments.
  std::span<const core::Comment> earlier;
  const std::optional<External>& external;
  Time at;
};

struct Verdict {
  core::CommentState state = core::CommentState::kPublished;
  std::string_view phase = {};              // its name in the table
  std::string reason = {};                  // for moderators
  std::string statement = {};               // for the writer
  std::optional<core::Ground> ground = {};  // of a rejection

  bool operator==(const Verdict&) const = default;
};

// Nothing: the phase has nothing to say. An error refuses the comment: it is not kept.
using Judgement = Result<std::optional<Verdict>>;

struct Phase {
  std::string_view name;
  Judgement (*judge)(const PhaseInput& input);
  bool is_for_staff = true;  // false: it passes over what somebody of the newsroom wrote
};

// In their order.
inline constexpr std::size_t kPhaseCount = 10;
const std::array<Phase, kPhaseCount>& phases();

// The first verdict. Nothing: it is published, and no phase had anything to say.
// Errors: kInvalidArgument "comment.text: ..."; kConflict "conversation: ...".
Judgement judge(const PhaseInput& input);

}  // namespace tocsin::conversation
