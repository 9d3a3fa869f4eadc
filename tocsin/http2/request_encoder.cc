// SPDX-License-Identifier: Apache-2.0
#include "tocsin/http2/request_encoder.h"

#include <algorithm>

#include "tocsin/http2/hpack.h"
#include "tocsin/http2/static_table.h"

namespace tocsin::http2 {
namespace {

// In the static table.
constexpr std::size_t kMethodPost = 3;
constexpr std::size_t kSchemeHttp = 6;
constexpr std::size_t kSchemeHttps = 7;
constexpr std::size_t kPathName = 4;

}  // namespace

RequestEncoder::RequestEncoder(std::string_view origin) {
  const auto colon = origin.find("://");
  scheme_index_ = origin.substr(0, colon) == "https" ? kSchemeHttps : kSchemeHttp;
  authority_ = origin.substr(colon + 3);
}

void RequestEncoder::set_table_bytes_max(std::size_t bytes) {
  bytes = std::min<std::size_t>(bytes, kDefaultTableBytes);
  if (bytes == table_bytes_max_) return;
  table_bytes_max_ = bytes;
  smallest_untold_ = std::min(bytes, smallest_untold_.value_or(bytes));
  evict(bytes);
  is_cached_ = false;
}

void RequestEncoder::append(Bytes& out, const std::shared_ptr<const http::RequestHead>& head,
                            std::string_view path) {
  if (!is_cached_ || head != head_) encode(head);
  out.insert(out.end(), before_path_.begin(), before_path_.end());
  append_string(out, path);
  out.insert(out.end(), after_path_.begin(), after_path_.end());
}

void RequestEncoder::encode(const std::shared_ptr<const http::RequestHead>& head) {
  head_ = head;
  is_cached_ = true;  // until something shows that the next block will be another one
  before_path_.clear();
  after_path_.clear();
  if (smallest_untold_) {
    // All that the peer needs to know of the changes is the smallest size and the last one
    // (RFC 7541, section 4.2).
    if (*smallest_untold_ < table_bytes_max_) append_table_size(before_path_, *smallest_untold_);
    append_table_size(before_path_, table_bytes_max_);
    smallest_untold_.reset();
    is_cached_ = false;
  }
  append_indexed(before_path_, kMethodPost);
  append_indexed(before_path_, scheme_index_);
  std::size_t budget_bytes = table_bytes_max_;
  append_field(before_path_, ":authority", authority_, budget_bytes);
  append_integer(before_path_, 0, 4, kPathName);
  for (const auto& [name, value] : head->fields) {
    append_field(after_path_, name, value, budget_bytes);
  }
}

// Only so many fields of a head are indexed as fit the table together: the block after the next
// finds them all there.
void RequestEncoder::append_field(Bytes& out, std::string_view name, std::string_view value,
                                  std::size_t& budget_bytes) {
  const std::size_t bytes = name.size() + value.size() + kEntryBytes;
  if (bytes > budget_bytes) {
    append_literal(out, false, find_static_name(name), name, value);
    return;
  }
  budget_bytes -= bytes;
  const auto found = std::find_if(table_.begin(), table_.end(), [&](const Entry& entry) {
    return entry.value == value && entry.name == name;
  });
  if (found != table_.end()) {
    append_indexed(out, kStaticEntries + 1 + static_cast<std::size_t>(found - table_.begin()));
    return;
  }
  append_literal(out, true, find_static_name(name), name, value);
  evict(table_bytes_max_ - bytes);
  table_.push_front({std::string(name), std::string(value)});
  table_bytes_ += bytes;
  is_cached_ = false;
}

void RequestEncoder::evict(std::size_t bytes_max) {
  while (table_bytes_ > bytes_max) {
    table_bytes_ -= table_.back().name.size() + table_.back().value.size() + kEntryBytes;
    table_.pop_back();
  }
}

}  // namespace tocsin::http2
