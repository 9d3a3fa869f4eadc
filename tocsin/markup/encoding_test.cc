// SPDX-License-Identifier: Apache-2.0
#include "tocsin/markup/encoding.h"

#include <gtest/gtest.h>

namespace tocsin::markup {
namespace {

using namespace std::string_view_literals;

Decoded decoded(std::string_view bytes, std::string_view content_type = "") {
  Warnings warnings;
  return decode(as_bytes(bytes), content_type, warnings);
}

TEST(Encoding, ReadsTheCharsetOfAnyContentType) {
  for (const char* const type :
       {"text/xml; charset=koi8-r", "text/xml;charset=\"KOI8-R\"",
        "text/xml; charset='koi8-r' ; x=y", "text/xml; boundary=a; Charset = koi8-r"}) {
    EXPECT_EQ(decoded("\xc1", type).text(), "а") << type;  // Cyrillic
  }
  EXPECT_EQ(decoded("\xe9", "text/xml; charset=").encoding(), "windows-1252");
}

TEST(Encoding, KnowsEveryEncodingOfTheWeb) {
  const struct {
    const char* label;
    std::string_view bytes;
    std::string_view text;
  } cases[] = {
      {"iso-8859-2", "\xb1", "ą"},
      {"iso-8859-5", "\xd0", "а"},
      {"iso-8859-7", "\xe1", "α"},
      {"iso-8859-8", "\xe0", "א"},
      {"iso-8859-9", "\xfd", "ı"},
      {"iso-8859-6", "\xc7", "ا"},
      {"windows-1250", "\xb9", "ą"},
      {"windows-1253", "\xe1", "α"},
      {"windows-1254", "\xfd", "ı"},
      {"windows-1255", "\xe0", "א"},
      {"windows-1256", "\xc7", "ا"},
      {"windows-1257", "\xe0", "ą"},
      {"windows-1258", "\xf0", "đ"},
      {"windows-874", "\xa1", "ก"},
      {"koi8-u", "\xa4", "є"},
      {"ibm866", "\xa0", "а"},
      {"macintosh", "\x8e", "é"},
      {"gbk", "\xd6\xd0", "中"},
      {"big5", "\xa4\xa4", "中"},
      {"euc-kr", "\xc7\xd1", "한"},
      {"shift_jis", "\x93\xfa", "日"},
      {"euc-jp", "\xc6\xfc", "日"},
      {"iso-2022-jp", "\x1b$BF|\x1b(B", "日"},
      {"iso-8859-10", "\xe0", "ā"},
      {"iso-8859-13", "\xe0", "ą"},
      {"iso-8859-14", "\xa1", "Ḃ"},
      {"iso-8859-15", "\xa4", "€"},
      {"iso-8859-3", "\xa1", "Ħ"},
      {"iso-8859-4", "\xa1", "Ą"},
      {"iso-8859-11", "\xa1", "ก"},
  };
  for (const auto& [label, bytes, text] : cases) {
    const auto result = decoded(bytes, std::string("text/xml; charset=") + label);
    EXPECT_EQ(result.text(), text) << label;
    EXPECT_EQ(result.encoding(), label);
  }
}

TEST(Encoding, TellsUtf16AndUtf32ByTheirMarks) {
  EXPECT_EQ(decoded("\xff\xfe<\0"sv).encoding(), "utf-16le");
  EXPECT_EQ(decoded("\xff\xfe\0\0<\0\0\0"sv).encoding(), "utf-32le");
  EXPECT_EQ(decoded("\0\0\xfe\xff\0\0\0<"sv).text(), "<");
  EXPECT_EQ(decoded("{\0}\0"sv).text(), "{}");
  EXPECT_EQ(decoded("\xfe\xff\0"sv).text(), "\xef\xbf\xbd");  // half a character
}

TEST(Encoding, ReadsNothingAsNothing) {
  EXPECT_EQ(decoded("").text(), "");
  EXPECT_EQ(decoded("\xef\xbb\xbf").text(), "");
  EXPECT_EQ(decoded("\0"sv).text(), "");
}

}  // namespace
}  // namespace tocsin::markup
