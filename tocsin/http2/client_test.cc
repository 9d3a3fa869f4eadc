// SPDX-License-Identifier: Apache-2.0
#include "tocsin/http2/client.h"

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tocsin::http2 {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::string_view kEmptySettings = "000000040000000000";

struct Peer {
  explicit Peer(std::string_view settings = kEmptySettings) {
    client.fill(out);
    receive(settings);
    out.clear();
  }

  std::uint32_t request(std::size_t body_bytes = 3, std::uint64_t token = 0) {
    const auto body = client.write_request(
        out, {.token = token, .head = head, .path = "/p", .body_bytes = body_bytes}, deadline);
    std::fill(body.begin(), body.end(), std::uint8_t{'b'});
    return next_id += 2;
  }
  void receive(std::string_view frames) {
    status = client.receive(*unhex(frames), answers);
    client.fill(out);
  }
  // The code of the last GOAWAY or RST_STREAM of that type in what was sent; -1: there is none.
  int code(FrameType type) const {
    int found = -1;
    FrameReader reader;
    FrameReader::Frame frame;
    ByteView bytes(out);
    while (reader.next(bytes, frame)) {
      if (frame.header.type != type) continue;
      found = static_cast<int>(read_u32(frame.payload.data() + frame.payload.size() - 4));
    }
    return found;
  }

  std::shared_ptr<const http::RequestHead> head =
      std::make_shared<const http::RequestHead>(http::RequestHead{{{"ttl", "60"}}});
  Client client{"https://push.example"};
  Instant deadline = Instant{} + Seconds(10);
  std::uint32_t next_id = std::uint32_t(-1);
  Bytes out;
  Status status = ok();
  std::vector<http::Answer> answers;
};

TEST(Client, StartsWithPrefaceSettingsAndAWideWindow) {
  Client client("https://push.example");
  Bytes out;
  client.fill(out);
  EXPECT_EQ(hex(out), hex(as_bytes(kPreface)) +
                          "000018040000000000"
                          "000100000000"
                          "000200000000"
                          "000400020000"
                          "000600004000"
                          "000004080000000000"
                          "3fff0001");
}

TEST(Client, WritesARequestAsTwoFramesWithItsBodyInPlace) {
  Peer peer;
  peer.request();
  EXPECT_EQ(hex(peer.out),
            "00001c"
            "0104"
            "00000001"
            "8387"
            "410c" +
                hex(as_bytes("push.example")) + "04022f70" + "4003" + hex(as_bytes("ttl")) + "02" +
                hex(as_bytes("60")) +
                "000003"
                "0001"
                "00000001"
                "626262");
}

TEST(Client, TakesAStatusHoweverItIsWritten) {
  struct Case {
    const char* block;
    int status;
  };
  for (const Case& one : std::vector<Case>{{"88", 200},
                                           {"0803323031", 201},
                                           {"4803323031", 201},
                                           {"1803323031", 201},
                                           {"48821003", 201},
                                           {"20200803323031", 201},
                                           {"088210035f87497ca589d34d1f", 201},
                                           {"0803343239", 429},
                                           {"4903343130", 410},
                                           {"00073a737461747573"
                                            "03343034",
                                            404}}) {
    Peer peer;
    peer.request(3, 7);
    const std::string block = one.block;
    const std::string size = hex(big_endian(static_cast<std::uint8_t>(block.size() / 2)));
    peer.receive(std::string("0000").append(size).append("010500000001").append(block));
    ASSERT_THAT(peer.answers, SizeIs(1)) << one.block;
    EXPECT_EQ(peer.answers[0].status, one.status) << one.block;
    EXPECT_EQ(peer.answers[0].token, 7U);
    EXPECT_EQ(peer.client.in_flight(), 0U);
    EXPECT_FALSE(peer.client.has_output());
  }
}

TEST(Client, KeepsRetryAfterAndTheStartOfTheBodyOfARefusal) {
  Peer peer;
  peer.request();
  peer.receive(
      "00000a010400000001"
      "0803343239"
      "0f260231"
      "30");
  peer.receive("00000a000100000001" + hex(as_bytes("slow down!")));
  ASSERT_THAT(peer.answers, SizeIs(1));
  EXPECT_EQ(peer.answers[0].status, 429);
  EXPECT_EQ(peer.answers[0].retry_after, "10");
  EXPECT_EQ(peer.answers[0].detail, "slow down!");
}

TEST(Client, CutsOffABodyWithoutEnd) {
  Peer peer;
  peer.request();
  peer.receive(
      "000005010400000001"
      "0803353030");
  for (int i = 0; i < 5 && peer.answers.empty(); ++i) {
    peer.receive("004000000000000001" + hex(Bytes(kFrameBytesMax)));
  }
  ASSERT_THAT(peer.answers, SizeIs(1));
  EXPECT_EQ(peer.answers[0].status, 500);
  EXPECT_THAT(peer.answers[0].detail, SizeIs(kAnswerDetailBytesMax));
  EXPECT_EQ(peer.code(FrameType::kRstStream), static_cast<int>(ErrorCode::kCancel));
}

TEST(Client, AnswersOnceWhenAResetFollowsTheAnswer) {
  Peer peer;
  peer.request();
  peer.receive(
      "000001010500000001"
      "88"
      "000004030000000001"
      "00000000");
  EXPECT_THAT(peer.answers, SizeIs(1));
}

TEST(Client, TakesAFinalStatusForTheAnswerHoweverTheBodyEnds) {
  Peer peer;
  peer.request();
  peer.request();
  peer.request();
  peer.receive(
      "000001010400000001"
      "88"
      "000001010400000003"
      "88"
      "000001010400000005"
      "88");
  peer.receive(
      "000004030000000001"
      "00000002");
  peer.client.expire(peer.deadline, peer.answers);
  ASSERT_THAT(peer.answers, SizeIs(3));
  for (const auto& answer : peer.answers) EXPECT_EQ(answer.status, 200);
}

TEST(Client, KnowsThatARefusedStreamWasNotProcessed) {
  Peer peer;
  peer.request();
  peer.request();
  peer.receive(
      "000004030000000001"
      "00000007"
      "000004030000000003"
      "00000002");
  ASSERT_THAT(peer.answers, SizeIs(2));
  EXPECT_EQ(peer.answers[0].no_answer, http::NoAnswer::kNotProcessed);
  EXPECT_EQ(peer.answers[1].no_answer, http::NoAnswer::kUncertain);
  EXPECT_THAT(peer.answers[1].detail, HasSubstr("INTERNAL_ERROR"));
}

TEST(Client, AnswersAtOnceWhatGoAwayLeavesOutAndWaitsForTheRest) {
  Peer peer;
  peer.request(3, 1);
  peer.request(3, 2);
  peer.receive(
      "00000b070000000000"
      "00000001"
      "00000000" +
      hex(as_bytes("old")));
  ASSERT_THAT(peer.answers, SizeIs(1));
  EXPECT_EQ(peer.answers[0].token, 2U);
  EXPECT_EQ(peer.answers[0].no_answer, http::NoAnswer::kNotProcessed);
  EXPECT_THAT(peer.answers[0].detail, HasSubstr("old"));
  EXPECT_EQ(peer.client.room(3), 0U);
  EXPECT_FALSE(peer.client.is_open());
  EXPECT_FALSE(peer.client.is_over());
  peer.receive(
      "000001010500000001"
      "88");
  EXPECT_EQ(peer.answers[1].status, 200);
  EXPECT_TRUE(peer.client.is_over());
}

TEST(Client, GivesUpWhatIsOverdueAndNothingElse) {
  Peer peer;
  peer.request(3, 1);
  peer.deadline += Seconds(1);
  peer.request(3, 2);
  EXPECT_FALSE(peer.client.expire(peer.deadline - Seconds(2), peer.answers));
  EXPECT_TRUE(peer.client.expire(peer.deadline - Seconds(1), peer.answers));
  ASSERT_THAT(peer.answers, SizeIs(1));
  EXPECT_EQ(peer.answers[0].token, 1U);
  peer.receive(
      "000001010500000001"
      "88");  // too late
  EXPECT_THAT(peer.answers, SizeIs(1));
  EXPECT_TRUE(peer.client.expire(peer.deadline, peer.answers));
  EXPECT_THAT(peer.answers, SizeIs(2));
  EXPECT_EQ(peer.code(FrameType::kRstStream), static_cast<int>(ErrorCode::kCancel));
}

TEST(Client, HasRoomForAHundredUntilThePeerSaysLess) {
  EXPECT_EQ(Client("https://push.example").room(300), kStreamsMax);
  EXPECT_EQ(Peer("000006040000000000"
                 "000300000007")
                .client.room(300),
            7U);
  EXPECT_EQ(Peer("000006040000000000"
                 "0003000003e8")
                .client.room(300),
            kStreamsMax);
}

TEST(Client, HasRoomForAsManyBodiesAsTheConnectionsWindowHolds) {
  Peer peer;
  EXPECT_EQ(peer.client.room(4096), 15U);
  for (int i = 0; i < 15; ++i) peer.request(4096);
  EXPECT_EQ(peer.client.room(4096), 0U);
  EXPECT_EQ(peer.client.room(4095), 1U);
  peer.receive(
      "000004080000000000"
      "00001000");
  EXPECT_EQ(peer.client.room(4096), 1U);
}

TEST(Client, IsNotSuitedWhereABodyNeverFitsAStreamsWindow) {
  Peer peer(
      "000006040000000000"
      "000400000400");
  EXPECT_TRUE(peer.client.is_suited(1024));
  EXPECT_FALSE(peer.client.is_suited(1025));
  EXPECT_EQ(peer.client.room(1025), 0U);
  EXPECT_GT(peer.client.room(1024), 0U);
}

TEST(Client, EndsUncertainWithTheConnection) {
  Peer peer;
  peer.request();
  peer.client.end("gone", 0, peer.answers);
  ASSERT_THAT(peer.answers, SizeIs(1));
  EXPECT_EQ(peer.answers[0].no_answer, http::NoAnswer::kUncertain);
  EXPECT_EQ(peer.answers[0].detail, "gone");
}

TEST(Client, ClosesAfterGoodbyeAndTheLastAnswer) {
  Peer peer;
  peer.request();
  peer.client.say_goodbye();
  EXPECT_FALSE(peer.client.is_open());
  EXPECT_FALSE(peer.client.is_over());
  peer.receive(
      "000001010500000001"
      "88");
  EXPECT_TRUE(peer.client.is_over());
  EXPECT_EQ(peer.code(FrameType::kGoAway), 0);
}

enum class Verdict { kIgnored, kAcked, kStream, kConnection };

// Each after SETTINGS and a request on stream 1. Compare h2spec, which tests servers.
struct Case {
  const char* what;
  std::string frames;
  Verdict verdict;
  ErrorCode code = ErrorCode::kNoError;
};

using enum Verdict;
const std::vector<Case> kCases{
    {"5.5: an unknown type",
     "000003"
     "16"
     "ff"
     "00000001"
     "010203",
     kIgnored},
    {"5.1: HEADERS on an idle stream",
     "000001010500000003"
     "88",
     kConnection, ErrorCode::kProtocolError},
    {"5.1: HEADERS on a stream of the server's",
     "000001010500000002"
     "88",
     kConnection, ErrorCode::kProtocolError},
    {"5.1: DATA on an idle stream",
     "000001000100000005"
     "00",
     kConnection, ErrorCode::kProtocolError},
    {"6.1: DATA on the connection",
     "000001000100000000"
     "00",
     kConnection, ErrorCode::kProtocolError},
    {"6.1: DATA all padding and more",
     "000002000900000001"
     "0500",
     kConnection, ErrorCode::kProtocolError},
    {"8.1: DATA before HEADERS",
     "000001000000000001"
     "00",
     kStream, ErrorCode::kProtocolError},
    {"6.2: HEADERS all padding and more",
     "000002010d00000001"
     "0588",
     kConnection, ErrorCode::kProtocolError},
    {"4.3: a block that cannot be decoded",
     "000001010500000001"
     "be",
     kConnection, ErrorCode::kCompressionError},
    {"6.3: PRIORITY",
     "000005020000000001"
     "0000000010",
     kIgnored},
    {"6.3: PRIORITY on the connection",
     "000005020000000000"
     "0000000010",
     kConnection, ErrorCode::kProtocolError},
    {"6.3: PRIORITY of a wrong length",
     "000004020000000001"
     "00000000",
     kStream, ErrorCode::kFrameSizeError},
    {"6.4: RST_STREAM on an idle stream",
     "000004030000000003"
     "00000000",
     kConnection, ErrorCode::kProtocolError},
    {"6.4: RST_STREAM on the connection",
     "000004030000000000"
     "00000000",
     kConnection, ErrorCode::kProtocolError},
    {"6.4: RST_STREAM of a wrong length",
     "000003030000000001"
     "000000",
     kConnection, ErrorCode::kFrameSizeError},
    {"6.5: SETTINGS",
     "000006040000000000"
     "00ff00000001",
     kAcked},
    {"6.5: SETTINGS ACK", "000000040100000000", kIgnored},
    {"6.5: SETTINGS ACK with a payload",
     "000006040100000000"
     "000300000001",
     kConnection, ErrorCode::kFrameSizeError},
    {"6.5: SETTINGS on a stream", "000000040000000001", kConnection, ErrorCode::kProtocolError},
    {"6.5: SETTINGS of a wrong length",
     "000005040000000000"
     "0003000000",
     kConnection, ErrorCode::kFrameSizeError},
    {"6.5.2: ENABLE_PUSH of a server",
     "000006040000000000"
     "000200000001",
     kConnection, ErrorCode::kProtocolError},
    {"6.5.2: INITIAL_WINDOW_SIZE too large",
     "000006040000000000"
     "000480000000",
     kConnection, ErrorCode::kFlowControlError},
    {"6.5.2: MAX_FRAME_SIZE too small",
     "000006040000000000"
     "000500003fff",
     kConnection, ErrorCode::kProtocolError},
    {"6.5.2: MAX_FRAME_SIZE too large",
     "000006040000000000"
     "000501000000",
     kConnection, ErrorCode::kProtocolError},
    {"6.6: PUSH_PROMISE",
     "000005050400000001"
     "0000000288",
     kConnection, ErrorCode::kProtocolError},
    {"6.7: PING",
     "000008060000000000"
     "0102030405060708",
     kAcked},
    {"6.7: PING ACK",
     "000008060100000000"
     "0102030405060708",
     kIgnored},
    {"6.7: PING on a stream",
     "000008060000000001"
     "0102030405060708",
     kConnection, ErrorCode::kProtocolError},
    {"6.7: PING of a wrong length",
     "000006060000000000"
     "010203040506",
     kConnection, ErrorCode::kFrameSizeError},
    {"6.8: GOAWAY on a stream",
     "000008070000000001"
     "0000000000000000",
     kConnection, ErrorCode::kProtocolError},
    {"6.8: GOAWAY of a wrong length",
     "000007070000000000"
     "00000000000000",
     kConnection, ErrorCode::kFrameSizeError},
    {"6.9: WINDOW_UPDATE",
     "000004080000000001"
     "00000001",
     kIgnored},
    {"6.9: WINDOW_UPDATE of nothing",
     "000004080000000000"
     "00000000",
     kConnection, ErrorCode::kProtocolError},
    {"6.9: WINDOW_UPDATE of nothing, stream",
     "000004080000000001"
     "00000000",
     kStream, ErrorCode::kProtocolError},
    {"6.9: WINDOW_UPDATE on an idle stream",
     "000004080000000003"
     "00000001",
     kConnection, ErrorCode::kProtocolError},
    {"6.9: WINDOW_UPDATE of a wrong length",
     "000003080000000000"
     "000001",
     kConnection, ErrorCode::kFrameSizeError},
    {"6.9.1: a window too large",
     "000004080000000000"
     "7fffffff",
     kConnection, ErrorCode::kFlowControlError},
    {"6.9.1: a stream's window too large",
     "000004080000000001"
     "7fffffff",
     kStream, ErrorCode::kFlowControlError},
    {"6.9.2: SETTINGS make it too large",
     "000004080000000001"
     "7fff0000"
     "000006040000000000"
     "00040001ffff",
     kConnection, ErrorCode::kFlowControlError},
    {"6.10: CONTINUATION of nothing",
     "000001090400000001"
     "88",
     kConnection, ErrorCode::kProtocolError},
    {"6.10: a block interrupted",
     "000001010100000001"
     "88"
     "000008060000000000"
     "0102030405060708",
     kConnection, ErrorCode::kProtocolError},
    {"6.10: CONTINUATION of another stream",
     "000001010100000001"
     "88"
     "000000090400000003",
     kConnection, ErrorCode::kProtocolError},
    {"4.2: a frame too long", "004001000100000001", kConnection, ErrorCode::kFrameSizeError},
    {"8.1: an interim answer",
     "000005010400000001"
     "0803313033",
     kIgnored},
    {"8.1: an interim answer that ends",
     "000005010500000001"
     "0803313033",
     kStream, ErrorCode::kProtocolError},
    {"8.6: 101",
     "000005010400000001"
     "0803313031",
     kStream, ErrorCode::kProtocolError},
    {"8.1: no status",
     "000005010500000001"
     "0001610162",
     kStream, ErrorCode::kProtocolError},
    {"8.3: a status twice",
     "000006010500000001"
     "8e0803343034",
     kStream, ErrorCode::kProtocolError},
    {"8.3: a status after a field",
     "000006010500000001"
     "00016101628e",
     kStream, ErrorCode::kProtocolError},
    {"8.3: a request's pseudo-header",
     "000002010500000001"
     "8e82",
     kStream, ErrorCode::kProtocolError},
    {"8.2: an uppercase name",
     "000006010500000001"
     "8e0001410162",
     kStream, ErrorCode::kProtocolError},
    {"8.2.2: connection",
     "00000f010500000001"
     "8e00"
     "0a" +
         hex(as_bytes("connection")) + "0161",
     kStream, ErrorCode::kProtocolError},
    {"8.3.2: a status of two digits",
     "000004010500000001"
     "08023430",
     kStream, ErrorCode::kProtocolError},
};

TEST(Client, JudgesFramesAsRfc9113Says) {
  for (const Case& one : kCases) {
    SCOPED_TRACE(one.what);
    Peer peer;
    peer.request();
    peer.out.clear();
    peer.receive(one.frames);
    EXPECT_EQ(peer.status.has_value(), one.verdict != kConnection);
    EXPECT_EQ(peer.client.is_over(), one.verdict == kConnection);
    EXPECT_EQ(peer.answers.size(), one.verdict == kStream ? 1U : 0U);
    const int code = static_cast<int>(one.code);
    EXPECT_EQ(peer.code(FrameType::kGoAway), one.verdict == kConnection ? code : -1);
    EXPECT_EQ(peer.code(FrameType::kRstStream), one.verdict == kStream ? code : -1);
    if (one.verdict == kIgnored) {
      EXPECT_THAT(peer.out, IsEmpty());
    }
    if (one.verdict == kAcked) {
      EXPECT_EQ(peer.out[4], kAck);
    }
    peer.client.end("", 0, peer.answers);
    EXPECT_THAT(peer.answers, SizeIs(1));
  }
}

TEST(Client, NeedsSettingsFirst) {
  Client client("https://push.example");
  std::vector<http::Answer> answers;
  const Status status = client.receive(*unhex("0000080600000000000102030405060708"), answers);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, Errc::kCorrupt);
}

