// SPDX-License-Identifier: Apache-2.0
#include "tocsin/http2/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tocsin::http2 {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::string_view kSettings = "000000040000000000";
// POST https a.b /p, without the end of the block's frame header.
constexpr std::string_view kHead =
    "838744022f70"
    "0103612e62";

std::string frame(std::string_view type_and_flags, std::uint32_t stream, std::string_view payload) {
  const auto size = static_cast<std::uint32_t>(payload.size() / 2);
  return hex(ByteView(big_endian(size)).subspan(1)) + std::string(type_and_flags) +
         hex(big_endian(stream)) + std::string(payload);
}

struct Peer final : Server::Handler {
  explicit Peer(const Server::Config& config = {}) : server(config, *this) {
    receive(hex(as_bytes(kPreface)) + std::string(kSettings));
    out.clear();
  }
  void on_request(const Server::Request& request) override {
    streams.push_back(request.stream);
    bodies.emplace_back(as_text(request.body));
    paths.emplace_back(request.path);
    if (answers) server.respond(request.stream, 201);
  }
  void on_cancel(std::uint32_t stream) override { cancelled.push_back(stream); }

  void receive(std::string_view frames) {
    const Bytes bytes = *unhex(frames);
    status = server.receive(bytes);
    server.fill(out, out.size() + 1'000'000);
  }
  int code(FrameType type) const {
    int found = -1;
    FrameReader reader;
    FrameReader::Frame one;
    ByteView bytes(out);
    while (reader.next(bytes, one)) {
      if (one.header.type == type) found = static_cast<int>(read_u32(one.payload.last(4).data()));
    }
    return found;
  }

  bool answers = true;
  std::vector<std::uint32_t> streams;
  std::vector<std::string> bodies;
  std::vector<std::string> paths;
  std::vector<std::uint32_t> cancelled;
  Server server;
  Bytes out;
  Status status = ok();
};

TEST(Server, AnnouncesItsLimitsAndAWideWindow) {
  struct Nobody final : Server::Handler {
    void on_request(const Server::Request& /*request*/) override {}
    void on_cancel(std::uint32_t /*stream*/) override {}
  } nobody;
  Server server({.streams_max = 7, .initial_window_bytes = 1000}, nobody);
  Bytes out;
  server.fill(out, 1000);
  EXPECT_EQ(hex(out),
            "000012040000000000"
            "000300000007"
            "0004000003e8"
            "000600004000"
            "000004080000000000"
            "3fff0001");
}

TEST(Server, AnswersARequestInFourteenOctets) {
  Peer peer;
  peer.receive(frame("0104", 1, kHead) + frame("0001", 1, "616263"));
  EXPECT_THAT(peer.bodies, ElementsAre("abc"));
  EXPECT_THAT(peer.paths, ElementsAre("/p"));
  EXPECT_EQ(hex(peer.out),
            "000006010500000001"
            "200803323031");
  peer.out.clear();
  peer.receive(frame("0105", 3, kHead));
  EXPECT_EQ(hex(peer.out),
            "000005010500000003"
            "0803323031");
  EXPECT_EQ(peer.server.in_flight(), 0U);
}

TEST(Server, JoinsABodyAndIgnoresTrailers) {
  Peer peer;
  peer.receive(frame("0104", 1, kHead) + frame("0000", 1, "61"));
  EXPECT_EQ(hex(peer.out),
            "000004080000000001"
            "00000001");  // credit for more
  peer.receive(frame("0008", 1, "02620000") + frame("0105", 1, "0001780179"));
  EXPECT_THAT(peer.bodies, ElementsAre("ab"));
}

