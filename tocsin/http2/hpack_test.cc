// SPDX-License-Identifier: Apache-2.0
#include "tocsin/http2/hpack.h"

#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nghttp2/nghttp2.h>

#include "tocsin/base/random.h"
#include "tocsin/http2/request_encoder.h"
#include "tocsin/http2/static_table.h"

namespace tocsin::http2 {
namespace {

using testing::ElementsAre;
using testing::Pair;
using Pairs = std::vector<std::pair<std::string, std::string>>;

Pairs pairs(std::span<const Field> fields) {
  Pairs out;
  for (const Field& field : fields) out.emplace_back(field.name, field.value);
  return out;
}

// The fields of a block; nothing if it is refused.
Pairs decode(HpackDecoder& decoder, std::string_view block) {
  const Bytes bytes = *unhex(block);  // gone when the fields are read, but for its copies
  const Status status = decoder.decode(bytes);
  EXPECT_TRUE(status) << status.error().message;
  return status ? pairs(decoder.fields()) : Pairs{};
}

Errc refusal(HpackDecoder& decoder, std::string_view block) {
  const Status status = decoder.decode(*unhex(block));
  return status ? Errc::kInternal : status.error().code;
}

TEST(Hpack, ReadsTheSingleFieldsOfRfc7541AppendixC2) {
  HpackDecoder decoder(4096, 16384);
  EXPECT_THAT(decode(decoder, "400a637573746f6d2d6b65790d637573746f6d2d686561646572"),
              ElementsAre(Pair("custom-key", "custom-header")));
  EXPECT_EQ(decoder.table_bytes(), 55U);
  EXPECT_THAT(decode(decoder, "040c2f73616d706c652f70617468"),
              ElementsAre(Pair(":path", "/sample/path")));
  EXPECT_THAT(decode(decoder, "100870617373776f726406736563726574"),
              ElementsAre(Pair("password", "secret")));
  EXPECT_THAT(decode(decoder, "82"), ElementsAre(Pair(":method", "GET")));
  EXPECT_EQ(decoder.table_bytes(), 55U);
}

void read_requests(const std::vector<std::string>& blocks) {
  HpackDecoder decoder(4096, 16384);
  EXPECT_THAT(decode(decoder, blocks[0]),
              ElementsAre(Pair(":method", "GET"), Pair(":scheme", "http"), Pair(":path", "/"),
                          Pair(":authority", "www.example.com")));
  EXPECT_EQ(decoder.table_bytes(), 57U);
  EXPECT_THAT(
      decode(decoder, blocks[1]),
      ElementsAre(Pair(":method", "GET"), Pair(":scheme", "http"), Pair(":path", "/"),
                  Pair(":authority", "www.example.com"), Pair("cache-control", "no-cache")));
  EXPECT_EQ(decoder.table_bytes(), 110U);
  EXPECT_THAT(
      decode(decoder, blocks[2]),
      ElementsAre(Pair(":method", "GET"), Pair(":scheme", "https"), Pair(":path", "/index.html"),
                  Pair(":authority", "www.example.com"), Pair("custom-key", "custom-value")));
  EXPECT_THAT(pairs(decoder.table()),
              ElementsAre(Pair("custom-key", "custom-value"), Pair("cache-control", "no-cache"),
                          Pair(":authority", "www.example.com")));
  EXPECT_EQ(decoder.table_bytes(), 164U);
}

TEST(Hpack, ReadsTheRequestsOfRfc7541AppendixC3) {
  read_requests({"828684410f7777772e6578616d706c652e636f6d", "828684be58086e6f2d6361636865",
                 "828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565"});
}

TEST(Hpack, ReadsTheHuffmanCodedRequestsOfRfc7541AppendixC4) {
  read_requests({"828684418cf1e3c2e5f23a6ba0ab90f4ff", "828684be5886a8eb10649cbf",
                 "828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf"});
}

void read_answers(const std::vector<std::string>& blocks) {
  const std::string date = "Mon, 21 Oct 2013 20:13:21 GMT";
  const std::string later = "Mon, 21 Oct 2013 20:13:22 GMT";
  const std::string location = "https://www.example.com";
  const std::string cookie = "foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1";
  HpackDecoder decoder(256, 16384);
  EXPECT_THAT(decode(decoder, blocks[0]),
              ElementsAre(Pair(":status", "302"), Pair("cache-control", "private"),
                          Pair("date", date), Pair("location", location)));
  EXPECT_EQ(decoder.table_bytes(), 222U);
  EXPECT_THAT(decode(decoder, blocks[1]),
              ElementsAre(Pair(":status", "307"), Pair("cache-control", "private"),
                          Pair("date", date), Pair("location", location)));
  EXPECT_THAT(pairs(decoder.table()),
              ElementsAre(Pair(":status", "307"), Pair("location", location), Pair("date", date),
                          Pair("cache-control", "private")));
  EXPECT_THAT(decode(decoder, blocks[2]),
              ElementsAre(Pair(":status", "200"), Pair("cache-control", "private"),
                          Pair("date", later), Pair("location", location),
                          Pair("content-encoding", "gzip"), Pair("set-cookie", cookie)));
  EXPECT_THAT(pairs(decoder.table()),
              ElementsAre(Pair("set-cookie", cookie), Pair("content-encoding", "gzip"),
                          Pair("date", later)));
  EXPECT_EQ(decoder.table_bytes(), 215U);
}

TEST(Hpack, ReadsTheAnswersOfRfc7541AppendixC5AndEvicts) {
  read_answers(
      {"4803333032580770726976617465611d4d6f6e2c203231204f637420323031332032303a31333a3231"
       "20474d546e1768747470733a2f2f7777772e6578616d706c652e636f6d",
       "4803333037c1c0bf",
       "88c1611d4d6f6e2c203231204f637420323031332032303a31333a323220474d54c05a04677a697077"
       "38666f6f3d4153444a4b48514b425a584f5157454f50495541585157454f49553b206d61782d616765"
       "3d333630303b2076657273696f6e3d31"});
}

TEST(Hpack, ReadsTheHuffmanCodedAnswersOfRfc7541AppendixC6) {
  read_answers(
      {"488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff6e919d29ad17"
       "1863c78f0b97c8e9ae82ae43d3",
       "4883640effc1c0bf",
       "88c16196d07abe941054d444a8200595040b8166e084a62d1bffc05a839bd9ab77ad94e7821dd7f2e6"
       "c7b335dfdfcd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007"});
}

TEST(Hpack, WritesIntegersAsRfc7541AppendixC1Does) {
  const auto written = [](int prefix_bits, std::uint64_t value) {
    Bytes out;
    append_integer(out, 0, prefix_bits, value);
    return hex(out);
  };
  EXPECT_EQ(written(5, 10), "0a");
  EXPECT_EQ(written(5, 1337), "1f9a0a");
  EXPECT_EQ(written(8, 42), "2a");
}

TEST(Hpack, RefusesWhatCannotBeDecoded) {
  struct Case {
    const char* what;
    const char* block;
  };
  for (const Case& one :
       std::vector<Case>{{"index 0", "80"},
                         {"an index of nothing", "be"},
                         {"a name of nothing", "7e0161"},
                         {"half an integer", "ff"},
                         {"an integer beyond all sizes", "ffffffffffff0f"},
                         {"a string longer than the block", "000161"},
                         {"no value", "0001610561"},
                         {"a size of the table after a field", "8220"},
                         {"a size of the table beyond what was announced", "3fe21f"},
                         {"Huffman padding of zeros", "00816100"},
                         {"Huffman padding of a whole octet", "0082f8ff00"},
                         {"EOS in a Huffman string", "0084ffffffff00"}}) {
    HpackDecoder decoder(4096, 16384);
    EXPECT_EQ(refusal(decoder, one.block), Errc::kCorrupt) << one.what;
  }
}

TEST(Hpack, KeepsItsTableWhenAListIsTooLong) {
  HpackDecoder decoder(4096, 100);
  // Three fields of 34 bytes each, then the first again.
  EXPECT_EQ(refusal(decoder, "400161016140016201624001630163"), Errc::kExhausted);
  EXPECT_THAT(decode(decoder, "c0bf"), ElementsAre(Pair("a", "a"), Pair("b", "b")));
  // One octet each for fields without end.
  EXPECT_EQ(refusal(decoder, "bebebebebebebebe"), Errc::kExhausted);
  EXPECT_THAT(decode(decoder, "be"), ElementsAre(Pair("c", "c")));
}

TEST(Hpack, NamesAnEntryTheSameForAsLongAsItIsThere) {
  HpackDecoder decoder(4096, 16384);
  ASSERT_TRUE(decoder.decode(*unhex("4001610162")));
  const std::uint64_t entry = decoder.fields()[0].entry;
  EXPECT_GT(entry, kStaticEntries);
  ASSERT_TRUE(decoder.decode(*unhex("4001610163bf820001610162")));
  EXPECT_NE(decoder.fields()[0].entry, entry);
  EXPECT_EQ(decoder.fields()[1].entry, entry);
  EXPECT_EQ(decoder.fields()[2].entry, 2U);
  EXPECT_EQ(decoder.fields()[3].entry, 0U);
}

TEST(Hpack, LetsAnEntryNameTheOneThatEvictsIt) {
  HpackDecoder decoder(64, 16384);
  EXPECT_THAT(decode(decoder, "400a637573746f6d2d6b65790461626364"), testing::SizeIs(1));
  EXPECT_THAT(decode(decoder, "7e0465666768be"),
              ElementsAre(Pair("custom-key", "efgh"), Pair("custom-key", "efgh")));
}

TEST(Hpack, KnowsFieldsThatRfc9113Forbids) {
  EXPECT_EQ(kind_of("ttl", "60"), FieldKind::kOther);
  EXPECT_EQ(kind_of(":path", "/a"), FieldKind::kPath);
  EXPECT_EQ(kind_of("x", "a\tb \x80"), FieldKind::kOther);
  for (const auto& [name, value] : Pairs{{"TTL", "60"},
                                         {"", "60"},
                                         {":", "a"},
                                         {"a b", "1"},
                                         {"a:b", "1"},
                                         {":colour", "red"},
                                         {"connection", "close"},
                                         {"te", "gzip"},
                                         {"x", " a"},
                                         {"x", "a\t"},
                                         {"x", "a\nb"},
                                         {"x", std::string("a\0b", 3)},
                                         {":path", "/a b"}}) {
    EXPECT_EQ(kind_of(name, value), FieldKind::kMalformed) << name << ": " << value;
  }
}

class RandomBlocks : public testing::TestWithParam<std::uint64_t> {
 protected:
  Pairs fields() {
    const std::vector<std::string> names{":path", "ttl", "authorization", "x-a", "cookie"};
    Pairs out(random.below(8));
    for (auto& [name, value] : out) {
      name = names[random.below(names.size())];
      value.resize(random.below(5) == 0 ? random.below(600) : random.below(3));
      for (char& c : value) c = static_cast<char>(random.below(256));
    }
    return out;
  }
  std::shared_ptr<http::RequestHead> head() {
    auto out = std::make_shared<http::RequestHead>();
    for (std::size_t n = random.below(8); n > 0; --n) {
      const std::size_t size = random.below(3) == 0 ? random.below(900) : 2;
      out->fields.emplace_back("x-" + std::to_string(random.below(4)), std::string(size, 'v'));
    }
    out->fields.emplace_back("authorization", std::string(300, 'a'));
    return out;
  }

