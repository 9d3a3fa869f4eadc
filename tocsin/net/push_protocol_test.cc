// SPDX-License-Identifier: Apache-2.0
#include "tocsin/net/push_protocol.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tocsin::net {
namespace {

using http::NoAnswer;
using http2::kAnswerDetailBytesMax;
using namespace std::literals;

constexpr Instant kDeadline{std::chrono::seconds(15)};

constexpr std::string_view kBody = "body";

class Body final : public deliver::BodyWriter {
 public:
  void write_body(std::span<std::uint8_t> out) override {
    ASSERT_EQ(out.size(), kBody.size());
    std::copy(kBody.begin(), kBody.end(), out.begin());
  }
};

// A connection with what it sent and was answered.
struct Connection {
  explicit Connection(std::unique_ptr<PushProtocol> made) : protocol(std::move(made)) {}

  void submit(std::uint64_t token) {
    submit_only(token);
    fill();
  }
  // And does not send it.
  void submit_only(std::uint64_t token) {
    Body body;
    const std::string path = "/push/" + std::to_string(token);
    protocol->submit({token, head, path, kBody.size(), &body}, kDeadline, out);
  }
  void fill() {
    protocol->fill(out, 1 << 20);
    sent += as_text(std::exchange(out, {}));
  }
  std::size_t room() const { return protocol->room(kBody.size()); }
  Status receive(std::string_view text) {
    Status status = protocol->receive(as_bytes(text), answers);
    fill();
    return status;
  }
  // "7:201 8:not-processed", in the order of the answers.
  std::string answered() const {
    std::string text;
    for (const auto& answer : answers) {
      text += (text.empty() ? "" : " ") + std::to_string(answer.token) + ":";
      if (answer.status != 0) {
        text += std::to_string(answer.status);
      } else {
        text += answer.no_answer == NoAnswer::kNotProcessed ? "not-processed" : "uncertain";
      }
    }
    return text;
  }

