// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "tocsin/newsroom/apply.h"
#include "tocsin/store/sql_content.h"

namespace tocsin::store {

// Writes one record as it is. Errors: as SQLite's.
Status write_change(Database& database, const newsroom::Change& change);

// Names the records that a command wrote, as JSON.
std::string answer_of(const newsroom::Effects& effects);
// The records so named, as they are at present; those that are gone are left out.
newsroom::Effects effects_of(std::string_view answer, const SqlContent& content);

}  // namespace tocsin::store
