// SPDX-License-Identifier: Apache-2.0
#include "tocsin/http2/hpack.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <string>
#include <utility>

#include "tocsin/http2/static_table.h"

namespace tocsin::http2 {
namespace {

// True if a byte of `text` is below `limit`, which is at most 128. Eight at a time.
bool has_below(std::string_view text, std::uint8_t limit) {
  constexpr std::uint64_t kOnes = 0x0101010101010101U;
  std::uint64_t found = 0;
  std::size_t at = 0;
  for (; at + 8 <= text.size(); at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + at, 8);
    found |= (word - kOnes * limit) & ~word & kOnes * 0x80;
  }
  bool is_found = found != 0;
  for (; at < text.size(); ++at) is_found |= static_cast<std::uint8_t>(text[at]) < limit;
  return is_found;
}

bool is_name(std::string_view name) {
  if (name.empty()) return false;
  return std::none_of(name.begin(), name.end(), [](char c) {
    return c <= ' ' || c == 0x7f || c == ':' || (c >= 'A' && c <= 'Z');  // char is signed
  });
}

bool is_value(std::string_view value) {
  const auto is_space = [](char c) { return c == ' ' || c == '\t'; };
  if (!value.empty() && (is_space(value.front()) || is_space(value.back()))) return false;
  return !has_below(value, ' ') ||
         value.find_first_of(std::string_view("\0\r\n", 3)) == std::string_view::npos;
}

// By name, for names of the right octets.
FieldKind kind_of_name(std::string_view name) {
  struct Known {
    std::string_view name;
    FieldKind kind;
  };
  // Those of connections are errors (RFC 9113, section 8.2.2).
  static constexpr std::array<Known, 13> kKnown{{{":method", FieldKind::kMethod},
                                                 {":scheme", FieldKind::kScheme},
                                                 {":authority", FieldKind::kAuthority},
                                                 {":path", FieldKind::kPath},
                                                 {":status", FieldKind::kStatus},
                                                 {"content-length", FieldKind::kContentLength},
                                                 {"host", FieldKind::kHost},
                                                 {"retry-after", FieldKind::kRetryAfter},
                                                 {"connection", FieldKind::kMalformed},
                                                 {"proxy-connection", FieldKind::kMalformed},
                                                 {"keep-alive", FieldKind::kMalformed},
                                                 {"transfer-encoding", FieldKind::kMalformed},
                                                 {"upgrade", FieldKind::kMalformed}}};
  for (const Known& known : kKnown) {
    if (known.name == name) return known.kind;
  }
  return name.front() == ':' ? FieldKind::kMalformed : FieldKind::kOther;
}

std::string_view text_of(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

FieldKind kind_of(std::string_view name, std::string_view value) {
  const bool is_pseudo = name.starts_with(':');
  if (!is_name(name.substr(is_pseudo ? 1 : 0)) || !is_value(value)) return FieldKind::kMalformed;
  const FieldKind kind = kind_of_name(name);
  if (kind == FieldKind::kPath && has_below(value, ' ' + 1)) return FieldKind::kMalformed;
  if (name == "te" && value != "trailers") return FieldKind::kMalformed;
  return kind;
}

// What is left of a block.
struct HpackDecoder::Reader {
  const std::uint8_t* at;
  const std::uint8_t* end;

  std::size_t left() const { return static_cast<std::size_t>(end - at); }

  // The rest of an integer (section 5.1) whose first octet has come. At most 2^28 or so: nothing
  // in a block is larger.
  bool read_integer(std::uint8_t first, int prefix_bits, std::uint64_t& value) {
    const std::uint64_t prefix_max = (1U << prefix_bits) - 1;
    value = first & prefix_max;
    if (value < prefix_max) return true;
    for (int shift = 0; shift <= 21; shift += 7) {
      if (at == end) return false;
      const std::uint8_t octet = *at++;
      value += std::uint64_t{octet & 0x7fU} << shift;
      if ((octet & 0x80) == 0) return true;
    }
    return false;
  }
};

HpackDecoder::HpackDecoder(std::size_t table_bytes_max, std::size_t list_bytes_max)
    : table_bytes_max_(table_bytes_max),
      list_bytes_max_(list_bytes_max),
      table_limit_(table_bytes_max),
      entries_(std::bit_ceil(table_bytes_max / kEntryBytes + 1)) {}

Status HpackDecoder::decode(ByteView block) {
  fields_.clear();
  list_bytes_ = 0;
  scratch_used_ = 0;
  if (const std::size_t needed = block.size() * 8 / 5 + 1; scratch_.size() < needed) {
    scratch_.resize(needed);
  }
  if (arena_used_ + list_bytes_max_ > arena_.size()) compact();
  Reader in{block.data(), block.data() + block.size()};
  // Changes of the table's size stand before the first field (section 4.2).
  while (in.at != in.end && (*in.at & 0xe0) == 0x20) {
    std::uint64_t bytes = 0;
    const std::uint8_t first = *in.at++;
    if (!in.read_integer(first, 5, bytes) || bytes > table_bytes_max_) {
      return Error{Errc::kCorrupt, "HPACK: a wrong size of the dynamic table"};
    }
    table_limit_ = static_cast<std::size_t>(bytes);
    evict();
  }
  while (in.at != in.end) {
    if (!read_field(in)) return Error{Errc::kCorrupt, "HPACK: a wrong field"};
  }
  if (list_bytes_ > list_bytes_max_) {
    return Error{Errc::kExhausted, "HPACK: the list of fields is too long"};
  }
  return ok();
}

bool HpackDecoder::read_field(Reader& in) {
  const std::uint8_t first = *in.at++;
  std::uint64_t index = 0;
  if ((first & 0x80) != 0) {
    if (!in.read_integer(first, 7, index) || !find(index, fields_.emplace_back())) return false;
    count_last();
    return true;
  }
  if ((first & 0xc0) == 0x40) {
    return in.read_integer(first, 6, index) && read_literal(in, true, index);
  }
  if ((first & 0xe0) == 0x20) return false;  // a table size after a field
  return in.read_integer(first, 4, index) && read_literal(in, false, index);
}

bool HpackDecoder::read_literal(Reader& in, bool is_indexed, std::uint64_t name_index) {
  Field field;
  if (name_index == 0) {
    if (!read_string(in, field.name)) return false;
  } else if (!find(name_index, field)) {
    return false;
  }
  if (!read_string(in, field.value)) return false;
  field.entry = 0;
  field.kind = kind_of(field.name, field.value);
  if (is_indexed) insert(field);
  fields_.push_back(field);
  count_last();
  return true;
}

bool HpackDecoder::read_string(Reader& in, std::string_view& text) {
  if (in.at == in.end) return false;
  const std::uint8_t first = *in.at++;
  std::uint64_t size = 0;
  if (!in.read_integer(first, 7, size) || size > in.left()) return false;
  const ByteView octets(in.at, static_cast<std::size_t>(size));
  in.at += size;
  text = text_of(octets);
  if ((first & 0x80) == 0) return true;
  char* const begin = scratch_.data() + scratch_used_;
  const char* const end = huffman_decode(octets, begin);
  if (end == nullptr) return false;
  text = {begin, static_cast<std::size_t>(end - begin)};
  scratch_used_ += text.size();
  return true;
}

bool HpackDecoder::find(std::uint64_t index, Field& field) const {
  if (index == 0) return false;
  if (index <= kStaticEntries) {
    field = static_entry(static_cast<std::size_t>(index));
    return true;
  }
  if (index - kStaticEntries > inserted_ - evicted_) return false;
  read_entry(inserted_ - (index - kStaticEntries), field);
  return true;
}

void HpackDecoder::read_entry(std::uint64_t serial, Field& field) const {
  const Entry& entry = entries_[serial & (entries_.size() - 1)];
  const char* const text = arena_.data() + entry.at;
  field.name = {text, entry.name_bytes};
  field.value = {text + entry.name_bytes, entry.value_bytes};
  field.entry = kStaticEntries + 1 + serial;
  field.kind = entry.kind;
}

void HpackDecoder::count_last() {
  const Field& field = fields_.back();
  list_bytes_ += field.name.size() + field.value.size() + kEntryBytes;
  if (list_bytes_ > list_bytes_max_) fields_.clear();
}

// Section 4.4. The field is from then on a view of its entry.
void HpackDecoder::insert(Field& field) {
  Entry entry{.name_bytes = static_cast<std::uint32_t>(field.name.size()),
              .value_bytes = static_cast<std::uint32_t>(field.value.size()),
              .kind = field.kind};
  table_bytes_ += entry.bytes();
  evict();
  if (entry.bytes() > table_limit_) return;  // nothing is left, and it is no error
  std::string moved;
  const std::size_t text_bytes = field.name.size() + field.value.size();
  if (arena_used_ + text_bytes > arena_.size()) {
    // Only in a list that is too long, of which no field is given: what is there may move.
    moved.append(field.name).append(field.value);
    field.name = std::string_view(moved).substr(0, entry.name_bytes);
    field.value = std::string_view(moved).substr(entry.name_bytes);
    fields_.clear();
    compact();
  }
  entry.at = arena_used_;
  std::copy(field.name.begin(), field.name.end(), arena_.data() + arena_used_);
  std::copy(field.value.begin(), field.value.end(), arena_.data() + arena_used_ + entry.name_bytes);
  arena_used_ += text_bytes;
  entries_[inserted_ & (entries_.size() - 1)] = entry;
  read_entry(inserted_++, field);
}

void HpackDecoder::evict() {
  while (table_bytes_ > table_limit_ && evicted_ < inserted_) {
    table_bytes_ -= entries_[evicted_++ & (entries_.size() - 1)].bytes();
  }
  // What is left over belongs to a field that is larger than the table.
  if (evicted_ == inserted_ && table_bytes_ > table_limit_) table_bytes_ = 0;
}

// Moves the texts of the table to the start of the arena. No view of them is in use.
void HpackDecoder::compact() {
  if (table_bytes_max_ == 0) return;
  if (arena_.empty()) arena_.resize(2 * table_bytes_max_ + list_bytes_max_);
  arena_used_ = 0;
  for (std::uint64_t serial = evicted_; serial < inserted_; ++serial) {
    Entry& entry = entries_[serial & (entries_.size() - 1)];
    const std::size_t size = std::size_t{entry.name_bytes} + entry.value_bytes;
    std::memmove(arena_.data() + arena_used_, arena_.data() + entry.at, size);
    entry.at = arena_used_;
    arena_used_ += size;
  }
}

std::vector<Field> HpackDecoder::table() const {
  std::vector<Field> fields;
  for (std::uint64_t serial = inserted_; serial > evicted_; --serial) {
    read_entry(serial - 1, fields.emplace_back());
  }
  return fields;
}

void append_integer(Bytes& out, std::uint8_t pattern, int prefix_bits, std::uint64_t value) {
  const std::uint64_t prefix_max = (1U << prefix_bits) - 1;
  if (value < prefix_max) {
    out.push_back(static_cast<std::uint8_t>(pattern | value));
    return;
  }
  out.push_back(static_cast<std::uint8_t>(pattern | prefix_max));
  for (value -= prefix_max; value >= 0x80; value >>= 7) {
    out.push_back(static_cast<std::uint8_t>(0x80 | (value & 0x7f)));
  }
  out.push_back(static_cast<std::uint8_t>(value));
}

void append_string(Bytes& out, std::string_view text) {
  append_integer(out, 0, 7, text.size());
  // As octets: characters would be converted one by one.
  const ByteView octets = as_bytes(text);
  out.insert(out.end(), octets.begin(), octets.end());
}

void append_indexed(Bytes& out, std::size_t index) { append_integer(out, 0x80, 7, index); }

void append_table_size(Bytes& out, std::size_t bytes) { append_integer(out, 0x20, 5, bytes); }

void append_literal(Bytes& out, bool is_indexed, std::size_t name_index, std::string_view name,
                    std::string_view value) {
  if (is_indexed) {
    append_integer(out, 0x40, 6, name_index);
  } else {
    append_integer(out, 0, 4, name_index);
  }
  if (name_index == 0) append_string(out, name);
  append_string(out, value);
}

}  // namespace tocsin::http2
