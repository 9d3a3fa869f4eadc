// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "tocsin/base/bytes.h"
#include "tocsin/markup/warnings.h"

namespace tocsin::markup {

class Decoded {
 public:
  Decoded(std::string_view clean_bytes, std::string encoding)
      : encoding_(std::move(encoding)), bytes_(clean_bytes) {}
  Decoded(std::string text, std::string encoding)
      : encoding_(std::move(encoding)), made_(std::move(text)) {}

  // Valid UTF-8 without byte order mark, control characters, carriage returns. The bytes that were
  // read, if they were like that.
  std::string_view text() const { return bytes_.data() ? bytes_ : made_; }

  // What it was read as, in lower case.
  const std::string& encoding() const { return encoding_; }

 private:
  std::string encoding_;
  std::string_view bytes_;
  std::string made_;
};

// Reads a document as text. The encoding is that of the byte order mark, of `content_type`'s
// charset, of the XML declaration, else UTF-8 if that is valid, else windows-1252 (RFC 7303,
// section 3.2, and what browsers do). A declaration that the bytes contradict is passed over with
// a warning. What cannot be read becomes U+FFFD, with a warning. `bytes` outlive the result.
Decoded decode(ByteView bytes, std::string_view content_type, Warnings& warnings);

}  // namespace tocsin::markup
