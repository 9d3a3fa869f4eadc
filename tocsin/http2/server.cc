// SPDX-License-Identifier: Apache-2.0
#include "tocsin/http2/server.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace tocsin::http2 {
namespace {

constexpr std::size_t kStreamsMaxMax = 1000;
constexpr std::uint32_t kCreditBytes = 1U << 30;  // the connection's window for requests
constexpr std::uint32_t kContinuationsMax = 8;
constexpr std::size_t kControlFramesMax = 10000;  // that one flood may make us send
// A client that opens streams and cancels them at once makes work for nothing.
constexpr std::uint64_t kCancelledMax = 1000;
constexpr std::size_t kTakenBytesMax = std::size_t{64} * 1024;  // at the front of the output

// A count of bytes, or nothing.
std::optional<std::int64_t> parse_length(std::string_view text) {
  if (text.empty() || text.size() > 15) return std::nullopt;
  std::int64_t length = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    length = length * 10 + (c - '0');
  }
  return length;
}

// Takes one pseudo-header field. False if it has come before.
bool set_once(std::string_view& target, std::string_view value) {
  if (target.data() != nullptr) return false;
  target = value;
  return true;
}

bool is_complete(const Server::Request& request) {
  return !request.method.empty() && !request.scheme.empty() &&
         (request.path.starts_with('/') || request.path == "*");
}

// The length that `head` announces, or -1; nothing if the request is malformed (RFC 9113, sections
// 8.1.1 and 8.3.1).
std::optional<std::int64_t> read_head(std::span<const Field> fields, Server::Request& request) {
  std::optional<std::int64_t> length = -1;
  std::string_view host;
  std::size_t pseudo_fields = 0;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const Field& field = fields[i];
    bool is_new = true;
    switch (field.kind) {
      case FieldKind::kMethod:
        is_new = set_once(request.method, field.value);
        break;
      case FieldKind::kScheme:
        is_new = set_once(request.scheme, field.value);
        break;
      case FieldKind::kAuthority:
        is_new = set_once(request.authority, field.value);
        break;
      case FieldKind::kPath:
        is_new = set_once(request.path, field.value);
        break;
      case FieldKind::kStatus:
      case FieldKind::kMalformed:
        return std::nullopt;
      case FieldKind::kContentLength:
        if (*length >= 0) return std::nullopt;
        length = parse_length(field.value);
        if (!length) return std::nullopt;
        continue;
      case FieldKind::kHost:
        host = field.value;
        continue;
      case FieldKind::kRetryAfter:
      case FieldKind::kOther:
        continue;
    }
    if (!is_new || i != pseudo_fields) return std::nullopt;
    ++pseudo_fields;
  }
  if (!is_complete(request)) return std::nullopt;
  if (request.authority.empty()) request.authority = host;
  request.fields = fields.subspan(pseudo_fields);
  return length;
}

}  // namespace

Server::Server(const Config& config, Handler& handler)
    : config_(config),
      handler_(handler),
      decoder_(kDefaultTableBytes, config.header_bytes_max),
      streams_(config.streams_max),
      credit_bytes_(kCreditBytes) {
  TOCSIN_CHECK(config.streams_max <= kStreamsMaxMax);
  Bytes settings;
  append_setting(settings, Setting::kMaxConcurrentStreams, config.streams_max);
  append_setting(settings, Setting::kInitialWindowSize, config.initial_window_bytes);
  append_setting(settings, Setting::kMaxHeaderListSize,
                 static_cast<std::uint32_t>(config.header_bytes_max));
  append_frame(
      out_, {.length = static_cast<std::uint32_t>(settings.size()), .type = FrameType::kSettings},
      settings);
  append_window_update(out_, 0, kCreditBytes - kDefaultWindowBytes);
}

Status Server::receive(ByteView bytes) {
  while (preface_at_ < kPreface.size() && !bytes.empty() && !is_broken_) {
    if (bytes[0] != static_cast<std::uint8_t>(kPreface[preface_at_++])) {
      fail(ErrorCode::kProtocolError, "not the preface of HTTP/2");
    }
    bytes = bytes.subspan(1);
  }
  FrameReader::Frame frame;
  while (!is_broken_ && frames_.next(bytes, frame)) on_frame(frame);
  keep_pending();
  if (failure_ != nullptr) return Error{Errc::kCorrupt, std::string("HTTP/2: ") + failure_};
  return ok();
}

