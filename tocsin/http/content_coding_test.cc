// SPDX-License-Identifier: Apache-2.0
#include "tocsin/http/content_coding.h"

#include <brotli/encode.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

namespace tocsin::http {
namespace {

constexpr std::size_t kMax = 10'000'000;
const std::string kText = "<rss><channel><title>The Bell</title></channel></rss>";

// zlib's window bits choose the frame: 31 gzip, 15 zlib, -15 none.
std::string deflated(const std::string& text, int window_bits) {
  z_stream stream{};
  TOCSIN_CHECK(deflateInit2(&stream, 9, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  TOCSIN_CHECK(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}
std::string gzipped(const std::string& text) { return deflated(text, 31); }

std::string brotlied(const std::string& text) {
  std::size_t bytes = BrotliEncoderMaxCompressedSize(text.size());
  std::string out(bytes, '\0');
  TOCSIN_CHECK(BrotliEncoderCompress(9, 22, BROTLI_MODE_TEXT, text.size(),
                                     reinterpret_cast<const std::uint8_t*>(text.data()), &bytes,
                                     reinterpret_cast<std::uint8_t*>(out.data())) == BROTLI_TRUE);
  out.resize(bytes);
  return out;
}

Errc error_of(std::string_view codings, const std::string& body, std::size_t max = kMax) {
  const auto decoded = decode_content(codings, body, max);
  return decoded ? Errc::kInternal : decoded.error().code;
}

TEST(ContentCoding, IsUndone) {
  EXPECT_EQ(*decode_content("", kText, kMax), kText);
  EXPECT_EQ(*decode_content("identity", kText, kMax), kText);
  EXPECT_EQ(*decode_content("gzip", gzipped(kText), kMax), kText);
  EXPECT_EQ(*decode_content(" X-GZip ,", gzipped(kText), kMax), kText);
  EXPECT_EQ(*decode_content("deflate", deflated(kText, 15), kMax), kText);
  EXPECT_EQ(*decode_content("deflate", deflated(kText, -15), kMax), kText);
  EXPECT_EQ(*decode_content("br", brotlied(kText), kMax), kText);
  EXPECT_EQ(*decode_content("gzip", gzipped(""), kMax), "");
}

TEST(ContentCoding, IsUndoneInTheOppositeOrder) {
  EXPECT_EQ(*decode_content("br, gzip", gzipped(brotlied(kText)), kMax), kText);
  EXPECT_EQ(*decode_content("identity, br, identity, gzip", gzipped(brotlied(kText)), kMax), kText);
  EXPECT_EQ(error_of("gzip, br", gzipped(brotlied(kText))), Errc::kCorrupt);
  EXPECT_EQ(error_of("gzip, gzip, gzip", gzipped(gzipped(gzipped(kText)))), Errc::kInvalidArgument);
}

TEST(ContentCoding, OfGzipMayHaveSeveralMembers) {
  EXPECT_EQ(*decode_content("gzip", gzipped("a") + gzipped("") + gzipped("b"), kMax), "ab");
}

TEST(ContentCoding, ThatIsNotKnownIsAnError) {
  for (const auto* coding : {"zstd", "compress", "gzip;q=1", "g zip", "gzip, zstd"}) {
    EXPECT_EQ(error_of(coding, gzipped(kText)), Errc::kInvalidArgument) << coding;
  }
}

TEST(ContentCoding, ThatIsBrokenIsAnError) {
  for (const auto& [coding, whole] : {std::pair("gzip", gzipped(kText)),
                                      {"deflate", deflated(kText, 15)},
                                      {"br", brotlied(kText)}}) {
    for (std::size_t bytes = 0; bytes < whole.size(); ++bytes) {
      EXPECT_EQ(error_of(coding, whole.substr(0, bytes)), Errc::kCorrupt) << coding << bytes;
    }
    EXPECT_EQ(error_of(coding, whole + "x"), Errc::kCorrupt) << coding;
    EXPECT_EQ(error_of(coding, kText), Errc::kCorrupt) << coding;
  }
}

TEST(ContentCoding, EndsAtTheLimit) {
  const std::string text(1'000, 'x');
  for (const auto& [coding, body] : {std::pair("gzip", gzipped(text)),
                                     {"deflate", deflated(text, -15)},
                                     {"br", brotlied(text)},
                                     {"", text}}) {
    EXPECT_EQ(*decode_content(coding, body, 1'000), text) << coding;
    EXPECT_EQ(error_of(coding, body, 999), Errc::kExhausted) << coding;
  }
}

// A gigabyte of zeros in some kilobytes: gzip in gzip, and one brotli stream.
TEST(ContentCoding, OfABombIsNotUnfolded) {
  const std::string zeros(64 << 20, '\0');
  const std::string once = gzipped(zeros);
  std::string many;
  for (int i = 0; i < 16; ++i) many += once;
  const auto twice = gzipped(many);
  ASSERT_LT(twice.size(), 10'000u);
  EXPECT_EQ(error_of("gzip, gzip", twice), Errc::kExhausted);
  EXPECT_EQ(error_of("gzip", many), Errc::kExhausted);
  const auto folded = brotlied(zeros);
  ASSERT_LT(folded.size(), 1'000u);
  EXPECT_EQ(error_of("br", folded), Errc::kExhausted);
}

// All of the longest body that a push may have, in members that hold nothing.
TEST(ContentCoding, OfNothingManyTimesIsNothing) {
  const std::string nothing = gzipped("");
  std::string many;
  while (many.size() + nothing.size() <= kMax) many += nothing;
  EXPECT_EQ(*decode_content("gzip", many, kMax), "");
}

TEST(ContentCoding, MayStandInSeveralFields) {
  Headers headers;
  EXPECT_EQ(content_codings(headers), "");
  headers.add("content-encoding", "br");
  headers.add("content-type", "text/xml");
  headers.add("content-encoding", "gzip");
  EXPECT_EQ(content_codings(headers), "br, gzip");
}

}  // namespace
}  // namespace tocsin::http
