// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "tocsin/api/schema.h"

// The bodies of the API's requests and answers.
namespace tocsin::api::schemas {

// Requests.
const Schema& site_body();
const Schema& source_body();
const Schema& feed_body();
const Schema& find_body();       // feed_schemas.cc
const Schema& feed_list_body();  // the same
const Schema& story_body();
const Schema& withdrawal_body();
const Schema& alert_body();
const Schema& registration_body();
const Schema& preferences_body();
const Schema& empty_body();

// Answers.
const Schema& site();
const Schema& source();
const Schema& feed();
const Schema& found_feed();        // feed_schemas.cc
const Schema& feed_list_result();  // the same
const Schema& story();
const Schema& alert();
const Schema& dismissed();
const Schema& subscription();
const Schema& push_config();
const Schema& status();
const Schema& problem();

// All that a document with these must have, those they refer to included.
std::vector<const Schema*> all();

}  // namespace tocsin::api::schemas