void Server::fill(Bytes& out, std::size_t bytes_wanted) {
  if (out.size() >= bytes_wanted) return;
  const std::size_t part = std::min(output_bytes(), bytes_wanted - out.size());
  const auto begin = out_.begin() + static_cast<std::ptrdiff_t>(out_at_);
  out.insert(out.end(), begin, begin + static_cast<std::ptrdiff_t>(part));
  out_at_ += part;
  if (out_at_ == out_.size()) {
    out_.clear();
    control_frames_ = 0;
  } else if (out_at_ > kTakenBytesMax) {
    out_.erase(out_.begin(), out_.begin() + static_cast<std::ptrdiff_t>(out_at_));
  } else {
    return;
  }
  out_at_ = 0;
}

void Server::go_away(ErrorCode code) {
  if (is_broken_) return;
  go_away_id_ = std::min(go_away_id_, last_id_);
  append_go_away(out_, go_away_id_, code);
}

// A connection error (RFC 9113, section 5.4.1).
void Server::fail(ErrorCode code, const char* what) {
  if (is_broken_) return;
  is_broken_ = true;
  failure_ = what;
  append_go_away(out_, last_id_, code);
}

// A stream error (section 5.4.2). The stream is in the table, or nowhere.
void Server::reject(std::uint32_t id, ErrorCode code) {
  if (!may_answer_control()) return;
  append_rst_stream(out_, id, code);
  Stream* const stream = streams_.find(id);
  if (stream == nullptr) return;
  const bool is_waiting = stream->is_complete && !stream->is_answered;
  if (stream->is_answered) --bodies_waiting_;
  streams_.remove(*stream);
  if (is_waiting) handler_.on_cancel(id);
}

bool Server::may_answer_control() {
  if (++control_frames_ > kControlFramesMax) {
    fail(ErrorCode::kEnhanceYourCalm, "too many frames to answer");
  }
  return !is_broken_;
}

void Server::on_frame(const FrameReader::Frame& frame) {
  const FrameHeader& header = frame.header;
  if (header.length > kFrameBytesMax) return fail(ErrorCode::kFrameSizeError, "a frame too long");
  if (!has_settings_ && (header.type != FrameType::kSettings || header.has(kAck))) {
    return fail(ErrorCode::kProtocolError, "the first frame is not SETTINGS");
  }
  if (block_stream_ != 0 && header.type != FrameType::kContinuation) {
    return fail(ErrorCode::kProtocolError, "a header block was interrupted");
  }
  switch (header.type) {
    case FrameType::kData:
      return on_data(header, frame.payload);
    case FrameType::kHeaders:
      keep_pending();
      return on_headers(frame);
    case FrameType::kContinuation:
      return on_continuation(header, frame.payload);
    case FrameType::kRstStream:
      return on_rst_stream(header, frame.payload);
    case FrameType::kWindowUpdate:
      return on_window_update(header, frame.payload);
    case FrameType::kSettings:
      return on_settings(header, frame.payload);
    case FrameType::kPing:
      return on_ping(header, frame.payload);
    case FrameType::kPriority:
      return on_priority(header);
    case FrameType::kGoAway:
      if (header.stream != 0) fail(ErrorCode::kProtocolError, "GOAWAY on a stream");
      if (header.length < 8) fail(ErrorCode::kFrameSizeError, "GOAWAY of a wrong length");
      return;  // the client closes when it has its answers
    case FrameType::kPushPromise:
      return fail(ErrorCode::kProtocolError, "PUSH_PROMISE of a client");
  }
  // Frames of unknown types are ignored (section 4.1).
}

void Server::on_headers(const FrameReader::Frame& frame) {
  const FrameHeader& header = frame.header;
  ByteView block = frame.payload;
  if (header.stream % 2 == 0) {
    return fail(ErrorCode::kProtocolError, "HEADERS on a stream that is not a client's");
  }
  if (!strip_padding(header, block)) {
    return fail(ErrorCode::kProtocolError, "HEADERS shorter than their padding");
  }
  if (header.has(kEndHeaders)) {
    on_block(header.stream, header.has(kEndStream), block);
    if (frame.is_joined) keep_pending();  // the reader needs its memory for the next frame
    return;
  }
  block_.assign(block.begin(), block.end());
  block_stream_ = header.stream;
  block_ends_stream_ = header.has(kEndStream);
  block_frames_ = 0;
}

void Server::on_continuation(const FrameHeader& header, ByteView payload) {
  if (block_stream_ == 0 || header.stream != block_stream_) {
    return fail(ErrorCode::kProtocolError, "CONTINUATION of nothing");
  }
  if (++block_frames_ > kContinuationsMax ||
      block_.size() + payload.size() > 2 * config_.header_bytes_max) {
    return fail(ErrorCode::kEnhanceYourCalm, "a header block without end");
  }
  block_.insert(block_.end(), payload.begin(), payload.end());
  if (!header.has(kEndHeaders)) return;
  on_block(std::exchange(block_stream_, 0), block_ends_stream_, block_);
}