TEST(Server, ShowsThatAFieldIsTheOneOfLastTime) {
  struct Reader final : Server::Handler {
    void on_request(const Server::Request& request) override {
      for (const Field& field : request.fields) entries.push_back(field.entry);
    }
    void on_cancel(std::uint32_t /*stream*/) override {}
    std::vector<std::uint64_t> entries;
  } reader;
  Server server({}, reader);
  ASSERT_TRUE(server.receive(as_bytes(kPreface)));
  const std::string head(kHead);
  ASSERT_TRUE(server.receive(*unhex(std::string(kSettings) + frame("0105", 1, head + "4001780179") +
                                    frame("0104", 3, head + "bf0001780179"))));
  ASSERT_TRUE(server.receive(*unhex(frame("0001", 3, ""))));
  ASSERT_THAT(reader.entries, SizeIs(3));
  EXPECT_GT(reader.entries[0], 0U);
  EXPECT_EQ(reader.entries[2], 0U);
}

TEST(Server, AnswersWithFieldsAndABodyAsFlowControlLets) {
  Peer peer;
  peer.answers = false;
  peer.receive(
      "000006040000000000"
      "000400000002" +
      frame("0105", 1, kHead));
  peer.out.clear();
  const std::vector<Server::AnswerField> fields{{"retry-after", "9"}};
  peer.server.respond(1, 429, fields, "wait");
  peer.receive("");
  EXPECT_EQ(hex(peer.out),
            "000015010400000001"
            "20"
            "0803343239"
            "00"
            "0b" +
                hex(as_bytes("retry-after")) + "0139" +
                "000002000000000001"
                "7761");
  peer.out.clear();
  peer.receive(
      "000004080000000001"
      "00000009");
  EXPECT_EQ(hex(peer.out),
            "000002000100000001"
            "6974");
  EXPECT_EQ(peer.server.in_flight(), 0U);
}

TEST(Server, RefusesStreamsBeyondItsLimit) {
  Peer peer({.streams_max = 1});
  peer.answers = false;
  peer.receive(frame("0105", 1, kHead) + frame("0105", 3, kHead));
  EXPECT_THAT(peer.streams, ElementsAre(1));
  EXPECT_EQ(peer.code(FrameType::kRstStream), static_cast<int>(ErrorCode::kRefusedStream));
  peer.server.respond(1, 201);
  peer.receive(frame("0105", 5, kHead));
  EXPECT_THAT(peer.streams, ElementsAre(1, 5));
}

TEST(Server, AnswersItselfWhatIsTooLong) {
  Peer peer({.header_bytes_max = 200, .body_bytes_max = 4});
  peer.receive(frame("0105", 1, std::string(kHead) + "4001787f1f" + hex(Bytes(158, 'x'))));
  EXPECT_THAT(hex(peer.out), testing::HasSubstr(hex(as_bytes("431"))));
  peer.out.clear();
  peer.receive(frame("0104", 3, kHead) + frame("0000", 3, "6162636465"));
  EXPECT_THAT(hex(peer.out), testing::HasSubstr(hex(as_bytes("413"))));
  EXPECT_EQ(peer.code(FrameType::kRstStream), 0);
  peer.receive(frame("0001", 3, "66"));  // what was on its way
  EXPECT_TRUE(peer.status);
  EXPECT_THAT(peer.streams, IsEmpty());
  EXPECT_EQ(peer.server.in_flight(), 0U);
}

TEST(Server, TellsOfARequestThatTheClientGivesUp) {
  Peer peer;
  peer.answers = false;
  peer.receive(frame("0105", 1, kHead) + frame("0104", 3, kHead));
  peer.receive(frame("0300", 1, "00000008") + frame("0300", 3, "00000008"));
  EXPECT_THAT(peer.cancelled, ElementsAre(1));
  EXPECT_EQ(peer.server.in_flight(), 0U);
  peer.out.clear();
  peer.server.respond(1, 201);
  EXPECT_EQ(peer.server.output_bytes(), 0U);
}