  std::unique_ptr<PushProtocol> protocol;
  std::shared_ptr<const http::RequestHead> head = std::make_shared<const http::RequestHead>(
      http::RequestHead{{{"ttl", "60"}, {"content-length", "4"}}});
  Bytes out;
  std::string sent;
  PushAnswers answers;
};

Connection h1() { return Connection(make_h1_push_protocol("https://push.example")); }

TEST(H1PushProtocol, WritesOneRequest) {
  Connection connection = h1();
  EXPECT_EQ(connection.room(), 1U);
  connection.submit(7);
  EXPECT_EQ(connection.sent,
            "POST /push/7 HTTP/1.1\r\nhost: push.example\r\nttl: 60\r\n"
            "content-length: 4\r\n\r\nbody");
  EXPECT_EQ(connection.room(), 0U);
}

TEST(H1PushProtocol, ReadsAnswersThatComeByteByByte) {
  Connection connection = h1();
  for (const std::string_view answer :
       {"HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nok"sv,
        "HTTP/1.1 201 Created\r\nTRANSFER-ENCODING:  Chunked \r\n\r\n1;x=y\r\no\r\n1\r\nk\r\n0\r\n"
        "Trailer: x\r\n\r\n"sv,
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n"sv,
        "HTTP/1.1 429 \r\nRetry-After: 30\r\nContent-Length: 0\r\n\r\n"sv}) {
    connection.submit(1);
    for (const char& byte : answer) ASSERT_TRUE(connection.receive({&byte, 1})) << answer;
    EXPECT_EQ(connection.room(), 1U) << answer;
  }
  EXPECT_EQ(connection.answered(), "1:201 1:201 1:204 1:429");
  EXPECT_EQ(connection.answers[0].detail, "ok");
  EXPECT_EQ(connection.answers[1].detail, "ok");
  EXPECT_EQ(connection.answers[3].retry_after, "30");
}

TEST(H1PushProtocol, ClosesWhereTheServerWillOrTheLengthIsUnknown) {
  for (const std::string_view answer :
       {"HTTP/1.1 201 Created\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"sv,
        "HTTP/1.0 201 Created\r\nContent-Length: 0\r\n\r\n"sv,
        "HTTP/1.1 201 Created\r\n\r\nuntil the end"sv}) {
    Connection connection = h1();
    connection.submit(1);
    EXPECT_TRUE(connection.receive(answer));
    EXPECT_FALSE(connection.protocol->is_open());
    connection.protocol->end("closed", 0, connection.answers);
    EXPECT_EQ(connection.answered(), "1:201") << answer;
  }
}

TEST(H1PushProtocol, RefusesWhatIsNoAnswer) {
  for (const std::string& answer :
       {"HTTP/2 201 Created\r\n\r\n"s, "HTTP/1.1 2x1\r\n\r\n"s, "HTTP/1.1 20\r\n"s,
        "HTTP/1.1 201 Created\n\n"s, "HTTP/1.1 201 Created\r\nno colon\r\n\r\n"s,
        "HTTP/1.1 201 Created\r\n folded: x\r\n\r\n"s, "HTTP/1.1 201 Created\r\nname : x\r\n\r\n"s,
        "HTTP/1.1 201 Created\r\nContent-Length: +1\r\n\r\n"s,
        "HTTP/1.1 201 Created\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"s,
        "HTTP/1.1 201 Created\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"s,
        "HTTP/1.1 201 Created\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"s,
        "HTTP/1.1 101 Switching Protocols\r\n\r\n"s,
        "HTTP/1.1 201 Created\r\nx: " + std::string(20'000, 'x'),
        "HTTP/1.1 201 Created\r\n" + std::string(10'000, '\n')}) {
    Connection connection = h1();
    connection.submit(1);
    EXPECT_EQ(connection.receive(answer).error().code, Errc::kCorrupt) << answer.substr(0, 80);
    connection.protocol->end("broken", 0, connection.answers);
    EXPECT_EQ(connection.answered(), "1:uncertain");
  }
}

TEST(H1PushProtocol, KeepsAStatusWhoseBodyIsBroken) {
  Connection connection = h1();
  connection.submit(1);
  EXPECT_FALSE(
      connection.receive("HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"));
  connection.protocol->end("broken", 0, connection.answers);
  EXPECT_EQ(connection.answered(), "1:201");
}

TEST(H1PushProtocol, RefusesBytesThatNobodyAskedFor) {
  Connection connection = h1();
  EXPECT_FALSE(connection.receive("HTTP/1.1 408 Request Timeout\r\n\r\n"));
  EXPECT_EQ(connection.answered(), "");
}

TEST(H1PushProtocol, CutsAnEndlessBodyOff) {
  Connection connection = h1();
  connection.submit(1);
  EXPECT_TRUE(connection.receive("HTTP/1.1 500 x\r\n\r\n" + std::string(200'000, 'x')));
  EXPECT_EQ(connection.answered(), "1:500");
  EXPECT_EQ(connection.answers[0].detail.size(), kAnswerDetailBytesMax);
  EXPECT_TRUE(connection.protocol->is_over());
}

TEST(H1PushProtocol, GivesUpAtTheDeadlineOnly) {
  Connection connection = h1();
  connection.submit(1);
  EXPECT_FALSE(connection.protocol->expire(kDeadline - Millis(1), connection.answers));
  EXPECT_TRUE(connection.protocol->expire(kDeadline, connection.answers));
  EXPECT_EQ(connection.answered(), "1:uncertain");
  EXPECT_TRUE(connection.protocol->is_over());
}

enum Frame : char { kData = 0, kHeaders = 1, kReset = 3, kSettings = 4, kGoAway = 7 };

// RFC 9113, section 4.1.
std::string frame(Frame type, char flags, std::uint32_t stream, std::string_view payload) {
  const auto size = big_endian(static_cast<std::uint32_t>(payload.size()));
  std::string out(as_text(ByteView(size).subspan(1)));
  out += {static_cast<char>(type), flags};
  out += as_text(big_endian(stream));
  out += payload;
  return out;
}

std::string number(std::uint32_t value) { return std::string(as_text(big_endian(value))); }
std::string headers(std::uint32_t stream, std::string_view status, bool ends) {
  // RFC 7541, section 6.2.2: a literal with the name of entry 8, ":status".
  return frame(kHeaders, ends ? 5 : 4, stream, "\x08\x03" + std::string(status));
}
std::string settings(std::uint32_t streams_max) {
  return frame(kSettings, 0, 0, "\x00\x03"s + number(streams_max));
}

// Both implementations of HTTP/2 keep one contract.
class H2PushProtocol
    : public testing::TestWithParam<std::unique_ptr<PushProtocol> (*)(const std::string&)> {
 protected:
  static Connection h2(std::uint64_t requests) {
    Connection connection(GetParam()("https://push.example"));
    for (std::uint64_t token = 1; token <= requests; ++token) connection.submit(token);
    return connection;
  }
};
INSTANTIATE_TEST_SUITE_P(Own, H2PushProtocol, testing::Values(make_h2_push_protocol));
INSTANTIATE_TEST_SUITE_P(Nghttp2, H2PushProtocol, testing::Values(make_nghttp2_push_protocol));

TEST_P(H2PushProtocol, AsksForAnswersWithoutState) {
  const Connection connection = h2(0);
  Connection copy = h2(1);
  EXPECT_TRUE(copy.sent.starts_with("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
  EXPECT_THAT(copy.sent, testing::HasSubstr("\x00\x01\x00\x00\x00\x00\x00\x02\x00\x00\x00\x00"s));
}

TEST_P(H2PushProtocol, AssumesAHundredStreamsAndObeysTheLimit) {
  Connection connection = h2(0);
  EXPECT_EQ(connection.room(), 100U);
  EXPECT_TRUE(connection.receive(settings(3)));
  EXPECT_EQ(connection.room(), 3U);
  connection.submit(1);
  EXPECT_EQ(connection.room(), 2U);
  EXPECT_TRUE(connection.receive(settings(5000)));
  EXPECT_EQ(connection.room(), 99U);
}

TEST_P(H2PushProtocol, CountsAResetAfterTheAnswerOnce) {
  Connection connection = h2(2);
  EXPECT_TRUE(connection.receive(settings(100) + headers(1, "201", true) +
                                 frame(kReset, 0, 1, number(0)) + headers(3, "400", false) +
                                 frame(kData, 1, 3, "no") + frame(kReset, 0, 3, number(8))));
  EXPECT_EQ(connection.answered(), "1:201 2:400");
  EXPECT_EQ(connection.answers[1].detail, "no");
  connection.protocol->end("closed", 0, connection.answers);
  EXPECT_EQ(connection.answers.size(), 2U);
}

TEST_P(H2PushProtocol, KeepsAStatusWhoseBodyIsReset) {
  Connection connection = h2(1);
  EXPECT_TRUE(connection.receive(settings(100) + headers(1, "201", false) +
                                 frame(kReset, 0, 1, number(2))));
  EXPECT_EQ(connection.answered(), "1:201");
}

TEST_P(H2PushProtocol, WaitsForTheFinalStatus) {
  Connection connection = h2(1);
  EXPECT_TRUE(connection.receive(settings(100) + headers(1, "103", false)));
  EXPECT_EQ(connection.answered(), "");
  EXPECT_TRUE(connection.receive(headers(1, "201", true)));
  EXPECT_EQ(connection.answered(), "1:201");
}

TEST_P(H2PushProtocol, TellsRefusedFromReset) {
  Connection connection = h2(2);
  EXPECT_TRUE(connection.receive(settings(100) + frame(kReset, 0, 1, number(7)) +
                                 frame(kReset, 0, 3, number(2))));
  EXPECT_EQ(connection.answered(), "1:not-processed 2:uncertain");
}

TEST_P(H2PushProtocol, RetriesOnlyWhatIsAboveTheLastStreamOfGoAway) {
  Connection connection = h2(3);
  EXPECT_TRUE(connection.receive(settings(100) + frame(kGoAway, 0, 0, number(1) + number(0))));
  EXPECT_EQ(connection.answered(), "2:not-processed 3:not-processed");
  EXPECT_EQ(connection.room(), 0U);
  EXPECT_FALSE(connection.protocol->is_over());
  EXPECT_TRUE(connection.receive(headers(1, "201", true)));
  EXPECT_EQ(connection.answered(), "2:not-processed 3:not-processed 1:201");
  EXPECT_TRUE(connection.protocol->is_over());
}

TEST_P(H2PushProtocol, KnowsWhatNeverLeft) {
  Connection connection = h2(1);
  connection.submit_only(2);
  connection.protocol->end("closed", connection.out.size(), connection.answers);
  EXPECT_EQ(connection.answered(), "1:uncertain 2:not-processed");
}

TEST_P(H2PushProtocol, GivesUpAtTheDeadlineAndTellsThePeer) {
  Connection connection = h2(2);
  EXPECT_TRUE(connection.receive(settings(100) + headers(1, "201", true)));
  EXPECT_TRUE(connection.protocol->expire(kDeadline, connection.answers));
  EXPECT_FALSE(connection.protocol->expire(kDeadline, connection.answers));
  connection.fill();
  EXPECT_EQ(connection.answered(), "1:201 2:uncertain");
  EXPECT_TRUE(connection.sent.ends_with(frame(kReset, 0, 3, number(8))));
  EXPECT_EQ(connection.room(), 100U);
}

TEST_P(H2PushProtocol, RefusesTooMuchHeader) {
  Connection connection = h2(1);
  EXPECT_TRUE(connection.receive(settings(100)));
  // A literal of 16,000 bytes, twice: RFC 7541, section 5.1 for the length.
  const std::string field = "\x00\x01x\x7f\x81\x7c"s + std::string(16'000, 'x');
  EXPECT_TRUE(connection.receive(frame(kHeaders, 0, 1, "\x08\x03" + "400"s)));
  static_cast<void>(connection.receive(frame(static_cast<Frame>(9), 0, 1, field)).has_value());
  static_cast<void>(connection.receive(frame(static_cast<Frame>(9), 4, 1, field)).has_value());
  connection.protocol->end("closed", 0, connection.answers);
  EXPECT_EQ(connection.answered(), "1:uncertain");
}

TEST_P(H2PushProtocol, SaysThatThePeerBrokeTheProtocolAndTellsThePeer) {
  Connection connection = h2(1);
  EXPECT_TRUE(connection.receive(settings(100)));
  // An indexed field of index 0 (RFC 7541, section 6.1) is a COMPRESSION_ERROR.
  const Status status = connection.receive(frame(kHeaders, 4, 1, "\x80"));
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, Errc::kCorrupt);
  EXPECT_TRUE(connection.sent.ends_with(frame(kGoAway, 0, 0, number(0) + number(9))));
  EXPECT_TRUE(connection.protocol->is_over());
}

// nghttp2 insists on RFC 7541, section 4.2: after our SETTINGS are acknowledged the next block
// says that it keeps to the table size. Our own reader has no table and does not care.
TEST_P(H2PushProtocol, SaysWhyItRefusesABlockThatIgnoresTheTableSize) {
  Connection connection = h2(1);
  EXPECT_TRUE(connection.receive(settings(100) + frame(kSettings, 1, 0, "")));
  const Status status = connection.receive(headers(1, "201", true));
  EXPECT_EQ(status.has_value(), GetParam() == make_h2_push_protocol);
  connection.protocol->end("closed", 0, connection.answers);
  EXPECT_EQ(connection.answered(), status ? "1:201" : "1:uncertain");
}

TEST_P(H2PushProtocol, RefusesWhatIsNotHttp2) {
  Connection connection = h2(1);
  const Status status =
      connection.receive("HTTP/1.1 400 Bad Request\r\n\r\n" + std::string(99, 'x'));
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, Errc::kCorrupt);
  EXPECT_TRUE(connection.protocol->is_over());
  connection.protocol->end("closed", 0, connection.answers);
  EXPECT_EQ(connection.answered(), "1:uncertain");
}

}  // namespace
}  // namespace tocsin::net
