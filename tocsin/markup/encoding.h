// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "tocsin/base/bytes.h"
#include "tocsin/markup/warnings.h"

namespace tocsin::markup {

struct Decoded {
  std::string text;  // valid UTF-8 without byte order mark, control characters, carriage returns
  std::string encoding;  // what it was read as, in lower case
};

// Reads a document as text. The encoding is that of the byte order mark, of `content_type`'s
// charset, of the XML declaration, else UTF-8 if that is valid, else windows-1252 (RFC 7303,
// section 3.2, and what browsers do). A declaration that the bytes contradict is passed over with
// a warning. What cannot be read becomes U+FFFD, with a warning.
Decoded decode(ByteView bytes, std::string_view content_type, Warnings& warnings);

}  // namespace tocsin::markup
