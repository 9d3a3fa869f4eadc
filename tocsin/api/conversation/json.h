// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "tocsin/conversation/opening.h"
#include "tocsin/core/content.h"
#include "tocsin/json/json.h"
#include "tocsin/newsroom/content.h"

// Conversations as the API and live events show them.
namespace tocsin::api {

Json opening_json(const conversation::Opening& opening);
// The opening of a story's conversation at `now`.
conversation::Opening opening_now(const newsroom::Content& content, const core::Site& site,
                                  const core::Story& story, Time now);

// What everybody sees. Text of a comment that is not published is not in it.
Json comment_json(const core::Comment& comment, const core::Site& site);
// What its writer sees besides.
Json own_comment_json(const core::Comment& comment, const core::Site& site, Time now);
// What a moderator sees besides.
Json staff_comment_json(const core::Comment& comment, const newsroom::Content& content);

Json reader_json(const core::Reader& reader);
Json user_json(const core::User& user);
Json report_json(const core::Report& report);
Json ruling_json(const core::Ruling& ruling);
Json thread_json(const core::Thread& thread, const core::Site& site);
Json entry_json(const core::Entry& entry);

std::string thread_path(const core::Thread& thread);  // "/t/<id>"

}  // namespace tocsin::api
