// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "tocsin/archive/archive.h"
#include "tocsin/base/result.h"
#include "tocsin/newsroom/content.h"

namespace tocsin::server {

// The conversation of a story as other systems read it, of comments in the order of their ids and
// whatever their state. Nothing where there is nothing to tell: no comment, and nobody opened or
// closed it by hand. What does not travel: who read or moderated it, reports, networks, e-mail
// addresses, edits. Pure.
std::optional<archive::ArchivedConversation> archived(
    const core::Site& site, const core::Story& story,
    const std::optional<core::Conversation>& conversation,
    const std::vector<core::Comment>& comments, Time now);

// Visits every conversation of the site, newest story first. What it visits is gone when the
// visitor returns.
void for_each_archived(const newsroom::Content& content, const core::Site& site, Time now,
                       const std::function<void(const archive::ArchivedConversation&)>& visit);

}  // namespace tocsin::server