// Every block is decoded, whatever becomes of its stream: the table has to follow.
void Server::on_block(std::uint32_t id, bool ends_stream, ByteView block) {
  const Status read = decoder_.decode(block);
  const bool is_too_long = !read && read.error().code == Errc::kExhausted;
  if (!read && !is_too_long) {
    return fail(ErrorCode::kCompressionError, "a header block that cannot be decoded");
  }
  if (id > last_id_) {
    last_id_ = id;
    return on_new_request(id, ends_stream, is_too_long);
  }
  Stream* const stream = streams_.find(id);
  if (stream != nullptr && !stream->is_complete) {
    return on_trailers(*stream, ends_stream, is_too_long);
  }
  // A second head after END_STREAM is an error; trailers of a request that was refused are not,
  // and once the stream has ended the two look alike.
  if (stream != nullptr) reject(id, ErrorCode::kStreamClosed);
}

void Server::on_new_request(std::uint32_t id, bool ends_stream, bool is_too_long) {
  if (id > go_away_id_) return;
  if (streams_.is_full()) return reject(id, ErrorCode::kRefusedStream);
  if (is_too_long) return refuse(id, 431, ends_stream);
  Head head;
  head.request.stream = id;
  const auto length = read_head(decoder_.fields(), head.request);
  if (!length) return reject(id, ErrorCode::kProtocolError);
  head.content_length = *length;
  if (ends_stream) return dispatch(head);
  if (*length > static_cast<std::int64_t>(config_.body_bytes_max)) return refuse(id, 413, false);
  pending_ = head;
}

void Server::on_trailers(Stream& stream, bool ends_stream, bool is_too_long) {
  const auto fields = decoder_.fields();
  const bool is_wrong = std::any_of(fields.begin(), fields.end(), [](const Field& field) {
    return field.kind == FieldKind::kMalformed || field.name.starts_with(':');
  });
  if (!ends_stream || is_wrong) return reject(stream.id, ErrorCode::kProtocolError);
  if (is_too_long) return refuse(stream.id, 431, true);
  dispatch(stream);
}

// Whether the client may send this DATA. Gives credit back.
bool Server::is_within_credit(const FrameHeader& header) {
  credit_bytes_ -= header.length;
  if (credit_bytes_ < 0) {
    fail(ErrorCode::kFlowControlError, "DATA beyond the window");
    return false;
  }
  if (credit_bytes_ < kCreditBytes / 2) {
    append_window_update(out_, 0, static_cast<std::uint32_t>(kCreditBytes - credit_bytes_));
    credit_bytes_ = kCreditBytes;
  }
  return true;
}

void Server::on_data(const FrameHeader& header, ByteView payload) {
  if (is_idle(header.stream)) {
    return fail(ErrorCode::kProtocolError, "DATA on a stream that was never opened");
  }
  if (!is_within_credit(header)) return;
  if (!strip_padding(header, payload)) {
    return fail(ErrorCode::kProtocolError, "DATA shorter than its padding");
  }
  const bool is_small = header.length <= config_.initial_window_bytes || !has_ack_;
  if (header.stream == pending_.request.stream && header.has(kEndStream) && is_small &&
      payload.size() <= config_.body_bytes_max) {
    pending_.request.body = payload;
    const Head head = std::exchange(pending_, {});
    return dispatch(head);
  }
  keep_pending();
  Stream* const stream = streams_.find(header.stream);
  if (stream == nullptr) return;  // it has ended
  if (stream->is_complete) return reject(stream->id, ErrorCode::kStreamClosed);
  if (!is_small) return reject(stream->id, ErrorCode::kFlowControlError);
  on_more_body(*stream, header, payload);
}

void Server::on_more_body(Stream& stream, const FrameHeader& header, ByteView payload) {
  if (stream.body.size() + payload.size() > config_.body_bytes_max) {
    return refuse(stream.id, 413, header.has(kEndStream));
  }
  stream.body.insert(stream.body.end(), payload.begin(), payload.end());
  if (header.has(kEndStream)) return dispatch(stream);
  // The stream's window is full again at once: what bounds a body is body_bytes_max.
  if (header.length > 0) append_window_update(out_, stream.id, header.length);
}

void Server::on_settings(const FrameHeader& header, ByteView payload) {
  if (header.stream != 0) return fail(ErrorCode::kProtocolError, "SETTINGS on a stream");
  if (payload.size() % 6 != 0 || (header.has(kAck) && !payload.empty())) {
    return fail(ErrorCode::kFrameSizeError, "SETTINGS of a wrong length");
  }
  if (header.has(kAck)) {
    has_ack_ = true;
    return;
  }
  if (payload.size() > kSettingsMax * 6) {
    return fail(ErrorCode::kEnhanceYourCalm, "SETTINGS without end");
  }
  has_settings_ = true;
  for (; !payload.empty() && !is_broken_; payload = payload.subspan(6)) {
    on_setting(static_cast<Setting>(payload[0] << 8 | payload[1]), read_u32(payload.data() + 2));
  }
  if (may_answer_control()) append_settings_ack(out_);
  send_bodies();
}

