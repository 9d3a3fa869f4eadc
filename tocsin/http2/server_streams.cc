// SPDX-License-Identifier: Apache-2.0
// The part of Server that knows requests and answers rather than frames.
#include <algorithm>
#include <array>
#include <utility>

#include "tocsin/http2/server.h"

namespace tocsin::http2 {
namespace {

constexpr std::size_t kStreamMemoryBytesMax = 4096;  // kept for the next stream

void forget(Bytes& bytes) {
  bytes.clear();
  if (bytes.capacity() > kStreamMemoryBytesMax) bytes.shrink_to_fit();
}

}  // namespace

Server::Stream& Server::open(std::uint32_t id) {
  Stream& stream = streams_.add(id);
  stream.is_complete = false;
  stream.is_answered = false;
  stream.window_bytes = peer_window_bytes_;
  stream.answer_sent = 0;
  forget(stream.body);
  forget(stream.answer);
  return stream;
}

// Copies the head that waits for its body: what it views is about to go.
void Server::keep_pending() {
  if (pending_.request.stream == 0) return;
  Head& head = pending_;
  Stream& stream = open(head.request.stream);
  const std::array<std::string_view*, 4> parts{&head.request.method, &head.request.scheme,
                                               &head.request.authority, &head.request.path};
  stream.fields.assign(head.request.fields.begin(), head.request.fields.end());
  std::size_t bytes = 0;
  for (const std::string_view* part : parts) bytes += part->size();
  for (const Field& field : stream.fields) bytes += field.name.size() + field.value.size();
  forget(stream.text);
  stream.text.reserve(bytes);  // so that nothing moves
  const auto keep = [&stream](std::string_view& text) {
    const std::size_t at = stream.text.size();
    stream.text.insert(stream.text.end(), text.begin(), text.end());
    text = as_text(ByteView(stream.text).subspan(at));
  };
  for (std::string_view* part : parts) keep(*part);
  for (Field& field : stream.fields) {
    keep(field.name);
    keep(field.value);
  }
  head.request.fields = stream.fields;
  stream.head = std::exchange(pending_, {});
}

// A request that has come whole in the frames at hand.
void Server::dispatch(const Head& head) {
  const std::uint32_t id = head.request.stream;
  const auto body_bytes = static_cast<std::int64_t>(head.request.body.size());
  if (head.content_length >= 0 && head.content_length != body_bytes) {
    return reject(id, ErrorCode::kProtocolError);
  }
  ++dispatched_;
  current_ = id;
  handler_.on_request(head.request);
  if (std::exchange(current_, 0) == id) open(id).is_complete = true;
}

void Server::dispatch(Stream& stream) {
  const auto body_bytes = static_cast<std::int64_t>(stream.body.size());
  if (stream.head.content_length >= 0 && stream.head.content_length != body_bytes) {
    return reject(stream.id, ErrorCode::kProtocolError);
  }
  ++dispatched_;
  stream.is_complete = true;
  stream.head.request.body = stream.body;
  handler_.on_request(stream.head.request);
}

void Server::respond(std::uint32_t stream, int status, std::span<const AnswerField> fields,
                     std::string_view body) {
  if (is_broken_) return;
  const bool is_current = stream == current_ && stream != 0;
  Stream* kept = is_current ? nullptr : streams_.find(stream);
  if (!is_current && (kept == nullptr || !kept->is_complete || kept->is_answered)) return;
  append_answer_head(stream, status, fields, body.empty());
  if (is_current) current_ = 0;
  if (body.empty()) {
    if (kept != nullptr) streams_.remove(*kept);
    return;
  }
  if (kept == nullptr) kept = &open(stream);
  kept->is_complete = true;
  kept->is_answered = true;
  kept->answer.assign(body.begin(), body.end());
  ++bodies_waiting_;
  send_body(*kept);
}

void Server::reset(std::uint32_t stream, ErrorCode code) {
  if (is_broken_) return;
  if (stream == current_ && stream != 0) {
    current_ = 0;
  } else if (Stream* const kept = streams_.find(stream)) {
    if (kept->is_answered) --bodies_waiting_;
    streams_.remove(*kept);
  } else {
    return;
  }
  append_rst_stream(out_, stream, code);
}

void Server::append_answer_head(std::uint32_t id, int status, std::span<const AnswerField> fields,
                                bool ends_stream) {
  TOCSIN_CHECK(status >= 200 && status <= 999);
  const std::size_t start = out_.size();
  out_.resize(start + kFrameHeaderBytes);
  if (!std::exchange(has_said_table_size_, true)) append_table_size(out_, 0);
  // The name is that of entry 8, ":status"; the value three digits.
  const std::array<std::uint8_t, 5> head{0x08, 3, static_cast<std::uint8_t>('0' + status / 100),
                                         static_cast<std::uint8_t>('0' + status / 10 % 10),
                                         static_cast<std::uint8_t>('0' + status % 10)};
  out_.insert(out_.end(), head.begin(), head.end());
  for (const auto& [name, value] : fields) append_literal(out_, false, 0, name, value);
  const std::size_t block_bytes = out_.size() - start - kFrameHeaderBytes;
  TOCSIN_CHECK(block_bytes <= kFrameBytesMax);
  write_frame_header(
      out_.data() + start,
      {.length = static_cast<std::uint32_t>(block_bytes),
       .type = FrameType::kHeaders,
       .flags = static_cast<std::uint8_t>(kEndHeaders | (ends_stream ? kEndStream : 0)),
       .stream = id});
}

// Answers a request that was not given to anybody and never will be.
void Server::refuse(std::uint32_t id, int status, bool is_complete) {
  if (!may_answer_control()) return;
  append_answer_head(id, status, {}, true);
  // The rest of it is not wanted (RFC 9113, section 8.1).
  if (!is_complete) append_rst_stream(out_, id, ErrorCode::kNoError);
  if (Stream* const stream = streams_.find(id)) streams_.remove(*stream);
}

void Server::send_bodies() {
  if (bodies_waiting_ == 0 || is_broken_) return;
  streams_.for_each([this](Stream& stream) {
    if (stream.is_answered) send_body(stream);
  });
}

// Sends what the windows let of an answer's body, and ends the stream if that is all.
void Server::send_body(Stream& stream) {
  for (;;) {
    const std::size_t left = stream.answer.size() - stream.answer_sent;
    const std::int64_t window = std::min(stream.window_bytes, window_bytes_);
    if (window <= 0) return;
    const std::size_t part = std::min({left, static_cast<std::size_t>(window), kFrameBytesMax});
    append_frame(out_,
                 {.length = static_cast<std::uint32_t>(part),
                  .type = FrameType::kData,
                  .flags = part == left ? kEndStream : std::uint8_t{0},
                  .stream = stream.id},
                 ByteView(stream.answer).subspan(stream.answer_sent, part));
    stream.answer_sent += part;
    stream.window_bytes -= static_cast<std::int64_t>(part);
    window_bytes_ -= static_cast<std::int64_t>(part);
    if (part < left) continue;
    --bodies_waiting_;
    streams_.remove(stream);
    return;
  }
}

}  // namespace tocsin::http2