TEST(Client, EndsAFloodOfPings) {
  Peer peer;
  std::string pings;
  for (int i = 0; i < 2000; ++i) pings += "0000080600000000000102030405060708";
  peer.receive(pings);
  EXPECT_FALSE(peer.status);
  EXPECT_EQ(peer.code(FrameType::kGoAway), static_cast<int>(ErrorCode::kEnhanceYourCalm));
}

TEST(Client, EndsSettingsWithoutEnd) {
  Peer peer;
  std::string settings = "0000c6040000000000";
  for (std::size_t i = 0; i <= kSettingsMax; ++i) settings += "000400000001";
  peer.receive(settings);
  EXPECT_EQ(peer.code(FrameType::kGoAway), static_cast<int>(ErrorCode::kEnhanceYourCalm));
}

TEST(Client, EndsAHeaderBlockWithoutEnd) {
  Peer peer;
  peer.request();
  peer.receive(
      "000001010100000001"
      "88");
  for (int i = 0; i < 9 && peer.status; ++i)
    peer.receive(
        "000001090000000001"
        "88");
  EXPECT_EQ(peer.code(FrameType::kGoAway), static_cast<int>(ErrorCode::kEnhanceYourCalm));
}

TEST(Client, HeedsASmallerTableFromTheAcknowledgementOn) {
  Peer peer;
  peer.request();
  peer.out.clear();
  const Bytes settings = *unhex(
      "000006040000000000"
      "000100000000");
  ASSERT_TRUE(peer.client.receive(settings, peer.answers));
  peer.request();
  EXPECT_EQ(hex(ByteView(peer.out).first(9)), "000000040100000000");
  EXPECT_EQ(peer.out[9 + 9], 0x20);
}

}  // namespace
}  // namespace tocsin::http2
