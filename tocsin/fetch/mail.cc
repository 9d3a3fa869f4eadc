// SPDX-License-Identifier: Apache-2.0
#include "tocsin/fetch/mail.h"

#include <algorithm>

#include "tocsin/base/base64url.h"
#include "tocsin/http/dates.h"

namespace tocsin::fetch {
namespace {

constexpr std::size_t kAddressBytesMax = 254;  // RFC 5321, section 4.5.3.1.3, less "<>"
constexpr std::size_t kLocalBytesMax = 64;
constexpr std::size_t kLabelBytesMax = 63;
constexpr std::size_t kSubjectLineMax = 60;    // with "Subject: " below RFC 5322's 78
constexpr std::size_t kEncodedWordBytes = 39;  // "Subject: ", frame and base64: 73 of RFC 2047's 76
constexpr std::size_t kQuotedLineMax = 76 - 1;  // the last one is a soft break's "="

bool is_alnum(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_atom_char(char c) {
  return is_alnum(c) || std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

bool is_host_char(char c) { return is_alnum(c) || c == '-'; }

// Parts of at most `most` characters, none empty, with dots between.
template <class IsChar>
bool is_dotted(std::string_view text, std::size_t most, IsChar is_char) {
  while (true) {
    const auto dot = std::min(text.find('.'), text.size());
    const auto part = text.substr(0, dot);
    if (part.empty() || part.size() > most || !std::all_of(part.begin(), part.end(), is_char)) {
      return false;
    }
    if (dot == text.size()) return true;
    text.remove_prefix(dot + 1);
  }
}

std::string_view domain_of(std::string_view address) {
  return address.substr(address.rfind('@') + 1);
}

bool is_plain(char c) { return c >= ' ' && c <= '~'; }

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7f;
}

// So many bytes of `text` as are whole UTF-8 characters, at most `most`.
std::size_t whole_characters(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text.size();
  std::size_t size = most;
  const auto is_continuation = [&](std::size_t at) {
    return (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80;
  };
  while (size > most - 4 && is_continuation(size)) --size;
  return size;
}

std::string subject_field(std::string_view subject) {
  const bool is_short_ascii = subject.size() <= kSubjectLineMax &&
                              std::all_of(subject.begin(), subject.end(), is_plain) &&
                              subject.find("=?") == std::string_view::npos;
  std::string out = "Subject: ";
  if (is_short_ascii) return out.append(subject);
  for (bool is_first = true; !subject.empty(); is_first = false) {
    const auto size = whole_characters(subject, kEncodedWordBytes);
    if (!is_first) out += "\r\n ";
    out.append("=?utf-8?B?").append(base64(as_bytes(subject.substr(0, size)))).append("?=");
    subject.remove_prefix(size);
  }
  return out;
}

// One byte within a line. A dot that begins one is encoded, since SMTP reads meaning into it.
std::string quoted(char c, bool is_first, bool is_last) {
  const bool is_blank = c == ' ' || c == '\t';
  const bool is_literal =
      (is_plain(c) || c == '\t') && c != '=' && !(is_blank && is_last) && !(c == '.' && is_first);
  if (is_literal) return {c};
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  const auto byte = static_cast<unsigned char>(c);
  return {'=', kDigits[byte >> 4], kDigits[byte & 15]};
}

std::string quoted_printable(std::string_view text) {
  std::string out;
  std::size_t column = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool is_last = i + 1 == text.size() || text[i + 1] == '\n' || text[i + 1] == '\r';
    if (c == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
    if (c == '\r' || c == '\n') {
      out += "\r\n";
      column = 0;
      continue;
    }
    std::string piece = quoted(c, column == 0, is_last);
    if (column + piece.size() > kQuotedLineMax) {
      out += "=\r\n";
      column = 0;
      piece = quoted(c, true, is_last);
    }
    out += piece;
    column += piece.size();
  }
  if (column > 0) out += "\r\n";
  return out;
}

// "Wed, 25 Nov 2026 08:09:11 +0000": HTTP's form ends in a zone that RFC 5322 calls obsolete.
std::string mail_date(Time time) {
  std::string out = http::http_date(time);
  out.replace(out.rfind(' ') + 1, std::string::npos, "+0000");
  return out;
}

}  // namespace

bool is_mail_address(std::string_view text) {
  const auto at = text.rfind('@');
  // Without an "@", `at` is over every limit.
  if (at > kLocalBytesMax || text.size() > kAddressBytesMax) return false;
  return is_dotted(text.substr(0, at), kLocalBytesMax, is_atom_char) &&
         is_dotted(domain_of(text), kLabelBytesMax, is_host_char);
}

Result<std::string> mail_message(const Mail& mail, std::string_view from, Time now,
                                 std::string_view unique) {
  const auto refused = [](const char* what) { return Error{Errc::kInvalidArgument, what}; };
  if (!is_mail_address(mail.to)) return refused("the mail's recipient is no address");
  if (!is_mail_address(from)) return refused("the mail's sender is no address");
  if (mail.subject.size() > Mail::kSubjectBytesMax)
    return refused("the mail's subject is too long");
  if (mail.text.size() > Mail::kTextBytesMax) return refused("the mail's text is too long");
  if (std::any_of(mail.subject.begin(), mail.subject.end(), is_control)) {
    return refused("the mail's subject has a control character");
  }
  std::string out;
  const auto add = [&](std::string_view line) { out.append(line).append("\r\n"); };
  add("Date: " + mail_date(now));
  add(std::string("From: <").append(from).append(">"));
  add("To: <" + mail.to + ">");
  add(subject_field(mail.subject));
  add(std::string("Message-ID: <").append(unique).append("@").append(domain_of(from)).append(">"));
  add("MIME-Version: 1.0");
  add("Content-Type: text/plain; charset=utf-8");
  add("Content-Transfer-Encoding: quoted-printable");
  add("Auto-Submitted: auto-generated");  // RFC 3834: no "out of office" in return
  add("");
  return out + quoted_printable(mail.text);
}

}  // namespace tocsin::fetch
