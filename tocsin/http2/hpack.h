// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "tocsin/base/bytes.h"
#include "tocsin/base/result.h"

namespace tocsin::http2 {

// Counted for an entry of a table besides its text (RFC 7541, section 4.1).
inline constexpr std::size_t kEntryBytes = 32;

// What is known of a field by its name, so that nobody compares names again. kMalformed: the name
// or the value has octets that RFC 9113, section 8.2.1, forbids, or it belongs to a connection
// (section 8.2.2), or the name is of an unknown pseudo-header.
enum class FieldKind : std::uint8_t {
  kOther,
  kMethod,
  kScheme,
  kAuthority,
  kPath,
  kStatus,
  kContentLength,
  kHost,
  kRetryAfter,
  kMalformed,
};

struct Field {
  std::string_view name;
  std::string_view value;
  // Above 0 the field stands in one of the tables, and the same number means the same name and
  // value for as long as the decoder lives: what was found out about them once is still true.
  std::uint64_t entry = 0;
  FieldKind kind = FieldKind::kOther;
};

// Reads header blocks of one connection (RFC 7541). One thread; no memory is asked for once it has
// seen its largest block.
class HpackDecoder {
 public:
  // `table_bytes_max` is what SETTINGS_HEADER_TABLE_SIZE announces. `list_bytes_max` bounds a
  // block's fields, each counted with 32 bytes more, as SETTINGS_MAX_HEADER_LIST_SIZE does.
  HpackDecoder(std::size_t table_bytes_max, std::size_t list_bytes_max);

  // Reads one complete block. fields() are those of the block until the next call; their views
  // point into it, into the table, or into memory of the decoder's.
  //
  // Errors:
  //   kCorrupt    a connection error of type COMPRESSION_ERROR (RFC 9113, section 4.3): the
  //               decoder is of no more use.
  //   kExhausted  the list is longer than list_bytes_max; the table is as the peer thinks it is,
  //               and the next block can be read.
  Status decode(ByteView block);
  std::span<const Field> fields() const { return fields_; }

  // The dynamic table, newest entry first, and its size as RFC 7541, section 4.1, counts.
  std::vector<Field> table() const;
  std::size_t table_bytes() const { return table_bytes_; }

 private:
  struct Entry {
    std::size_t at = 0;  // in arena_: the name, then the value
    std::uint32_t name_bytes = 0;
    std::uint32_t value_bytes = 0;
    FieldKind kind = FieldKind::kOther;
    std::size_t bytes() const { return std::size_t{name_bytes} + value_bytes + kEntryBytes; }
  };
  struct Reader;

  // Each returns false for an error of compression.
  bool read_field(Reader& in);
  bool read_literal(Reader& in, bool is_indexed, std::uint64_t name_index);
  bool read_string(Reader& in, std::string_view& text);
  bool find(std::uint64_t index, Field& field) const;

  void read_entry(std::uint64_t serial, Field& field) const;
  void count_last();
  void insert(Field& field);
  void resize(std::size_t bytes);
  void evict();
  void compact();

  const std::size_t table_bytes_max_;
  const std::size_t list_bytes_max_;
  std::size_t table_limit_;  // as the peer has set it
  std::size_t table_bytes_ = 0;
  std::size_t list_bytes_ = 0;
  std::uint64_t inserted_ = 0;  // entries ever
  std::uint64_t evicted_ = 0;   // of them
  std::vector<Entry> entries_;  // a ring: entry n is at n modulo its size, a power of two
  std::vector<char> arena_;     // texts of entries; nothing moves while a block is read
  std::size_t arena_used_ = 0;
  std::vector<char> scratch_;  // Huffman-coded texts of the block
  std::size_t scratch_used_ = 0;
  std::vector<Field> fields_;
};

// Writers of the representations that an encoder needs (RFC 7541, sections 5 and 6), without
// Huffman coding. Each appends to `out`.
void append_integer(Bytes& out, std::uint8_t pattern, int prefix_bits, std::uint64_t value);
void append_string(Bytes& out, std::string_view text);
void append_indexed(Bytes& out, std::size_t index);
void append_table_size(Bytes& out, std::size_t bytes);
// A literal field, which enters the table if `is_indexed`; `name_index` 0: the name is spelt out.
void append_literal(Bytes& out, bool is_indexed, std::size_t name_index, std::string_view name,
                    std::string_view value);

// Appends what `coded` means by the code of RFC 7541, appendix B, to `out`, which needs room for
// coded.size() * 8 / 5 characters; gives the end, or null if the padding or a symbol is wrong.
char* huffman_decode(ByteView coded, char* out);

// What RFC 9113, section 8.2, says of a name and value.
FieldKind kind_of(std::string_view name, std::string_view value);

}  // namespace tocsin::http2
