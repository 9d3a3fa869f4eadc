// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <nghttp2/nghttp2.h>

#include "tocsin/base/check.h"
#include "tocsin/http2/hpack.h"

// The first byte sets the table's size; then come blocks, each after an octet of its length. Our
// decoder and nghttp2's accept the same blocks and read the same fields.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tocsin;
  using namespace tocsin::http2;
  if (size == 0) return 0;
  const std::size_t table_bytes = std::size_t{data[0]} * 16;
  HpackDecoder decoder(table_bytes, std::size_t{1} << 20);
  HpackDecoder small(table_bytes, 200);
  nghttp2_hd_inflater* inflater = nullptr;
  TOCSIN_CHECK(nghttp2_hd_inflate_new(&inflater) == 0);
  ByteView rest{data + 1, size - 1};
  // Their limit starts at 4,096; a smaller one makes them wait for the peer to say so.
  bool is_alive =
      table_bytes >= 4096 || nghttp2_hd_inflate_change_table_size(inflater, table_bytes) == 0;
  bool is_first = table_bytes < 4096;
  while (is_alive && !rest.empty()) {
    const std::size_t length = std::min<std::size_t>(rest[0], rest.size() - 1);
    Bytes block(rest.begin() + 1, rest.begin() + 1 + static_cast<std::ptrdiff_t>(length));
    rest = rest.subspan(1 + length);
    if (is_first) {
      Bytes told;
      append_table_size(told, table_bytes);
      block.insert(block.begin(), told.begin(), told.end());
      is_first = false;
    }
    const Status read = decoder.decode(block);
    const Status read_small = small.decode(block);
    TOCSIN_CHECK(read.has_value() || read.error().code == Errc::kCorrupt);
    TOCSIN_CHECK(read.has_value() || !read_small);
    std::size_t found = 0;
    ByteView left(block);
    for (;;) {
      nghttp2_nv nv{};
      int flags = 0;
      const ssize_t used =
          nghttp2_hd_inflate_hd2(inflater, &nv, &flags, left.data(), left.size(), 1);
      is_alive = used >= 0;
      if (!is_alive) break;
      left = left.subspan(static_cast<std::size_t>(used));
      if ((flags & NGHTTP2_HD_INFLATE_EMIT) != 0 && read) {
        TOCSIN_CHECK(found < decoder.fields().size());
        const Field& field = decoder.fields()[found++];
        TOCSIN_CHECK(field.name == as_text({nv.name, nv.namelen}));
        TOCSIN_CHECK(field.value == as_text({nv.value, nv.valuelen}));
      }
      if ((flags & NGHTTP2_HD_INFLATE_FINAL) != 0) {
        nghttp2_hd_inflate_end_headers(inflater);
        break;
      }
    }
    TOCSIN_CHECK(is_alive == read.has_value());
    if (!is_alive) break;
    TOCSIN_CHECK(found == decoder.fields().size());
    TOCSIN_CHECK(decoder.table_bytes() == nghttp2_hd_inflate_get_dynamic_table_size(inflater));
    TOCSIN_CHECK(small.table_bytes() == decoder.table_bytes());
  }
  nghttp2_hd_inflate_del(inflater);
  return 0;
}
