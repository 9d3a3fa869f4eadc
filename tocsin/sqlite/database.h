// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "tocsin/base/bytes.h"
#include "tocsin/base/clock.h"
#include "tocsin/base/id.h"
#include "tocsin/base/result.h"

struct sqlite3;
struct sqlite3_stmt;

// SQLite, as far as Tocsin needs it. database.cc alone includes its header.
namespace tocsin::sqlite {

// One run of one statement: bind, then next() for each row or run() for none. Errors stay: after
// one, next() is false and status() says why. Columns count from 0 and are valid until the next
// next(). Made by Database::query(), which it must not outlive.
class Query {
 public:
  Query(Query&& other) noexcept;
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;
  Query& operator=(Query&&) = delete;
  ~Query();

  // Binds copies to the parameters ?1, ?2, ... in order.
  template <class... Values>
  Query& bind(const Values&... values) & {
    (bind_next(values), ...);
    return *this;
  }
  template <class... Values>
  Query&& bind(const Values&... values) && {
    (bind_next(values), ...);
    return std::move(*this);
  }

  bool next();
  // Runs a statement that gives no rows.
  Status run();
  Status status() const;

  std::int64_t number(int column) const;
  bool flag(int column) const { return number(column) != 0; }
  bool is_null(int column) const;
  ByteView view(int column) const;
  std::string text(int column) const;
  Bytes bytes(int column) const;
  Time time(int column) const { return Time{Millis{number(column)}}; }
  std::optional<Time> time_if_any(int column) const {
    return is_null(column) ? std::nullopt : std::optional(time(column));
  }
  template <class SomeId>
  SomeId id(int column) const {
    return SomeId{static_cast<std::uint64_t>(number(column))};
  }
  // The column's bytes; zeros if they are not as many.
  template <class SomeOctets>
  SomeOctets octets(int column) const {
    return SomeOctets::from(view(column)).value_or(SomeOctets{});
  }

 private:
  friend class Database;
  Query(sqlite3* connection, sqlite3_stmt* statement, std::optional<Error> error)
      : connection_(connection), statement_(statement), error_(std::move(error)) {}

  void bind_next(std::int64_t value);
  void bind_next(std::string_view value);
  void bind_next(ByteView value);
  void bind_next(std::nullopt_t);
  void bind_next(const char* value) { bind_next(std::string_view(value)); }
  void bind_next(const std::string& value) { bind_next(std::string_view(value)); }
  void bind_next(const Bytes& value) { bind_next(ByteView(value)); }
  void bind_next(bool value) { bind_next(std::int64_t{value}); }
  void bind_next(std::uint32_t value) { bind_next(std::int64_t{value}); }
  void bind_next(std::uint64_t value) { bind_next(static_cast<std::int64_t>(value)); }
  void bind_next(Time value) { bind_next(std::int64_t{value.time_since_epoch().count()}); }
  void bind_next(Seconds value) { bind_next(std::int64_t{value.count()}); }
  template <class Value>
  void bind_next(const std::optional<Value>& value) {
    value ? bind_next(*value) : bind_next(std::nullopt);
  }
  template <class Kind>
  void bind_next(Id<Kind> value) {
    bind_next(value.value);
  }
  template <class Kind, std::size_t N>
  void bind_next(const Octets<Kind, N>& value) {
    bind_next(ByteView(value));
  }

  void note(int code);

  sqlite3* connection_;
  sqlite3_stmt* statement_;  // belongs to the Database's cache
  int bound_ = 0;
  std::optional<Error> error_;
};

// One connection. One thread at a time.
class Database {
 public:
  enum class Mode { kReadOnly, kReadWrite };

  // Errors: kUnavailable, kCorrupt (not a database), kInternal.
  static Result<Database> open(const std::string& path, Mode mode);
  Database(Database&& other) noexcept;
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  Database& operator=(Database&&) = delete;
  ~Database();

  // Runs statements that need no values and give no rows.
  Status execute(const std::string& sql);
  // A statement that is prepared once and kept. At most one run of the same text at a time.
  Query query(std::string_view sql);

  // True between BEGIN and its end. SQLite ends a transaction by itself when a disk is full or
  // fails.
  bool in_transaction() const;
  // Rows changed by the last INSERT, UPDATE or DELETE.
  std::size_t changes() const;

 private:
  explicit Database(sqlite3* connection) : connection_(connection) {}

  sqlite3* connection_;
  std::map<std::string, sqlite3_stmt*, std::less<>> statements_;
};

}  // namespace tocsin::sqlite
