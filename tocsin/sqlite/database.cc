// SPDX-License-Identifier: Apache-2.0
#include "tocsin/sqlite/database.h"

#include <utility>

#include <sqlite3.h>

namespace tocsin::sqlite {
namespace {

constexpr int kBusyTimeoutMs = 5000;

// By what the caller can do. Extended result codes carry the primary one in their low byte.
Errc errc_of(int code) {
  switch (code & 0xff) {
    case SQLITE_CONSTRAINT:
      return Errc::kConflict;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return Errc::kCorrupt;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_NOMEM:
      return Errc::kUnavailable;
    default:
      return Errc::kInternal;
  }
}

// sqlite3_errmsg() may quote values of a row; the code's own sentence never does.
Error error_of(int code) {
  return {errc_of(code), "the database: " + std::string(sqlite3_errstr(code & 0xff)) + " (code " +
                             std::to_string(code) + ")"};
}

}  // namespace

Query::Query(Query&& other) noexcept
    : connection_(other.connection_),
      statement_(std::exchange(other.statement_, nullptr)),
      bound_(other.bound_),
      error_(std::move(other.error_)) {}

Query::~Query() {
  if (statement_ == nullptr) return;
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

void Query::note(int code) {
  if (code != SQLITE_OK && !error_) error_ = error_of(code);
}

void Query::bind_next(std::int64_t value) {
  if (!error_) note(sqlite3_bind_int64(statement_, ++bound_, value));
}

void Query::bind_next(std::string_view value) {
  if (error_) return;
  note(sqlite3_bind_text64(statement_, ++bound_, value.empty() ? "" : value.data(), value.size(),
                           SQLITE_TRANSIENT, SQLITE_UTF8));
}

void Query::bind_next(ByteView value) {
  if (error_) return;
  note(value.empty() ? sqlite3_bind_zeroblob(statement_, ++bound_, 0)
                     : sqlite3_bind_blob64(statement_, ++bound_, value.data(), value.size(),
                                           SQLITE_TRANSIENT));
}

void Query::bind_next(std::nullopt_t) {
  if (!error_) note(sqlite3_bind_null(statement_, ++bound_));
}

bool Query::next() {
  if (error_) return false;
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) note(sqlite3_extended_errcode(connection_));
  return false;
}

Status Query::run() {
  while (next()) {
  }
  return status();
}

Status Query::status() const {
  if (error_) return *error_;
  return ok();
}

std::int64_t Query::number(int column) const { return sqlite3_column_int64(statement_, column); }

bool Query::is_null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

ByteView Query::view(int column) const {
  const void* const bytes = sqlite3_column_blob(statement_, column);
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
  return {static_cast<const std::uint8_t*>(bytes), size};
}

std::string Query::text(int column) const { return std::string(as_text(view(column))); }

Bytes Query::bytes(int column) const {
  const auto bytes = view(column);
  return {bytes.begin(), bytes.end()};
}

Result<Database> Database::open(const std::string& path, Mode mode) {
  const int flags = (mode == Mode::kReadOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE) |
                    SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  sqlite3* connection = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &connection, flags, nullptr);
  Database database(connection);
  if (code != SQLITE_OK) return error_of(code);
  sqlite3_busy_timeout(connection, kBusyTimeoutMs);
  return database;
}

Database::Database(Database&& other) noexcept
    : connection_(std::exchange(other.connection_, nullptr)),
      statements_(std::exchange(other.statements_, {})) {}

Database::~Database() {
  for (const auto& [sql, statement] : statements_) sqlite3_finalize(statement);
  sqlite3_close(connection_);
}

Status Database::execute(const std::string& sql) {
  const int code = sqlite3_exec(connection_, sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return error_of(code);
  return ok();
}

Query Database::query(std::string_view sql) {
  const auto known = statements_.find(sql);
  if (known != statements_.end()) return {connection_, known->second, std::nullopt};
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(connection_, sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) return {connection_, nullptr, error_of(code)};
  statements_.emplace(sql, statement);
  return {connection_, statement, std::nullopt};
}

bool Database::in_transaction() const { return sqlite3_get_autocommit(connection_) == 0; }

std::size_t Database::changes() const {
  return static_cast<std::size_t>(sqlite3_changes64(connection_));
}

}  // namespace tocsin::sqlite
