// SPDX-License-Identifier: Apache-2.0
#include "tocsin/fetch/mail.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tocsin/base/base64url.h"
#include "tocsin/base/random.h"

namespace tocsin::fetch {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

constexpr std::string_view kFrom = "desk@bell.example";
constexpr Time kNow{Millis{1'795'594'151'000}};  // 2026-11-25T08:09:11Z

std::string message(const Mail& mail) {
  const auto out = mail_message(mail, kFrom, kNow, "5f0a");
  TOCSIN_CHECK(out.has_value());
  return *out;
}

Errc refusal(const Mail& mail, std::string_view from = kFrom) {
  const auto out = mail_message(mail, from, kNow, "5f0a");
  return out ? Errc::kInternal : out.error().code;
}

std::string body_of(const std::string& text) { return text.substr(text.find("\r\n\r\n") + 4); }

// What a reader of quoted-printable sees (RFC 2045, section 6.7).
std::string unquoted(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '=') {
      out += text[i];
      continue;
    }
    if (text.substr(i + 1, 2) != "\r\n") {
      out += static_cast<char>(unhex(text.substr(i + 1, 2))->at(0));
    }
    i += 2;
  }
  return out;
}

TEST(MailMessage, IsWhatRfc5322Asks) {
  EXPECT_EQ(message({"ana@example.org", "Sign in to The Bell", "Open this link:\n\nhttps://a/b\n"}),
            "Date: Wed, 25 Nov 2026 08:09:11 +0000\r\n"
            "From: <desk@bell.example>\r\n"
            "To: <ana@example.org>\r\n"
            "Subject: Sign in to The Bell\r\n"
            "Message-ID: <5f0a@bell.example>\r\n"
            "MIME-Version: 1.0\r\n"
            "Content-Type: text/plain; charset=utf-8\r\n"
            "Content-Transfer-Encoding: quoted-printable\r\n"
            "Auto-Submitted: auto-generated\r\n"
            "\r\n"
            "Open this link:\r\n\r\nhttps://a/b\r\n");
}

TEST(MailMessage, RefusesAHeaderThatWouldBecomeTwo) {
  for (const char c : {'\r', '\n', '\0', '\t', '\x7f', '\x1b'}) {
    const std::string more = std::string(1, c) + "Bcc: eve@example.org";
    EXPECT_EQ(refusal({"ana@example.org", "Hello" + more, "x"}), Errc::kInvalidArgument) << int{c};
    EXPECT_EQ(refusal({"ana@example.org" + more, "Hello", "x"}), Errc::kInvalidArgument) << int{c};
    EXPECT_EQ(refusal({"ana@example.org", "Hello", "x"}, std::string(kFrom) + more),
              Errc::kInvalidArgument);
  }
}

TEST(MailMessage, EncodesASubjectThatIsNotShortAscii) {
  EXPECT_THAT(message({"a@b", "Überschwemmung", "x"}),
              HasSubstr("\r\nSubject: =?utf-8?B?w5xiZXJzY2h3ZW1tdW5n?=\r\n"));
  EXPECT_THAT(message({"a@b", "=?utf-8?B?eA==?=", "x"}),
              HasSubstr("\r\nSubject: =?utf-8?B?PT91dGYtOD9CP2VBPT0/PQ==?=\r\n"));
}

TEST(MailMessage, NeverPartsACharacterOfTheSubject) {
  std::string subject;
  while (subject.size() < 400) subject += "a\xf0\x9f\x94\x94\xe2\x82\xac";
  const auto text = message({"a@b", subject, "x"});
  std::string decoded;
  const std::string mark = "=?utf-8?B?";
  for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at)) {
    at += mark.size();
    const auto word = unbase64(std::string_view(text).substr(at, text.find("?=", at) - at));
    EXPECT_NE(word->at(0) & 0xc0, 0x80);
    decoded.append(word->begin(), word->end());
  }
  EXPECT_EQ(decoded, subject);
}

TEST(MailMessage, LeavesNoLineThatBeginsWithADotOrEndsInABlank) {
  EXPECT_THAT(message({"a@b", "s", ".\n..x \n\ty\t\r\nz\rend"}),
              EndsWith("\r\n\r\n=2E\r\n=2E.x=20\r\n\ty=09\r\nz\r\nend\r\n"));
}

