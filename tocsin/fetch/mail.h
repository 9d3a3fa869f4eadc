// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "tocsin/base/clock.h"
#include "tocsin/base/result.h"

namespace tocsin::fetch {

// A letter of plain text to one person.
struct Mail {
  static constexpr std::size_t kSubjectBytesMax = 500;
  static constexpr std::size_t kTextBytesMax = 64 << 10;

  std::string to;  // an address: "ana@example.org"
  std::string subject;
  std::string text;  // lines end in "\n"
};

// True for `local@domain` as RFC 5321, section 4.1.2, has it, without quoted local parts, address
// literals and letters beyond ASCII (an international domain is written in its ASCII form). Nothing
// of it can end a line or an angle bracket. At most 254 bytes.
bool is_mail_address(std::string_view text);

// The message (RFC 5322), all ASCII, in lines of at most 78 characters but for long addresses. The
// subject is encoded words where it is not short ASCII (RFC 2047), the text quoted-printable
// (RFC 2045, section 6.7). `unique` is letters and digits that no other message has: the left side
// of the Message-ID, whose right side is the domain of `from`. Pure.
//
// Errors: kInvalidArgument: an address that is none, a control character in the subject, over a
// limit. Messages do not quote the mail.
Result<std::string> mail_message(const Mail& mail, std::string_view from, Time now,
                                 std::string_view unique);

}  // namespace tocsin::fetch
