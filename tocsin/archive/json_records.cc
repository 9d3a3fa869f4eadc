// SPDX-License-Identifier: Apache-2.0
#include "tocsin/archive/json_records.h"

#include <algorithm>
#include <charconv>
#include <string>
#include <utility>

namespace tocsin::archive {
namespace {

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t out = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (code != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return out;
}

}  // namespace

JsonRecords::JsonRecords(ByteView file, std::string_view name, Builder& builder,
                         const ReadOptions& options)
    : rest_(as_text(file)),
      name_(name),
      builder_(builder),
      options_(options),
      bytes_(file.size()),
      again_bytes_left_(file.size()) {
  if (rest_.starts_with("\xef\xbb\xbf")) rest_.remove_prefix(3);
  const auto end = std::min(rest_.find_last_not_of(" \t\r\n"), rest_.size());
  breaks_off_ =
      end < rest_.size() && rest_[rest_.find_first_not_of(" \t\r\n")] == '[' && rest_[end] != ']';
}

Error JsonRecords::error(Errc code, std::string_view what) const {
  std::string message(name_);
  message += ", line " + std::to_string(line_) + ": ";
  return Error{code, message += what};
}

// Commas and brackets between objects count as space: they are an array's.
void JsonRecords::skip_space() {
  const auto length = std::min(rest_.find_first_not_of(" \t\r\n,[]"), rest_.size());
  next_line_ += static_cast<std::size_t>(
      std::count(rest_.begin(), rest_.begin() + static_cast<std::ptrdiff_t>(length), '\n'));
  rest_.remove_prefix(length);
}

// From a brace to the one that closes it; what is left of the file if none does.
std::string_view JsonRecords::take_object() {
  std::size_t depth = 0;
  bool in_string = false;
  std::size_t i = 0;
  for (; i < rest_.size(); ++i) {
    const char c = rest_[i];
    if (c == '\n') ++next_line_;
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{') {
      ++depth;
    } else if (c == '}' && --depth == 0) {
      break;
    }
  }
  const auto object = rest_.substr(0, i + 1);
  rest_.remove_prefix(object.size());
  return object;
}

// An object that lacks its end has taken those behind it along. What is read again for them is
// bounded by the length of the file.
void JsonRecords::go_on_at_next_line(std::string_view object) {
  const auto line_end = object.find('\n');
  if (line_end == object.npos || object.size() > again_bytes_left_) return;
  again_bytes_left_ -= object.size();
  rest_ = {object.data() + line_end, object.size() - line_end + rest_.size()};
  next_line_ = line_;
}

Result<std::optional<Json>> JsonRecords::next() {
  for (;;) {
    auto record = read_one();
    if (record || record.error().code != Errc::kCorrupt || !options_.keep_what_is_readable) {
      return record;
    }
    builder_.warn("a record that is not JSON was left out", record.error().message);
  }
}

Result<std::optional<Json>> JsonRecords::read_one() {
  if (bytes_ > kFileBytesMax) return error(Errc::kExhausted, "the file is longer than 2 GiB");
  skip_space();
  line_ = next_line_;
  if (rest_.empty()) {
    if (!std::exchange(breaks_off_, false)) return std::optional<Json>();
    return error(Errc::kCorrupt, "the array breaks off");
  }
  if (rest_.front() != '{') {
    const auto end = std::min(rest_.find('\n'), rest_.size());
    rest_.remove_prefix(end);
    return error(Errc::kCorrupt, "an object is expected");
  }
  const auto object = take_object();
  if (object.size() > kRecordBytesMax) {
    go_on_at_next_line(object);
    return error(options_.keep_what_is_readable ? Errc::kCorrupt : Errc::kExhausted,
                 "an object is longer than 16 MiB, or lacks its end");
  }
  auto json = Json::parse(object, {.bytes_max = kRecordBytesMax});
  if (!json) {
    go_on_at_next_line(object);
    return error(Errc::kCorrupt, json.error().message);
  }
  return std::optional<Json>(*std::move(json));
}

std::int64_t mongo_number(const Json* value) {
  if (!value) return 0;
  if (const auto number = value->if_int()) return *number;
  for (const auto* name : {"$numberLong", "$numberInt"}) {
    if (const auto text = value->text(name)) return whole_number(*text).value_or(0);
  }
  return 0;
}

std::optional<Time> mongo_date(const Json* value) {
  if (!value) return std::nullopt;
  if (const auto* text = value->if_string()) return parse_rfc3339(*text);
  const auto* date = value->find("$date");
  if (!date) return std::nullopt;
  if (const auto* text = date->if_string()) return parse_rfc3339(*text);
  const auto millis = mongo_number(date);
  constexpr std::int64_t kYear9999 = 253'402'300'799'999;
  if (millis <= 0 || millis > kYear9999) return std::nullopt;
  return Time(Millis(millis));
}

}  // namespace tocsin::archive
