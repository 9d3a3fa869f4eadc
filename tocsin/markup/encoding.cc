// SPDX-License-Identifier: Apache-2.0
#include "tocsin/markup/encoding.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>
#include <vector>

#include <unicode/ucnv.h>
#include <unicode/ucnv_cb.h>
#include <unicode/unistr.h>

#include "tocsin/markup/text.h"
#include "tocsin/markup/utf8.h"

namespace tocsin::markup {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kDeclarationBytesMax = 1024;

struct Label {
  std::string_view label;
  const char* converter;  // ICU's name
};

// The encodings of the WHATWG Encoding standard under the names that feeds use. An allowlist: ICU
// also knows encodings, such as UTF-7, in which markup hides from whoever looks at the bytes.
constexpr Label kLabels[] = {
    {"866", "ibm866"},
    {"ansi_x3.4-1968", "windows-1252"},
    {"arabic", "iso-8859-6"},
    {"ascii", "us-ascii"},
    {"big5", "big5-hkscs"},
    {"big5-hkscs", "big5-hkscs"},
    {"chinese", "gb18030"},
    {"cn-big5", "big5-hkscs"},
    {"cp1250", "windows-1250"},
    {"cp1251", "windows-1251"},
    {"cp1252", "windows-1252"},
    {"cp1253", "windows-1253"},
    {"cp1254", "windows-1254"},
    {"cp1255", "windows-1255"},
    {"cp1256", "windows-1256"},
    {"cp1257", "windows-1257"},
    {"cp1258", "windows-1258"},
    {"cp819", "windows-1252"},
    {"cp866", "ibm866"},
    {"cp932", "windows-31j"},
    {"cp936", "gb18030"},
    {"cp949", "windows-949"},
    {"csbig5", "big5-hkscs"},
    {"cseuckr", "windows-949"},
    {"cseucpkdfmtjapanese", "euc-jp"},
    {"csgb2312", "gb18030"},
    {"csiso2022jp", "iso-2022-jp"},
    {"csshiftjis", "windows-31j"},
    {"cyrillic", "iso-8859-5"},
    {"dos-874", "windows-874"},
    {"euc-jp", "euc-jp"},
    {"euc-kr", "windows-949"},
    {"gb18030", "gb18030"},
    {"gb2312", "gb18030"},
    {"gb_2312", "gb18030"},
    {"gb_2312-80", "gb18030"},
    {"gbk", "gb18030"},
    {"greek", "iso-8859-7"},
    {"hebrew", "iso-8859-8"},
    {"ibm819", "windows-1252"},
    {"ibm866", "ibm866"},
    {"iso-2022-jp", "iso-2022-jp"},
    {"iso-8859-1", "windows-1252"},
    {"iso-8859-10", "iso-8859-10"},
    {"iso-8859-11", "windows-874"},
    {"iso-8859-13", "iso-8859-13"},
    {"iso-8859-14", "iso-8859-14"},
    {"iso-8859-15", "iso-8859-15"},
    {"iso-8859-2", "iso-8859-2"},
    {"iso-8859-3", "iso-8859-3"},
    {"iso-8859-4", "iso-8859-4"},
    {"iso-8859-5", "iso-8859-5"},
    {"iso-8859-6", "iso-8859-6"},
    {"iso-8859-7", "iso-8859-7"},
    {"iso-8859-8", "iso-8859-8"},
    {"iso-8859-8-i", "iso-8859-8"},
    {"iso-8859-9", "windows-1254"},
    {"iso-ir-100", "windows-1252"},
    {"iso646-us", "us-ascii"},
    {"iso8859-1", "windows-1252"},
    {"iso8859-15", "iso-8859-15"},
    {"iso8859-2", "iso-8859-2"},
    {"iso8859-5", "iso-8859-5"},
    {"iso8859-6", "iso-8859-6"},
    {"iso8859-7", "iso-8859-7"},
    {"iso8859-8", "iso-8859-8"},
    {"iso8859-9", "windows-1254"},
    {"iso88591", "windows-1252"},
    {"iso88592", "iso-8859-2"},
    {"iso88599", "windows-1254"},
    {"iso_8859-1", "windows-1252"},
    {"iso_8859-15", "iso-8859-15"},
    {"iso_8859-2", "iso-8859-2"},
    {"iso_8859-5", "iso-8859-5"},
    {"iso_8859-6", "iso-8859-6"},
    {"iso_8859-7", "iso-8859-7"},
    {"iso_8859-8", "iso-8859-8"},
    {"iso_8859-9", "windows-1254"},
    {"koi", "koi8-r"},
    {"koi8", "koi8-r"},
    {"koi8-r", "koi8-r"},
    {"koi8-ru", "koi8-u"},
    {"koi8-u", "koi8-u"},
    {"koi8_r", "koi8-r"},
    {"korean", "windows-949"},
    {"ks_c_5601-1987", "windows-949"},
    {"ks_c_5601-1989", "windows-949"},
    {"ksc5601", "windows-949"},
    {"ksc_5601", "windows-949"},
    {"l1", "windows-1252"},
    {"l2", "iso-8859-2"},
    {"l5", "windows-1254"},
    {"l9", "iso-8859-15"},
    {"latin1", "windows-1252"},
    {"latin2", "iso-8859-2"},
    {"latin5", "windows-1254"},
    {"latin9", "iso-8859-15"},
    {"mac", "macintosh"},
    {"macintosh", "macintosh"},
    {"ms932", "windows-31j"},
    {"ms_kanji", "windows-31j"},
    {"shift-jis", "windows-31j"},
    {"shift_jis", "windows-31j"},
    {"sjis", "windows-31j"},
    {"tis-620", "windows-874"},
    {"unicode-1-1-utf-8", "utf-8"},
    {"us-ascii", "us-ascii"},
    {"utf-16", "utf-16be"},
    {"utf-16be", "utf-16be"},
    {"utf-16le", "utf-16le"},
    {"utf-32be", "utf-32be"},
    {"utf-32le", "utf-32le"},
    {"utf-8", "utf-8"},
    {"utf8", "utf-8"},
    {"win-1251", "windows-1251"},
    {"windows-1250", "windows-1250"},
    {"windows-1251", "windows-1251"},
    {"windows-1252", "windows-1252"},
    {"windows-1253", "windows-1253"},
    {"windows-1254", "windows-1254"},
    {"windows-1255", "windows-1255"},
    {"windows-1256", "windows-1256"},
    {"windows-1257", "windows-1257"},
    {"windows-1258", "windows-1258"},
    {"windows-31j", "windows-31j"},
    {"windows-874", "windows-874"},
    {"windows-949", "windows-949"},
    {"windows1251", "windows-1251"},
    {"x-cp1250", "windows-1250"},
    {"x-cp1251", "windows-1251"},
    {"x-cp1252", "windows-1252"},
    {"x-cp1253", "windows-1253"},
    {"x-cp1254", "windows-1254"},
    {"x-euc-jp", "euc-jp"},
    {"x-gbk", "gb18030"},
    {"x-mac-roman", "macintosh"},
    {"x-sjis", "windows-31j"},
    {"x-x-big5", "big5-hkscs"},
};

const char* converter_of(std::string_view label) {
  for (const auto& known : kLabels) {
    if (known.label == label) return known.converter;
  }
  return nullptr;
}

// The byte order marks, and how '<' or '{' starts a document that has none. UTF-32 comes first:
// its little-endian mark starts with that of UTF-16.
struct Signature {
  std::string_view bytes;
  const char* encoding;
  bool is_mark;
};
constexpr std::string_view kUtf8Mark = "\xef\xbb\xbf";
constexpr Signature kSignatures[] = {
    {"\0\0\xfe\xff"sv, "utf-32be", true}, {"\xff\xfe\0\0"sv, "utf-32le", true},
    {kUtf8Mark, "utf-8", true},           {"\xfe\xff"sv, "utf-16be", true},
    {"\xff\xfe"sv, "utf-16le", true},     {"\0\0\0<"sv, "utf-32be", false},
    {"<\0\0\0"sv, "utf-32le", false},     {"\0<"sv, "utf-16be", false},
    {"<\0"sv, "utf-16le", false},         {"\0{"sv, "utf-16be", false},
    {"{\0"sv, "utf-16le", false},
};

// The value of `name`= in `text`, quoted or not, in lower case; empty if there is none.
std::string parameter(std::string_view text, std::string_view name) {
  const std::string low = lower(text);
  auto at = low.find(name);
  if (at == low.npos) return {};
  at += name.size();
  at = low.find_first_not_of(" \t\r\n", at);
  if (at == low.npos || low[at] != '=') return {};
  at = low.find_first_not_of(" \t\r\n\"'", at + 1);
  if (at == low.npos) return {};
  const auto end = low.find_first_of(" \t\r\n\"';?>", at);
  return low.substr(at, end == low.npos ? end : end - at);
}

std::string declared_encoding(std::string_view text) {
  const auto start = text.substr(0, kDeclarationBytesMax);
  const auto declaration = start.find("<?xml");
  if (declaration == start.npos) return {};
  const auto end = start.find("?>", declaration);
  return parameter(start.substr(declaration, end == start.npos ? end : end - declaration),
                   "encoding");
}

extern "C" void replace_unreadable(const void*, UConverterToUnicodeArgs* args, const char*,
                                   std::int32_t, UConverterCallbackReason reason,
                                   UErrorCode* status) {
  if (reason > UCNV_IRREGULAR) return;  // not about bytes
  constexpr UChar kReplacement = 0xfffd;
  *status = U_ZERO_ERROR;
  ucnv_cbToUWriteUChars(args, &kReplacement, 1, 0, status);
}

// Nothing if ICU lacks the converter.
std::optional<std::string> convert(std::string_view bytes, const char* name) {
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<UConverter, decltype(&ucnv_close)> converter(ucnv_open(name, &status),
                                                                     &ucnv_close);
  ucnv_setToUCallBack(converter.get(), replace_unreadable, nullptr, nullptr, nullptr, &status);
  if (U_FAILURE(status)) return std::nullopt;
  const icu::UnicodeString utf16(bytes.data(), static_cast<std::int32_t>(bytes.size()),
                                 converter.get(), status);
  if (U_FAILURE(status)) return std::nullopt;
  std::string out;
  utf16.toUTF8String(out);
  return out;
}

class Decoder {
 public:
  Decoder(std::string_view bytes, Warnings& warnings)
      : bytes_(bytes),
        utf8_(count_utf8(bytes.substr(bytes.starts_with(kUtf8Mark) ? kUtf8Mark.size() : 0))),
        warnings_(warnings) {}

