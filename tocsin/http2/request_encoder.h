// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "tocsin/base/bytes.h"
#include "tocsin/http/exchange.h"
#include "tocsin/http2/frame.h"

namespace tocsin::http2 {

// Header blocks of POSTs to one origin, compressed against the table that the peer keeps
// (RFC 7541). A block whose head is the one of the block before is a copy of it but for the path.
class RequestEncoder {
 public:
  explicit RequestEncoder(std::string_view origin);

  // The peer's SETTINGS_HEADER_TABLE_SIZE; the next block tells that it is followed. Never more
  // than kDefaultTableBytes are used.
  void set_table_bytes_max(std::size_t bytes);

  // Appends the header block of a request.
  void append(Bytes& out, const std::shared_ptr<const http::RequestHead>& head,
              std::string_view path);

  // Of the mirror of the peer's table, as RFC 7541, section 4.1, counts.
  std::size_t table_bytes() const { return table_bytes_; }

 private:
  struct Entry {
    std::string name;
    std::string value;
  };

  void encode(const std::shared_ptr<const http::RequestHead>& head);
  void append_field(Bytes& out, std::string_view name, std::string_view value,
                    std::size_t& budget_bytes);
  void evict(std::size_t bytes_max);

  std::string authority_;
  std::uint8_t scheme_index_;
  std::deque<Entry> table_;  // newest first
  std::size_t table_bytes_ = 0;
  std::size_t table_bytes_max_ = kDefaultTableBytes;
  std::optional<std::size_t> smallest_untold_;  // since the limit changed; no block has told yet

  // The block for head_ up to the path, and after it. is_cached_: the next one is the same.
  std::shared_ptr<const http::RequestHead> head_;
  bool is_cached_ = false;
  Bytes before_path_;
  Bytes after_path_;
};

}  // namespace tocsin::http2
