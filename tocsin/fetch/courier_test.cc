// SPDX-License-Identifier: Apache-2.0
#include "tocsin/fetch/courier.h"

#include <fstream>
#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "tocsin/base/base64url.h"
#include "tocsin/fetch/smtp_sink.h"

namespace tocsin::fetch {
namespace {

using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr std::uint64_t kSeed = 25;
// libcurl takes it for this machine, and the Courier for another: TLS is asked for.
constexpr const char* kElsewhere = "mail.localhost";

const Mail kMail{"ana@example.org", "Sign in",
                 "Open this link:\n.hidden\nhttps://bell.example/#x\n"};

class CourierTest : public ::testing::Test {
 public:
  ~CourierTest() override { unlink(ca_file_.c_str()); }

 protected:
  MailConfig config(const SmtpSink& sink, std::string_view host = "localhost",
                    std::string_view scheme = "smtp") {
    MailConfig out{.url = sink.url(scheme, host), .from = "desk@bell.example"};
    out.total_timeout = Millis(5'000);
    return out;
  }
  MailConfig trusting(MailConfig config, const net::TestCertificate& certificate) {
    std::ofstream(ca_file_) << certificate.ca;
    config.ca_file = ca_file_;
    return config;
  }
  Status send(const MailConfig& config, const Mail& mail = kMail) {
    net::Loop loop;
    auto courier = Courier::start(loop, random_, config);
    TOCSIN_CHECK(courier.has_value());
    std::optional<Status> out;
    (*courier)->send(mail, [&](Status status) {
      out = std::move(status);
      loop.stop();
    });
    loop.run();
    return *std::move(out);
  }
  // The error's code; its message has neither address nor password in it.
  Errc failure(const MailConfig& config) {
    const auto status = send(config);
    TOCSIN_CHECK(!status.has_value());
    for (const auto* const secret : {"ana", "example.org", "desk", "hunter2"}) {
      EXPECT_THAT(status.error().message, Not(HasSubstr(secret)));
    }
    return status.error().code;
  }

  SeededRandom random_{kSeed};
  std::string ca_file_ =
      ::testing::TempDir() + "tocsin_courier_ca_" + std::to_string(getpid()) + ".pem";
};

TEST_F(CourierTest, GivesAMailToTheServerOfThisMachine) {
  SmtpSink sink({});
  const auto status = send(config(sink));
  EXPECT_TRUE(status) << status.error().message;
  EXPECT_THAT(sink.text(), AllOf(HasSubstr("\r\nMAIL FROM:<desk@bell.example>"),
                                 HasSubstr("\r\nRCPT TO:<ana@example.org>\r\nDATA\r\n"),
                                 HasSubstr("\r\nTo: <ana@example.org>\r\nSubject: Sign in\r\n"),
                                 HasSubstr("\r\n\r\nOpen this link:\r\n=2Ehidden\r\n"
                                           "https://bell.example/#x\r\n.\r\n")));
  EXPECT_THAT(sink.text(), Not(HasSubstr("AUTH")));
}

TEST_F(CourierTest, SaysWhoItIsOverTlsAlone) {
  const auto certificate = net::make_test_certificate(kElsewhere);
  for (const bool at_once : {false, true}) {
    SmtpSink sink({.certificate = certificate, .is_tls_at_once = at_once});
    auto settings = trusting(config(sink, kElsewhere, at_once ? "smtps" : "smtp"), certificate);
    settings.user = "desk";
    settings.password = "hunter2";
    const auto status = send(settings);
    EXPECT_TRUE(status) << status.error().message;
    EXPECT_THAT(sink.text(), HasSubstr(base64(as_bytes(std::string_view("\0desk\0hunter2", 13)))));
    bool is_over_tls = at_once;
    for (const auto& said : sink.said()) {
      if (!is_over_tls) {
        EXPECT_THAT(said.line, AnyOf(StartsWith("EHLO"), "STARTTLS"));
      }
      EXPECT_EQ(said.is_over_tls, is_over_tls) << said.line;
      is_over_tls = is_over_tls || said.line == "STARTTLS";
    }
    EXPECT_TRUE(is_over_tls);
  }
}

TEST_F(CourierTest, SaysNothingToAServerElsewhereThatHasNoTls) {
  SmtpSink sink({});
  auto settings = config(sink, kElsewhere);
  settings.user = "desk";
  settings.password = "hunter2";
  EXPECT_EQ(failure(settings), Errc::kUnavailable);
  EXPECT_THAT(sink.text(),
              AllOf(HasSubstr("EHLO"), Not(HasSubstr("AUTH")), Not(HasSubstr("MAIL"))));
}

TEST_F(CourierTest, RefusesAnUnknownAuthorityAfterStarttls) {
  SmtpSink sink({.certificate = net::make_test_certificate(kElsewhere)});
  EXPECT_EQ(failure(config(sink, kElsewhere)), Errc::kUnavailable);
  EXPECT_THAT(sink.text(), AllOf(HasSubstr("STARTTLS"), Not(HasSubstr("MAIL"))));
}

TEST_F(CourierTest, RefusesACertificateForAnotherHost) {
  const auto certificate = net::make_test_certificate("other.example");
  SmtpSink sink({.certificate = certificate, .is_tls_at_once = true});
  EXPECT_EQ(failure(trusting(config(sink, "localhost", "smtps"), certificate)), Errc::kUnavailable);
  EXPECT_EQ(sink.text(), "");
}

TEST_F(CourierTest, TellsWhatTheServerRefusesForGoodFromWhatMayComeLater) {
  const auto answered = [this](const std::string& command, const std::string& answer) {
    SmtpSink sink({.answers = {{command, answer}}});
    auto settings = config(sink);
    settings.user = "desk";
    settings.password = "hunter2";
    return failure(settings);
  };
  EXPECT_EQ(answered("RCPT", "550 <ana@example.org> is nobody"), Errc::kInvalidArgument);
  EXPECT_EQ(answered("RCPT", "450 ana@example.org: later"), Errc::kUnavailable);
  EXPECT_EQ(answered("MAIL", "553 desk@bell.example may not"), Errc::kInvalidArgument);
  EXPECT_EQ(answered("DATA", "554 ana@example.org: no"), Errc::kInvalidArgument);
  EXPECT_EQ(answered(".", "554 ana@example.org: spam"), Errc::kInvalidArgument);
  EXPECT_EQ(answered(".", "451 ana@example.org: later"), Errc::kUnavailable);
  EXPECT_EQ(answered("PASS", "535 desk hunter2 is wrong"), Errc::kUnauthorized);
}

TEST_F(CourierTest, DoesNotWaitForEver) {
  SmtpSink sink({.answers = {{"MAIL", ""}}});
  auto settings = config(sink);
  settings.total_timeout = Millis(200);
  EXPECT_EQ(failure(settings), Errc::kTimeout);
}

TEST_F(CourierTest, KeepsABoundedNumberWaitingAndEndsAtOnce) {
  SmtpSink sink({.answers = {{"MAIL", ""}}});
  auto settings = config(sink);
  settings.waiting_max = 2;
  settings.total_timeout = Millis(600'000);
  net::Loop loop;
  auto courier = Courier::start(loop, random_, settings);
  ASSERT_TRUE(courier);
  std::vector<Errc> refused;
  for (int i = 0; i < 3; ++i) {
    (*courier)->send(kMail, [&](const Status& status) {
      refused.push_back(status ? Errc::kInternal : status.error().code);
      loop.stop();
    });
  }
  loop.run();
  EXPECT_THAT(refused, ::testing::ElementsAre(Errc::kExhausted));
  courier->reset();  // the test's time limit shows that it does not wait for the server
}

TEST_F(CourierTest, RefusesAMailThatItCannotWrite) {
  SmtpSink sink({});
  for (const Mail& mail : {Mail{"ana", "Hello", "x"}, Mail{"a@b>\r\nRCPT TO:<c@d", "Hello", "x"},
                           Mail{"ana@example.org", "Hello\r\nBcc: eve@example.org", "x"}}) {
    const auto status = send(config(sink), mail);
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code, Errc::kInvalidArgument);
  }
  EXPECT_EQ(sink.text(), "");
}

TEST_F(CourierTest, NamesASettingThatCannotBe) {
  net::Loop loop;
  const auto refusal = [&](const std::string& url, const std::string& from) {
    const auto courier = Courier::start(loop, random_, {.url = url, .from = from});
    return courier ? std::string() : courier.error().message;
  };
  for (const auto* const url : {"", "localhost", "http://localhost", "file:///etc/passwd"}) {
    EXPECT_THAT(refusal(url, "a@b"), HasSubstr("mail_url")) << url;
  }
  const auto with_password = refusal("smtp://desk:hunter2@localhost", "a@b");
  EXPECT_THAT(with_password, AllOf(HasSubstr("mail_url"), Not(HasSubstr("hunter2"))));
  EXPECT_THAT(refusal("smtp://localhost", "The Bell <a@b>"), HasSubstr("mail_from"));
  EXPECT_EQ(refusal("smtp://localhost", "a@b"), "");
}

}  // namespace
}  // namespace tocsin::fetch
