// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "tocsin/sqlite/database.h"

namespace tocsin::store {

using sqlite::Database;

// Each brings a database from the version that is its index to the next. Never changed once
// released: what comes later is appended.
std::span<const std::string_view> migrations();

// Brings the database to the last version, one transaction a step, so that it can be killed at
// any moment and run again. An empty database is at version 0.
//
// Errors: kConflict: a newer program wrote it; kCorrupt: another program's database; otherwise
// what the failed step gave, with nothing of it done.
Status migrate(Database& database, std::span<const std::string_view> steps = migrations());

// The errors of migrate(), for a connection that only reads; kConflict also for an older version.
Status check_version(Database& database, std::span<const std::string_view> steps = migrations());

}  // namespace tocsin::store
