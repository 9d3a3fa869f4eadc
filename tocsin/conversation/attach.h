// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <vector>

#include "tocsin/conversation/limits.h"
#include "tocsin/core/conversation.h"

namespace tocsin::conversation {

// What an answer to `parent` is attached to: `parent`, or its ancestor of kAnsweredDepthMax where
// it is deeper. `source.comment(id)` gives the ancestors.
template <class Source>
core::CommentId attached_to(const Source& source, const core::Comment& parent) {
  constexpr std::size_t kStepsMax = 1000;  // no tree is that deep
  std::vector<core::CommentId> line = {parent.id};
  for (auto id = parent.parent; id && line.size() < kStepsMax;) {
    const auto ancestor = source.comment(id);
    if (!ancestor) break;
    line.push_back(id);
    id = ancestor->parent;
  }
  return line[line.size() - std::min(line.size(), kAnsweredDepthMax)];
}

}  // namespace tocsin::conversation