TEST(Server, ResetsAStreamWithoutAnAnswer) {
  Peer peer;
  peer.answers = false;
  peer.receive(frame("0105", 1, kHead));
  peer.server.reset(1, ErrorCode::kRefusedStream);
  peer.server.reset(1, ErrorCode::kRefusedStream);
  peer.receive("");
  EXPECT_EQ(hex(ByteView(peer.out).last(13)),
            "000004030000000001"
            "00000007");
  EXPECT_EQ(peer.server.in_flight(), 0U);
}

TEST(Server, FinishesWhatCameBeforeItGoesAway) {
  Peer peer;
  peer.answers = false;
  peer.receive(frame("0105", 1, kHead));
  peer.out.clear();
  peer.server.go_away();
  peer.receive(frame("0105", 3, kHead));
  EXPECT_EQ(hex(peer.out),
            "000008070000000000"
            "0000000100000000");
  EXPECT_THAT(peer.streams, ElementsAre(1));
  EXPECT_FALSE(peer.server.is_over());
  peer.server.respond(1, 201);
  EXPECT_TRUE(peer.server.is_over());
}

TEST(Server, EndsAFloodOfCancelledStreams) {
  Peer peer;
  for (std::uint32_t id = 1; id < 4000 && peer.status; id += 2) {
    peer.receive(frame("0104", id, kHead) + frame("0300", id, "00000008"));
  }
  EXPECT_EQ(peer.code(FrameType::kGoAway), static_cast<int>(ErrorCode::kEnhanceYourCalm));
}

enum class Verdict { kGiven, kIgnored, kStream, kConnection };

// Each after the preface and SETTINGS. Compare h2spec.
struct Case {
  const char* what;
  std::string frames;
  Verdict verdict;
  ErrorCode code = ErrorCode::kNoError;
};

using enum Verdict;
const std::string kHeadText(kHead);

std::string named(std::string_view name, std::string_view value) {
  Bytes out;
  append_literal(out, false, 0, name, value);
  return hex(out);
}

