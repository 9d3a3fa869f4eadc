// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "tocsin/archive/builder.h"
#include "tocsin/archive/readers.h"
#include "tocsin/base/bytes.h"
#include "tocsin/base/result.h"
#include "tocsin/json/json.h"

namespace tocsin::archive {

// The objects of a file, one after another: in lines, in any white space, or in one array. No more
// than one is kept. Holds a view of the file.
class JsonRecords {
 public:
  static constexpr std::size_t kRecordBytesMax = 16 << 20;

  // `name` says in messages which file it is.
  JsonRecords(ByteView file, std::string_view name, Builder& builder, const ReadOptions& options);

  // Nothing at the end. With keep_what_is_readable, objects that cannot be read are passed over.
  // Errors: kExhausted: the file or an object is too long; kCorrupt: the message has the line.
  Result<std::optional<Json>> next();
  std::size_t line() const { return line_; }  // of the object read last; 1 is the first

 private:
  Result<std::optional<Json>> read_one();
  void skip_space();
  std::string_view take_object();
  void go_on_at_next_line(std::string_view object);
  Error error(Errc code, std::string_view what) const;

  std::string_view rest_;
  std::string_view name_;
  Builder& builder_;
  ReadOptions options_;
  std::size_t bytes_ = 0;
  std::size_t again_bytes_left_ = 0;
  bool breaks_off_ = false;  // an array without its end
  std::size_t line_ = 1;
  std::size_t next_line_ = 1;
};

// The values of mongoexport: {"$date": ...}, {"$numberLong": "5"}, and plain ones.
std::optional<Time> mongo_date(const Json* value);
std::int64_t mongo_number(const Json* value);  // 0 for anything else

}  // namespace tocsin::archive
