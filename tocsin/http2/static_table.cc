// SPDX-License-Identifier: Apache-2.0
#include "tocsin/http2/static_table.h"

#include <array>

namespace tocsin::http2 {
namespace {

using enum FieldKind;

constexpr std::array<Field, kStaticEntries> kTable{{
    {":authority", "", 1, kAuthority},
    {":method", "GET", 2, kMethod},
    {":method", "POST", 3, kMethod},
    {":path", "/", 4, kPath},
    {":path", "/index.html", 5, kPath},
    {":scheme", "http", 6, kScheme},
    {":scheme", "https", 7, kScheme},
    {":status", "200", 8, kStatus},
    {":status", "204", 9, kStatus},
    {":status", "206", 10, kStatus},
    {":status", "304", 11, kStatus},
    {":status", "400", 12, kStatus},
    {":status", "404", 13, kStatus},
    {":status", "500", 14, kStatus},
    {"accept-charset", "", 15, kOther},
    {"accept-encoding", "gzip, deflate", 16, kOther},
    {"accept-language", "", 17, kOther},
    {"accept-ranges", "", 18, kOther},
    {"accept", "", 19, kOther},
    {"access-control-allow-origin", "", 20, kOther},
    {"age", "", 21, kOther},
    {"allow", "", 22, kOther},
    {"authorization", "", 23, kOther},
    {"cache-control", "", 24, kOther},
    {"content-disposition", "", 25, kOther},
    {"content-encoding", "", 26, kOther},
    {"content-language", "", 27, kOther},
    {"content-length", "", 28, kContentLength},
    {"content-location", "", 29, kOther},
    {"content-range", "", 30, kOther},
    {"content-type", "", 31, kOther},
    {"cookie", "", 32, kOther},
    {"date", "", 33, kOther},
    {"etag", "", 34, kOther},
    {"expect", "", 35, kOther},
    {"expires", "", 36, kOther},
    {"from", "", 37, kOther},
    {"host", "", 38, kHost},
    {"if-match", "", 39, kOther},
    {"if-modified-since", "", 40, kOther},
    {"if-none-match", "", 41, kOther},
    {"if-range", "", 42, kOther},
    {"if-unmodified-since", "", 43, kOther},
    {"last-modified", "", 44, kOther},
    {"link", "", 45, kOther},
    {"location", "", 46, kOther},
    {"max-forwards", "", 47, kOther},
    {"proxy-authenticate", "", 48, kOther},
    {"proxy-authorization", "", 49, kOther},
    {"range", "", 50, kOther},
    {"referer", "", 51, kOther},
    {"refresh", "", 52, kOther},
    {"retry-after", "", 53, kRetryAfter},
    {"server", "", 54, kOther},
    {"set-cookie", "", 55, kOther},
    {"strict-transport-security", "", 56, kOther},
    {"transfer-encoding", "", 57, kMalformed},
    {"user-agent", "", 58, kOther},
    {"vary", "", 59, kOther},
    {"via", "", 60, kOther},
    {"www-authenticate", "", 61, kOther},
}};

}  // namespace

const Field& static_entry(std::size_t index) { return kTable[index - 1]; }

std::size_t find_static_name(std::string_view name) {
  for (const Field& field : kTable) {
    if (field.name == name) return static_cast<std::size_t>(field.entry);
  }
  return 0;
}

}  // namespace tocsin::http2