const std::vector<Case> kCases{
    {"a request", frame("0105", 1, kHeadText), kGiven},
    {"padding and priority",
     frame("012d", 1,
           "02"
           "0000000010" +
               kHeadText + "0000"),
     kGiven},
    {"a block in pieces", frame("0101", 1, "83") + frame("0904", 1, kHeadText.substr(2)), kGiven},
    {"an unknown type", frame("2020", 1, "00"), kIgnored},
    {"5.1.1: an even stream", frame("0105", 2, kHeadText), kConnection, ErrorCode::kProtocolError},
    {"6.2: HEADERS on the connection", frame("0105", 0, kHeadText), kConnection,
     ErrorCode::kProtocolError},
    {"5.1: DATA on an idle stream", frame("0001", 1, "61"), kConnection, ErrorCode::kProtocolError},
    {"6.1: padding beyond the frame", frame("0104", 1, kHeadText) + frame("0009", 1, "05"),
     kConnection, ErrorCode::kProtocolError},
    {"4.3: a block that cannot be decoded", frame("0105", 1, "be"), kConnection,
     ErrorCode::kCompressionError},
    {"6.6: PUSH_PROMISE", frame("0504", 1, "0000000282"), kConnection, ErrorCode::kProtocolError},
    {"6.10: CONTINUATION of nothing", frame("0904", 1, kHeadText), kConnection,
     ErrorCode::kProtocolError},
    {"6.10: a block interrupted", frame("0101", 1, "83") + frame("0105", 3, kHeadText), kConnection,
     ErrorCode::kProtocolError},
    {"6.9: WINDOW_UPDATE of nothing", frame("0800", 0, "00000000"), kConnection,
     ErrorCode::kProtocolError},
    {"6.9: a window too large", frame("0800", 0, "7fffffff"), kConnection,
     ErrorCode::kFlowControlError},
    {"6.9: a stream's window too large", frame("0104", 1, kHeadText) + frame("0800", 1, "7fffffff"),
     kStream, ErrorCode::kFlowControlError},
    {"6.5.2: ENABLE_PUSH out of range", frame("0400", 0, "000200000002"), kConnection,
     ErrorCode::kProtocolError},
    {"6.5.2: MAX_FRAME_SIZE out of range", frame("0400", 0, "000500000001"), kConnection,
     ErrorCode::kProtocolError},
    {"6.5.2: INITIAL_WINDOW_SIZE out of range", frame("0400", 0, "000480000000"), kConnection,
     ErrorCode::kFlowControlError},
    {"6.3: PRIORITY on an idle stream", frame("0200", 5, "0000000010"), kIgnored},
    {"6.4: RST_STREAM on an idle stream", frame("0300", 1, "00000000"), kConnection,
     ErrorCode::kProtocolError},
    {"6.8: GOAWAY", frame("0700", 0, "0000000000000000"), kIgnored},
    {"6.8: GOAWAY on a stream", frame("0700", 1, "0000000000000000"), kConnection,
     ErrorCode::kProtocolError},
    {"4.2: a frame too long", "004001000100000001", kConnection, ErrorCode::kFrameSizeError},
    {"8.3.1: no path", frame("0105", 1, "8387"), kStream, ErrorCode::kProtocolError},
    {"8.3.1: an empty path", frame("0105", 1, "83870400"), kStream, ErrorCode::kProtocolError},
    {"8.3.1: a path twice", frame("0105", 1, kHeadText + "84"), kStream, ErrorCode::kProtocolError},
    {"8.3: a pseudo-header after a field", frame("0105", 1, "8387" + named("a", "b") + "84"),
     kStream, ErrorCode::kProtocolError},
    {"8.3: an answer's pseudo-header", frame("0105", 1, kHeadText + "88"), kStream,
     ErrorCode::kProtocolError},
    {"8.2.1: an uppercase name", frame("0105", 1, kHeadText + named("A", "b")), kStream,
     ErrorCode::kProtocolError},
    {"8.2.2: connection", frame("0105", 1, kHeadText + named("connection", "close")), kStream,
     ErrorCode::kProtocolError},
    {"8.1.1: a body shorter than announced",
     frame("0104", 1, kHeadText + named("content-length", "3")) + frame("0001", 1, "61"), kStream,
     ErrorCode::kProtocolError},
    {"8.1.1: no body though announced", frame("0105", 1, kHeadText + named("content-length", "3")),
     kStream, ErrorCode::kProtocolError},
    {"8.1: trailers with a pseudo-header", frame("0104", 1, kHeadText) + frame("0105", 1, "84"),
     kStream, ErrorCode::kProtocolError},
    {"8.1: a second head without END_STREAM",
     frame("0104", 1, kHeadText) + frame("0104", 1, named("a", "b")), kStream,
     ErrorCode::kProtocolError},
};

TEST(Server, JudgesFramesAsRfc9113Says) {
  for (const Case& one : kCases) {
    SCOPED_TRACE(one.what);
    Peer peer;
    peer.receive(one.frames);
    EXPECT_EQ(peer.status.has_value(), one.verdict != kConnection);
    EXPECT_EQ(peer.streams.size(), one.verdict == kGiven ? 1U : 0U);
    const int code = static_cast<int>(one.code);
    EXPECT_EQ(peer.code(FrameType::kGoAway), one.verdict == kConnection ? code : -1);
    EXPECT_EQ(peer.code(FrameType::kRstStream), one.verdict == kStream ? code : -1);
    EXPECT_EQ(peer.server.in_flight(), one.verdict == kConnection ? peer.server.in_flight() : 0U);
    if (one.verdict == kIgnored) {
      EXPECT_THAT(peer.out, IsEmpty());
    }
  }
}

TEST(Server, NeedsThePreface) {
  Peer peer;
  Server server({}, peer);
  EXPECT_TRUE(server.receive(as_bytes(kPreface.substr(0, 10))));
  EXPECT_FALSE(server.receive(as_bytes("GET / HTTP/1.1")));
  EXPECT_TRUE(server.is_over());
}

}  // namespace
}  // namespace tocsin::http2