  SeededRandom random{GetParam()};
};
INSTANTIATE_TEST_SUITE_P(Seeds, RandomBlocks, testing::Range<std::uint64_t>(1, 31));

Bytes deflate(nghttp2_hd_deflater* deflater, Pairs& fields) {
  std::vector<nghttp2_nv> nvs;
  for (auto& [name, value] : fields) {
    nvs.push_back({reinterpret_cast<std::uint8_t*>(name.data()),
                   reinterpret_cast<std::uint8_t*>(value.data()), name.size(), value.size(),
                   NGHTTP2_NV_FLAG_NONE});
  }
  Bytes block(nghttp2_hd_deflate_bound(deflater, nvs.data(), nvs.size()));
  const ssize_t size =
      nghttp2_hd_deflate_hd(deflater, block.data(), block.size(), nvs.data(), nvs.size());
  EXPECT_GE(size, 0);
  block.resize(static_cast<std::size_t>(size));
  return block;
}

// nghttp2's encoder as the oracle of our decoder, with its own choices of what to index.
TEST_P(RandomBlocks, FieldsAreReadAsNghttp2WritesThem) {
  const std::size_t table = std::vector<std::size_t>{0, 64, 300, 4096}[random.below(4)];
  HpackDecoder decoder(table, 1 << 20);
  nghttp2_hd_deflater* deflater = nullptr;
  ASSERT_EQ(nghttp2_hd_deflate_new(&deflater, table), 0);
  for (int i = 0; i < 100; ++i) {
    Pairs written = fields();
    const Bytes block = deflate(deflater, written);
    ASSERT_TRUE(decoder.decode(block));
    ASSERT_EQ(pairs(decoder.fields()), written);
  }
  nghttp2_hd_deflate_del(deflater);
}

// The fields of `block` as nghttp2 reads them.
Pairs inflate(nghttp2_hd_inflater* inflater, ByteView block) {
  Pairs fields;
  for (;;) {
    nghttp2_nv nv{};
    int flags = 0;
    const ssize_t used =
        nghttp2_hd_inflate_hd2(inflater, &nv, &flags, block.data(), block.size(), 1);
    if (used < 0) {
      ADD_FAILURE() << nghttp2_strerror(static_cast<int>(used)) << " in " << hex(block);
      return {};
    }
    block = block.subspan(static_cast<std::size_t>(used));
    if ((flags & NGHTTP2_HD_INFLATE_EMIT) != 0) {
      fields.emplace_back(as_text({nv.name, nv.namelen}), as_text({nv.value, nv.valuelen}));
    }
    if ((flags & NGHTTP2_HD_INFLATE_FINAL) != 0) {
      nghttp2_hd_inflate_end_headers(inflater);
      return fields;
    }
  }
}

TEST_P(RandomBlocks, RequestsAreReadByNghttp2AsTheyWereAsked) {
  RequestEncoder encoder("https://push.example:8443");
  nghttp2_hd_inflater* inflater = nullptr;
  ASSERT_EQ(nghttp2_hd_inflate_new(&inflater), 0);
  const std::vector<std::shared_ptr<http::RequestHead>> heads{head(), head(), head(), head()};
  const std::vector<std::size_t> tables{0, 100, 700, 4096, 65536};
  for (int i = 0; i < 100; ++i) {
    for (std::size_t n = random.below(20) == 0 ? 1 + random.below(3) : 0; n > 0; --n) {
      const std::size_t table = tables[random.below(tables.size())];
      encoder.set_table_bytes_max(table);
      ASSERT_EQ(nghttp2_hd_inflate_change_table_size(inflater, table), 0);
    }
    const auto& head = heads[random.below(3) == 0 ? random.below(heads.size()) : 0];
    const std::string path = "/push/" + std::string(random.below(300), 'p');
    Bytes block;
    encoder.append(block, head, path);
    Pairs asked{{":method", "POST"},
                {":scheme", "https"},
                {":authority", "push.example:8443"},
                {":path", path}};
    asked.insert(asked.end(), head->fields.begin(), head->fields.end());
    ASSERT_EQ(inflate(inflater, block), asked);
  }
  nghttp2_hd_inflate_del(inflater);
}

TEST(RequestEncoder, RepeatsAHeadInAFewOctetsAndThePath) {
  RequestEncoder encoder("https://push.example");
  const auto head = std::make_shared<const http::RequestHead>(http::RequestHead{
      {{"ttl", "60"}, {"urgency", "high"}, {"authorization", std::string(300, 'a')}}});
  Bytes first;
  encoder.append(first, head, "/one");
  for (const std::string path : {"/two", "/three"}) {
    Bytes next;
    encoder.append(next, head, path);
    EXPECT_EQ(next.size(), 2 + 1 + 2 + path.size() + 3);
  }
}

TEST(RequestEncoder, SpellsOutWhatDoesNotFitThePeersTable) {
  RequestEncoder encoder("https://push.example");
  encoder.set_table_bytes_max(0);
  const auto head = std::make_shared<const http::RequestHead>(http::RequestHead{{{"ttl", "60"}}});
  Bytes block;
  encoder.append(block, head, "/");
  EXPECT_EQ(hex(ByteView(block).first(4)), "20838701");
  Bytes again;
  encoder.append(again, head, "/");
  EXPECT_EQ(hex(again), hex(block).substr(2));
}

}  // namespace
}  // namespace tocsin::http2
