// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "tocsin/api/schema.h"

// The bodies of requests and answers about conversations, people and live pages.
namespace tocsin::api::schemas {

const Schema& new_reader_body();
const Schema& reader_body();
const Schema& sign_in_body();
const Schema& code_body();
const Schema& email_body();
const Schema& comment_body();
const Schema& comment_text_body();
const Schema& vote_body();
const Schema& report_body();
const Schema& appeal_body();
const Schema& follower_body();
const Schema& moderation_body();
const Schema& feature_body();
const Schema& conversation_body();
const Schema& ban_body();
const Schema& policy_body();
const Schema& session_body();
const Schema& password_body();
const Schema& set_up_body();
const Schema& user_body();
const Schema& thread_body();
const Schema& entry_body();
const Schema& receipt_body();

const Schema& puzzle();
const Schema& reader();
const Schema& signed_in_reader();
const Schema& comments();
const Schema& comment();
const Schema& created();
const Schema& follower();
const Schema& queue();
const Schema& staff_comment();
const Schema& conversation();
const Schema& conversation_item();
const Schema& writer();
const Schema& transparency();
const Schema& policy();
const Schema& signed_in_user();
const Schema& user();
const Schema& user_link();
const Schema& new_user();
const Schema& thread();
const Schema& entry();
const Schema& reader_export();

// All of them, for the OpenAPI document.
std::vector<const Schema*> conversation_schemas();

}  // namespace tocsin::api::schemas
