// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>

#include "tocsin/base/check.h"
#include "tocsin/http2/server.h"

namespace {

using namespace tocsin;
using namespace tocsin::http2;

// Answers at once, later, or not at all, by the stream's number.
class Handler final : public Server::Handler {
 public:
  void on_request(const Server::Request& request) override {
    TOCSIN_CHECK(seen_.insert(request.stream).second);
    TOCSIN_CHECK(request.body.size() <= 1000 && !request.path.empty());
    std::size_t bytes = request.path.size() + request.body.size();
    for (const Field& field : request.fields) bytes += field.name.size() + field.value.size();
    bytes_ += bytes;
    const std::uint32_t kind = request.stream / 2 % 4;
    if (kind == 0) server->respond(request.stream, 201);
    if (kind == 1) server->reset(request.stream, ErrorCode::kRefusedStream);
    if (kind >= 2) waiting.insert(request.stream);
  }
  void on_cancel(std::uint32_t stream) override { TOCSIN_CHECK(waiting.erase(stream) == 1); }

  Server* server = nullptr;
  std::set<std::uint32_t> waiting;

 private:
  std::set<std::uint32_t> seen_;
  std::size_t bytes_ = 0;
};

}  // namespace

// The first byte says how the rest, the client's bytes after its preface, is cut into pieces.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  Handler handler;
  Server server({.streams_max = 8, .header_bytes_max = 500, .body_bytes_max = 1000}, handler);
  handler.server = &server;
  const std::size_t piece_bytes = 1 + data[0] * std::size_t{8};
  ByteView rest{data + 1, size - 1};
  Bytes out;
  TOCSIN_CHECK(server.receive(as_bytes(kPreface)).has_value());
  while (!rest.empty()) {
    const ByteView piece = rest.first(std::min(rest.size(), piece_bytes));
    const Bytes copy(piece.begin(), piece.end());  // so that a view kept too long is found
    rest = rest.subspan(piece.size());
    if (!server.receive(copy)) break;
    if (handler.waiting.size() > 3) {
      const std::vector<Server::AnswerField> fields{{"retry-after", "1"}};
      const std::string body(std::size_t{70000}, 'r');
      const auto stream = *handler.waiting.begin();
      handler.waiting.erase(stream);
      server.respond(stream, 429, fields, stream % 3 == 0 ? body : "later");
    }
    server.fill(out, out.size() + 100);
  }
  while (server.has_output()) server.fill(out, out.size() + 100'000);
  FrameReader frames;
  FrameReader::Frame frame;
  ByteView sent(out);
  while (frames.next(sent, frame)) TOCSIN_CHECK(frame.header.length <= kFrameBytesMax);
  TOCSIN_CHECK(sent.empty());
  return 0;
}
