// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "tocsin/fanout/progress.h"

namespace tocsin::store {

class Database;

// The rows behind fanout::ProgressStore; the contracts are written there.
Status save_plan(Database& database, const fanout::Plan& plan);
// `is_last`: of a broadcast that is finished. kNotFound: there is no such broadcast.
Status save_checkpoint(Database& database, const fanout::Checkpoint& checkpoint, bool is_last);
Result<std::vector<fanout::Unfinished>> load_unfinished(Database& database);
Result<std::optional<fanout::Progress>> load_progress(Database& database, core::AlertId alert);

}  // namespace tocsin::store
