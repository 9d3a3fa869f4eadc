// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "tocsin/conversation/view.h"

namespace tocsin::conversation {

// Where an answer is told of: the device of the reader who wrote what it answers. Nothing for what
// answers nobody, the writer's own answers, and readers without a device.
std::optional<core::SubscriptionId> answered_device(const View& view, const core::Comment& comment);

// What a follower who hears of answers is to be told: those that are shown and were announced after
// follower.told, in the order of their announcement.
std::vector<core::Comment> untold_answers(const View& view, const core::Follower& follower);

// `follower` with the wishes of `wishes`. What is to be told by the earlier ones stays so;
// otherwise what was said before is no news.
core::Follower with_wishes(const View& view, core::Follower follower, const core::Follower& wishes);

}  // namespace tocsin::conversation
