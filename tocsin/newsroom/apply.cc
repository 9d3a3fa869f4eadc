// SPDX-License-Identifier: Apache-2.0
#include "tocsin/newsroom/apply.h"

#include <algorithm>
#include <tuple>

#include "tocsin/newsroom/fields.h"
#include "tocsin/newsroom/limits.h"
#include "tocsin/newsroom/steps.h"

namespace tocsin::newsroom {
namespace {

// The end of the year 9999: what RFC 3339 can write.
constexpr Time kTimeMax{Millis{253'402'300'799'999}};

}  // namespace

Result<Effects> apply(const View& view, const Command& command) {
  if (command.id == core::CommandId{}) return bad_field("id", "is missing");
  if (command.at < Time{} || command.at > kTimeMax) return bad_field("at", "is out of range");
  TOCSIN_TRY(std::ignore, check_text("actor", command.actor, kNameCharactersMax));
  return std::visit([&](const auto& body) { return apply_body(view, command, body); },
                    command.body);
}

Time published_at(const core::Story& story, Time seen) {
  return story.published == Time{} ? seen : std::min(story.published, seen);
}

}  // namespace tocsin::newsroom
