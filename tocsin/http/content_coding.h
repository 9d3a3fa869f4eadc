// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "tocsin/base/result.h"
#include "tocsin/http/message.h"

namespace tocsin::http {

inline constexpr std::size_t kCodingsMax = 2;  // one upon the other

// The value of Content-Encoding, of all its fields; empty: there is none.
std::string content_codings(const Headers& headers);

// Undoes `codings`, a list as Content-Encoding has it (RFC 9110, section 8.4): gzip, deflate (zlib,
// or without its frame as some send it), br, identity. Takes memory and time that grow with the
// bytes of `body` and `bytes_max` alone, whatever `body` would become.
//
// Errors: kInvalidArgument: a coding that is not known, or more than kCodingsMax; kExhausted: it
// is longer than bytes_max, on the way or at the end; kCorrupt: not in that coding, cut off, or
// with something behind its end.
Result<std::string> decode_content(std::string_view codings, std::string_view body,
                                   std::size_t bytes_max);

}  // namespace tocsin::http
