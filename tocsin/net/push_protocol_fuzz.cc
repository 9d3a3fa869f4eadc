// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "tocsin/base/bytes.h"
#include "tocsin/base/check.h"
#include "tocsin/net/push_protocol.h"

namespace {

class Body final : public tocsin::deliver::BodyWriter {
 public:
  void write_body(std::span<std::uint8_t> out) override { out[0] = 'x'; }
};

}  // namespace

// The first byte chooses the protocol and how the rest, the peer's bytes, is cut into pieces.
// Whatever the peer sends, each request is answered once.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tocsin;
  using namespace tocsin::net;
  constexpr std::size_t kRequestsMax = 16;
  if (size == 0) return 0;
  constexpr std::array kProtocols{make_h2_push_protocol, make_h1_push_protocol,
                                  make_nghttp2_push_protocol, make_h2_push_protocol};
  const auto protocol = kProtocols[data[0] & 3]("https://push.example");
  const std::size_t piece_bytes = 1 + (data[0] >> 2) * std::size_t{16};
  ByteView rest{data + 1, size - 1};
  const auto head = std::make_shared<const http::RequestHead>();
  Body body;
  PushAnswers answers;
  Bytes out;
  std::size_t submitted = 0;
  const auto submit_all = [&] {
    out.clear();
    while (protocol->room(1) > 0 && submitted < kRequestsMax) {
      protocol->submit({submitted++, head, "/push", 1, &body}, Instant(std::chrono::seconds(1)),
                       out);
    }
    protocol->fill(out, 1 << 16);
  };
  submit_all();
  while (!rest.empty() && !protocol->is_over()) {
    const ByteView piece = rest.first(std::min(rest.size(), piece_bytes));
    rest = rest.subspan(piece.size());
    if (!protocol->receive(piece, answers)) break;
    submit_all();
  }
  protocol->expire(Instant(std::chrono::seconds(1)), answers);
  protocol->end("closed", 0, answers);
  std::array<int, kRequestsMax> times{};
  for (const auto& answer : answers) {
    TOCSIN_CHECK(answer.token < submitted && ++times[answer.token] == 1);
    TOCSIN_CHECK(answer.detail.size() <= http2::kAnswerDetailBytesMax);
  }
  TOCSIN_CHECK(answers.size() == submitted);
  return 0;
}
