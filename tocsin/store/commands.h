// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tocsin/newsroom/apply.h"
#include "tocsin/store/sqlite.h"

namespace tocsin::store {

// Applies the command, writes its effects, and remembers who gave it and what the answer was. A
// command that has been applied gets the first answer again, with the records as they are at
// present. For use inside a transaction, which is to be rolled back on an error.
//
// Errors: those of newsroom::apply() and of the disk.
Result<newsroom::Effects> execute_command(Database& database, const newsroom::Command& command);

}  // namespace tocsin::store