void Server::on_setting(Setting setting, std::uint32_t value) {
  switch (setting) {
    case Setting::kHeaderTableSize:
      return;  // no answer uses the table
    case Setting::kEnablePush:
      if (value > 1) fail(ErrorCode::kProtocolError, "ENABLE_PUSH out of range");
      return;
    case Setting::kMaxConcurrentStreams:
      return;  // of pushed streams
    case Setting::kInitialWindowSize:
      return on_initial_window(value);
    case Setting::kMaxFrameSize:
      if (value < kFrameBytesMax || value > 0xffffff) {
        fail(ErrorCode::kProtocolError, "MAX_FRAME_SIZE out of range");
      }
      return;  // ours are never longer than the least
    case Setting::kMaxHeaderListSize:
      return;
  }
  // Unknown settings are ignored (section 6.5.2).
}

void Server::on_initial_window(std::uint32_t value) {
  if (value > kWindowBytesMax) {
    return fail(ErrorCode::kFlowControlError, "INITIAL_WINDOW_SIZE out of range");
  }
  const std::int64_t change = std::int64_t{value} - peer_window_bytes_;
  peer_window_bytes_ = value;
  streams_.for_each([&](Stream& stream) {
    stream.window_bytes += change;
    if (stream.window_bytes > kWindowBytesMax) {
      fail(ErrorCode::kFlowControlError, "INITIAL_WINDOW_SIZE makes a window too large");
    }
  });
}

void Server::on_ping(const FrameHeader& header, ByteView payload) {
  if (header.stream != 0) return fail(ErrorCode::kProtocolError, "PING on a stream");
  if (payload.size() != 8) return fail(ErrorCode::kFrameSizeError, "PING of a wrong length");
  if (!header.has(kAck) && may_answer_control()) append_ping_ack(out_, payload);
}

void Server::on_priority(const FrameHeader& header) {
  if (header.stream == 0) return fail(ErrorCode::kProtocolError, "PRIORITY without a stream");
  keep_pending();
  if (header.length != 5) reject(header.stream, ErrorCode::kFrameSizeError);
}

void Server::on_rst_stream(const FrameHeader& header, ByteView payload) {
  if (is_idle(header.stream)) {
    return fail(ErrorCode::kProtocolError, "RST_STREAM on a stream that was never opened");
  }
  if (payload.size() != 4) {
    return fail(ErrorCode::kFrameSizeError, "RST_STREAM of a wrong length");
  }
  keep_pending();
  Stream* const stream = streams_.find(header.stream);
  if (stream == nullptr) return;
  if (++cancelled_ > kCancelledMax + dispatched_) {
    return fail(ErrorCode::kEnhanceYourCalm, "streams are opened to be cancelled");
  }
  const bool is_waiting = stream->is_complete && !stream->is_answered;
  if (stream->is_answered) --bodies_waiting_;
  streams_.remove(*stream);
  if (is_waiting) handler_.on_cancel(header.stream);
}

void Server::on_window_update(const FrameHeader& header, ByteView payload) {
  if (payload.size() != 4) {
    return fail(ErrorCode::kFrameSizeError, "WINDOW_UPDATE of a wrong length");
  }
  const std::uint32_t bytes = read_u32(payload.data()) & kWindowBytesMax;
  if (header.stream == 0) {
    window_bytes_ += bytes;
    if (bytes == 0) return fail(ErrorCode::kProtocolError, "WINDOW_UPDATE of nothing");
    if (window_bytes_ > kWindowBytesMax) {
      return fail(ErrorCode::kFlowControlError, "WINDOW_UPDATE beyond the largest window");
    }
    return send_bodies();
  }
  if (is_idle(header.stream)) {
    return fail(ErrorCode::kProtocolError, "WINDOW_UPDATE on a stream that was never opened");
  }
  keep_pending();
  Stream* const stream = streams_.find(header.stream);
  if (stream == nullptr) return;
  stream->window_bytes += bytes;
  if (bytes == 0) return reject(stream->id, ErrorCode::kProtocolError);
  if (stream->window_bytes > kWindowBytesMax) {
    return reject(stream->id, ErrorCode::kFlowControlError);
  }
  if (stream->is_answered) send_body(*stream);
}

}  // namespace tocsin::http2