TEST(MailMessage, RefusesWhatIsOverALimit) {
  Mail mail{"a@b", std::string(Mail::kSubjectBytesMax, 'x'), std::string(Mail::kTextBytesMax, 'x')};
  message(mail);
  mail.subject += 'x';
  EXPECT_EQ(refusal(mail), Errc::kInvalidArgument);
  mail.subject.pop_back();
  mail.text += 'x';
  EXPECT_EQ(refusal(mail), Errc::kInvalidArgument);
}

// Any bytes in subject and text: the same fields in the same order, short ASCII lines, and the text
// comes back.
TEST(MailMessage, HoldsWhateverTheTextIs) {
  constexpr std::uint64_t kSeed = 20261125;
  SCOPED_TRACE(kSeed);
  SeededRandom random(kSeed);
  constexpr std::string_view kOdd = ".=? \t\r\n\xc3\xbc\x80\xff<>:";
  for (int round = 0; round < 2'000; ++round) {
    Mail mail{.to = "a@b"};
    for (auto left = random.below(200); left > 0; --left) {
      mail.text += random.below(2) == 0 ? kOdd[random.below(kOdd.size())]
                                        : static_cast<char>(random.below(256));
      const char c = static_cast<char>(random.below(256));
      if (static_cast<unsigned char>(c) >= ' ' && c != '\x7f') mail.subject += c;
    }
    const auto text = message(mail);
    std::size_t longest = 0;
    for (std::size_t at = 0, end = 0; (end = text.find("\r\n", at)) != std::string::npos;
         at = end + 2) {
      longest = std::max(longest, end - at);
      EXPECT_EQ(text.substr(at, end - at).find_first_of("\r\n"), std::string::npos);
      EXPECT_NE(text[at], '.');
    }
    EXPECT_LE(longest, 78U);
    EXPECT_TRUE(std::all_of(text.begin(), text.end(), [](char c) { return c > 0; }));

    std::string lines;  // with the line ends that a mail has
    for (std::size_t i = 0; i < mail.text.size(); ++i) {
      const bool is_pair = mail.text.substr(i, 2) == "\r\n";
      const bool is_end = mail.text[i] == '\r' || mail.text[i] == '\n';
      lines += is_end ? "\r\n" : mail.text.substr(i, 1);
      if (is_pair) ++i;
    }
    if (!lines.empty() && !lines.ends_with("\r\n")) lines += "\r\n";
    EXPECT_EQ(unquoted(body_of(text)), lines);
  }
}

TEST(MailAddress, IsALocalPartAndADomain) {
  for (const auto* const good : {"a@b", "ana.b+tag@mail.example.org",
                                 "o'neil@xn--bcher-kva.example", "_x-1=2@example.org"}) {
    EXPECT_TRUE(is_mail_address(good)) << good;
  }
  EXPECT_TRUE(is_mail_address(std::string(64, 'a') + "@b"));
}

TEST(MailAddress, IsNothingThatANeighbourCouldReadOtherwise) {
  for (const auto* const bad : {"",
                                "@",
                                "a@",
                                "@b",
                                "ab",
                                "a@b@c",
                                "a b@c",
                                "a@b c",
                                "<a@b>",
                                "a@b>",
                                "a@b,c@d",
                                "a@[::1]",
                                "\"a b\"@c",
                                "a@b..c",
                                ".a@b",
                                "a.@b",
                                "a@.b",
                                "a@b.",
                                "a@b\r\nRCPT TO:<c@d>",
                                "a@b\n",
                                "a\n@b",
                                "\xc3\xbc@b",
                                "a@\xc3\xbc",
                                "a@b?x",
                                "a@b;c",
                                "mailto:a@b",
                                "a(c)@b"}) {
    EXPECT_FALSE(is_mail_address(bad)) << bad;
  }
  EXPECT_FALSE(is_mail_address(std::string(65, 'a') + "@b"));
  EXPECT_FALSE(is_mail_address("a@" + std::string(64, 'b')));
  EXPECT_FALSE(is_mail_address(std::string("a@b\0c", 5)));
  std::string longest = "a@b";
  while (longest.size() < 255) longest += ".b";
  EXPECT_EQ(longest.size(), 255U);
  EXPECT_FALSE(is_mail_address(longest));
}

}  // namespace
}  // namespace tocsin::fetch
