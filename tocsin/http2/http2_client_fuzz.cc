// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "tocsin/base/check.h"
#include "tocsin/http2/client.h"

// The first byte says how the rest, the peer's bytes, is cut into pieces. Whatever the peer sends,
// each request is answered once, and the client's output is whole frames.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tocsin;
  using namespace tocsin::http2;
  constexpr std::size_t kRequestsMax = 16;
  if (size == 0) return 0;
  Client client("https://push.example");
  const std::size_t piece_bytes = 1 + data[0] * std::size_t{8};
  ByteView rest{data + 1, size - 1};
  std::vector<http::Answer> answers;
  Bytes out;
  std::size_t asked = 0;
  const auto head = std::make_shared<const http::RequestHead>(
      http::RequestHead{{{"ttl", "60"}, {"authorization", "vapid"}}});
  const auto ask = [&] {
    while (client.room(1) > 0 && asked < kRequestsMax) {
      const auto body = client.write_request(
          out, {.token = asked++, .head = head, .path = "/push", .body_bytes = 1},
          Instant(std::chrono::seconds(1)));
      body[0] = 'x';
    }
    client.fill(out);
  };
  ask();
  while (!rest.empty() && !client.is_over()) {
    const ByteView piece = rest.first(std::min(rest.size(), piece_bytes));
    rest = rest.subspan(piece.size());
    if (!client.receive(piece, answers)) break;
    ask();
  }
  client.expire(Instant(std::chrono::seconds(1)), answers);
  client.fill(out);
  client.end("closed", 0, answers);
  std::array<int, kRequestsMax> times{};
  for (const auto& answer : answers) {
    TOCSIN_CHECK(answer.token < asked && ++times[answer.token] == 1);
    TOCSIN_CHECK(answer.detail.size() <= kAnswerDetailBytesMax);
  }
  TOCSIN_CHECK(answers.size() == asked);
  FrameReader frames;
  FrameReader::Frame frame;
  ByteView sent = ByteView(out).subspan(kPreface.size());
  while (frames.next(sent, frame))
    TOCSIN_CHECK(frame.header.length <= kFrameBytesMax && !frame.is_joined);
  TOCSIN_CHECK(sent.empty());
  return 0;
}
