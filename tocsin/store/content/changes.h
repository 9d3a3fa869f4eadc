// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tocsin/base/result.h"
#include "tocsin/newsroom/apply.h"

namespace tocsin::sqlite {
class Database;
}

// How the effects of a command are written. For use inside a transaction.
namespace tocsin::store {

using sqlite::Database;

Status write_change(Database& database, const newsroom::Change& change);

// conversation_changes.cc.
Status write_conversation_change(Database& database, const core::Conversation& conversation);
Status write_conversation_change(Database& database, const core::Comment& comment);
Status write_conversation_change(Database& database, const core::Reader& reader);
Status write_conversation_change(Database& database, const core::Follower& follower);
Status write_conversation_change(Database& database, const core::Report& report);
Status write_conversation_change(Database& database, const core::Ruling& ruling);
Status write_conversation_change(Database& database, const core::Vote& vote);

}  // namespace tocsin::store