  Decoded run(std::string_view content_type) {
    for (const auto& signature : kSignatures) {
      if (!bytes_.starts_with(signature.bytes)) continue;
      if (signature.is_mark) bytes_.remove_prefix(signature.bytes.size());
      return use(signature.encoding, signature.encoding);
    }
    for (const auto& label : {parameter(content_type, "charset"), declared_encoding(bytes_)}) {
      if (label.empty()) continue;
      if (auto decoded = try_label(label)) return *std::move(decoded);
    }
    return utf8_.bad == 0 || is_mostly_utf8() ? use("utf-8", "utf-8")
                                              : use("windows-1252", "windows-1252");
  }

 private:
  // A few bad bytes among many good characters: a damaged text, not another encoding.
  bool is_mostly_utf8() const { return utf8_.good > utf8_.bad; }

  // Nothing if the bytes contradict the declaration.
  std::optional<Decoded> try_label(const std::string& label) {
    const char* const converter = converter_of(label);
    if (!converter) {
      warnings_.add("the declared encoding is unknown");
      return std::nullopt;
    }
    const std::string_view name = converter;
    const bool is_wide = name.starts_with("utf-16") || name.starts_with("utf-32");
    const bool is_contradicted = (name == "utf-8" && utf8_.bad > 0 && !is_mostly_utf8()) ||
                                 (name == "us-ascii" && utf8_.bad + utf8_.good > 0) ||
                                 (is_wide && bytes_.find('\0') == bytes_.npos);
    if (!is_contradicted) return use(label == "utf8" ? "utf-8" : label, converter);
    warnings_.add("the text is not in the declared encoding");
    return std::nullopt;
  }

  Decoded use(std::string encoding, const char* converter) {
    const bool is_utf8 = converter == "utf-8"sv;
    if (is_utf8 && utf8_.is_clean) return {bytes_, std::move(encoding)};
    const std::string converted = is_utf8 ? "" : convert(bytes_, converter).value_or("");
    const std::string_view unicode = is_utf8 ? bytes_ : converted;
    const bool is_damaged = is_utf8 ? utf8_.bad > 0 : unicode.find("\xef\xbf\xbd") != unicode.npos;
    if (is_damaged && !is_utf8 && utf8_.bad == 0 && utf8_.good > 0) {
      warnings_.add("the text is not in the declared encoding");
      return use("utf-8", "utf-8");
    }
    if (is_damaged) warnings_.add("bytes that are no text were replaced");
    bool changed = false;
    std::string text = clean_text(unicode, &changed);
    if (changed) warnings_.add("control characters were removed");
    return {std::move(text), std::move(encoding)};
  }

  std::string_view bytes_;
  Utf8Count utf8_;
  Warnings& warnings_;
};

}  // namespace

Decoded decode(ByteView bytes, std::string_view content_type, Warnings& warnings) {
  return Decoder(as_text(bytes), warnings).run(content_type);
}

}  // namespace tocsin::markup
