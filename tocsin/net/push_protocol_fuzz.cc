// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "tocsin/base/bytes.h"
#include "tocsin/base/check.h"
#include "tocsin/net/push_protocol.h"

// The first byte chooses the protocol and how the rest, the peer's bytes, is cut into pieces.
// Whatever the peer sends, each request is answered once.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tocsin;
  using namespace tocsin::net;
  constexpr std::size_t kRequestsMax = 16;
  if (size == 0) return 0;
  const auto protocol = (data[0] & 1) == 0 ? make_h2_push_protocol("https://push.example")
                                           : make_h1_push_protocol("https://push.example");
  const std::size_t piece_bytes = 1 + (data[0] >> 1) * std::size_t{8};
  ByteView rest{data + 1, size - 1};
  PushAnswers answers;
  Bytes out;
  std::size_t submitted = 0;
  const auto submit_all = [&] {
    while (protocol->room() > 0 && submitted < kRequestsMax) {
      protocol->submit({.token = submitted++, .path = "/push", .body = Bytes{'x'}},
                       Instant(std::chrono::seconds(1)));
    }
    out.clear();
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
  protocol->end("closed", answers);
  std::array<int, kRequestsMax> times{};
  for (const auto& answer : answers) {
    TOCSIN_CHECK(answer.token < submitted && ++times[answer.token] == 1);
    TOCSIN_CHECK(answer.detail.size() <= kAnswerDetailBytesMax);
  }
  TOCSIN_CHECK(answers.size() == submitted);
  return 0;
}
