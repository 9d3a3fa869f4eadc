// SPDX-License-Identifier: Apache-2.0
#include "tocsin/http2/client.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace tocsin::http2 {
namespace {

constexpr std::uint32_t kCreditBytes = 1U << 30;  // the connection's window for answers
// A stream's: larger than what is cut off, so that no stream ever waits for more.
constexpr std::uint32_t kStreamCreditBytes = 2 * kAnswerBodyBytesMax;
constexpr std::size_t kRetryAfterBytesMax = 64;
constexpr std::size_t kGoAwayDetailBytesMax = 100;
// Of a header block that comes in pieces; a peer that sends more wants to keep us busy.
constexpr std::size_t kBlockBytesMax = 2 * kAnswerHeaderBytesMax;
constexpr std::uint32_t kContinuationsMax = 8;
// Acknowledgements that wait for fill(): a peer that wants more at once is a nuisance.
constexpr std::size_t kControlBytesMax = std::size_t{16} * 1024;

int status_of(std::string_view text) {
  if (text.size() != 3) return 0;
  int status = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return 0;
    status = status * 10 + (c - '0');
  }
  return status < 100 ? 0 : status;
}

// The status at the start of a block, as servers usually write it; 0: the block must be decoded.
int leading_status(ByteView block) {
  static constexpr std::array<int, 7> kIndexed{200, 204, 206, 304, 400, 404, 500};
  while (!block.empty() && block[0] == 0x20) block = block.subspan(1);  // a table of size 0
  if (block.empty()) return 0;
  const std::uint8_t first = block[0];
  if (first >= 0x88 && first <= 0x8e) return kIndexed[first - 0x88U];
  if (first != 0x08 && first != 0x48 && first != 0x18) return 0;  // a literal named ":status"
  if (block.size() >= 5 && block[1] == 3) return status_of(as_text(block.subspan(2, 3)));
  if (block.size() < 4 || block[1] != 0x82) return 0;
  std::array<char, 3> text{};  // two octets are at most three digits in Huffman's code
  const char* const end = huffman_decode(block.subspan(2, 2), text.data());
  if (end == nullptr) return 0;
  return status_of({text.data(), static_cast<std::size_t>(end - text.data())});
}

struct AnswerHead {
  int status = 0;  // 0: it is malformed
  std::optional<std::string_view> retry_after;
};

// RFC 9113, sections 8.1.1 and 8.3.2.
AnswerHead read_head(std::span<const Field> fields) {
  AnswerHead head;
  bool is_past_pseudo = false;
  for (const Field& field : fields) {
    switch (field.kind) {
      case FieldKind::kStatus:
        if (is_past_pseudo || head.status != 0) return {};
        head.status = status_of(field.value);
        // Switching protocols does not exist here (section 8.6).
        if (head.status == 0 || head.status == 101) return {};
        break;
      case FieldKind::kMethod:
      case FieldKind::kScheme:
      case FieldKind::kAuthority:
      case FieldKind::kPath:
      case FieldKind::kMalformed:
        return {};
      case FieldKind::kRetryAfter:
        if (field.value.size() <= kRetryAfterBytesMax) head.retry_after = field.value;
        [[fallthrough]];
      case FieldKind::kOther:
      case FieldKind::kContentLength:
      case FieldKind::kHost:
        is_past_pseudo = true;
        break;
    }
  }
  return head;
}

}  // namespace

Client::Client(std::string_view origin)
    : encoder_(origin), decoder_(0, kAnswerHeaderBytesMax), credit_bytes_(kCreditBytes) {
  control_.assign(kPreface.begin(), kPreface.end());
  Bytes settings;
  append_setting(settings, Setting::kHeaderTableSize, 0);
  append_setting(settings, Setting::kEnablePush, 0);
  append_setting(settings, Setting::kInitialWindowSize, kStreamCreditBytes);
  append_setting(settings, Setting::kMaxHeaderListSize, kAnswerHeaderBytesMax);
  append_frame(
      control_,
      {.length = static_cast<std::uint32_t>(settings.size()), .type = FrameType::kSettings},
      settings);
  append_window_update(control_, 0, kCreditBytes - kDefaultWindowBytes);
}

bool Client::is_open() const { return !is_broken_ && !is_closing_ && next_id_ <= kStreamIdMax; }

std::size_t Client::room(std::size_t body_bytes) const {
  const std::size_t streams_max = std::min<std::size_t>(kStreamsMax, peer_streams_max_);
  if (!is_open() || !is_suited(body_bytes) || streams_max <= in_flight()) return 0;
  const std::size_t streams = streams_max - in_flight();
  if (body_bytes == 0) return streams;
  if (window_bytes_ <= 0) return 0;
  return std::min(streams, static_cast<std::size_t>(window_bytes_) / body_bytes);
}

std::span<std::uint8_t> Client::write_request(Bytes& out, const Request& request,
                                              Instant deadline) {
  const std::size_t body_bytes = request.body_bytes;
  TOCSIN_CHECK(is_open() && in_flight() < peer_streams_max_ && body_bytes <= peer_window_bytes_ &&
               static_cast<std::int64_t>(body_bytes) <= window_bytes_);
  TOCSIN_CHECK(body_bytes <= kRequestBodyBytesMax && request.path.size() <= kRequestPathBytesMax);
  fill(out);  // the acknowledgement of settings stands before what heeds them

  Stream& stream = streams_.add(next_id_);
  next_id_ += 2;
  stream.status = 0;
  stream.body_bytes = 0;
  stream.window_bytes = std::int64_t{peer_window_bytes_} - static_cast<std::int64_t>(body_bytes);
  stream.deadline = deadline;
  stream.token = request.token;
  earliest_ = std::min(earliest_, deadline);
  window_bytes_ -= static_cast<std::int64_t>(body_bytes);

  const std::size_t start = out.size();
  out.resize(start + kFrameHeaderBytes);
  encoder_.append(out, request.head, request.path);
  const std::size_t block_bytes = out.size() - start - kFrameHeaderBytes;
  TOCSIN_CHECK(block_bytes <= kFrameBytesMax);
  const std::uint8_t ends = body_bytes == 0 ? kEndStream : 0;
  write_frame_header(out.data() + start, {.length = static_cast<std::uint32_t>(block_bytes),
                                          .type = FrameType::kHeaders,
                                          .flags = static_cast<std::uint8_t>(kEndHeaders | ends),
                                          .stream = stream.id});
  const std::size_t body_at = out.size() + kFrameHeaderBytes;
  if (body_bytes > 0) out.resize(body_at + body_bytes);
  written_bytes_ += out.size() - start;
  stream.written_bytes = written_bytes_;
  if (body_bytes == 0) return {};
  write_frame_header(out.data() + body_at - kFrameHeaderBytes,
                     {.length = static_cast<std::uint32_t>(body_bytes),
                      .type = FrameType::kData,
                      .flags = kEndStream,
                      .stream = stream.id});
  return std::span(out).subspan(body_at, body_bytes);
}

void Client::fill(Bytes& out) {
  if (control_.empty()) return;
  out.insert(out.end(), control_.begin(), control_.end());
  written_bytes_ += control_.size();
  control_.clear();
}

Status Client::receive(ByteView bytes, Answers& answers) {
  FrameReader::Frame frame;
  while (!is_broken_ && frames_.next(bytes, frame)) on_frame(frame, answers);
  if (failure_ != nullptr) return Error{Errc::kCorrupt, std::string("HTTP/2: ") + failure_};
  return ok();
}

bool Client::expire(Instant now, Answers& answers) {
  if (now < earliest_) return false;
  bool any = false;
  earliest_ = Instant::max();
  streams_.for_each([&](Stream& stream) {
    if (stream.deadline > now) {
      earliest_ = std::min(earliest_, stream.deadline);
      return;
    }
    any = true;
    append_rst_stream(control_, stream.id, ErrorCode::kCancel);
    finish(stream, http::NoAnswer::kUncertain, "no answer in time", answers);
  });
  return any;
}

void Client::say_goodbye() {
  if (!is_open()) return;
  is_closing_ = true;
  append_go_away(control_, 0, ErrorCode::kNoError);
}

void Client::end(const std::string& detail, std::size_t unsent_bytes, Answers& answers) {
  const std::uint64_t sent_bytes =
      written_bytes_ - std::min<std::uint64_t>(unsent_bytes, written_bytes_);
  streams_.for_each([&](Stream& stream) {
    const bool has_left = stream.written_bytes <= sent_bytes;
    finish(stream, has_left ? http::NoAnswer::kUncertain : http::NoAnswer::kNotProcessed, detail,
           answers);
  });
  is_broken_ = true;
}

// A connection error (RFC 9113, section 5.4.1).
void Client::fail(ErrorCode code, const char* what) {
  if (is_broken_) return;
  is_broken_ = true;
  failure_ = what;
  append_go_away(control_, 0, code);
}

// A stream error (section 5.4.2).
void Client::reset(Stream& stream, ErrorCode code, const char* what, Answers& answers) {
  append_rst_stream(control_, stream.id, code);
  finish(stream, http::NoAnswer::kUncertain, what, answers);
}

void Client::finish(Stream& stream, Answers& answers) {
  http::Answer& answer = answers.emplace_back();
  if (stream.details) {
    answer = std::move(*stream.details);
    stream.details.reset();
  }
  answer.token = stream.token;
  answer.status = stream.status;
  streams_.remove(stream);
}

// For a stream that ends before its answer does.
void Client::finish(Stream& stream, http::NoAnswer why, const std::string& detail,
                    Answers& answers) {
  if (stream.status == 0) {
    stream.details =
        std::make_unique<http::Answer>(http::Answer{.no_answer = why, .detail = detail});
  }
  finish(stream, answers);
}

void Client::on_frame(const FrameReader::Frame& frame, Answers& answers) {
  const FrameHeader& header = frame.header;
  if (header.length > kFrameBytesMax) return fail(ErrorCode::kFrameSizeError, "a frame too long");
  if (!has_settings_ && (header.type != FrameType::kSettings || header.has(kAck))) {
    return fail(ErrorCode::kProtocolError, "the first frame is not SETTINGS");
  }
  if (block_stream_ != 0 && header.type != FrameType::kContinuation) {
    return fail(ErrorCode::kProtocolError, "a header block was interrupted");
  }
  switch (header.type) {
    case FrameType::kHeaders:
      return on_headers(header, frame.payload, answers);
    case FrameType::kData:
      return on_data(header, frame.payload, answers);
    case FrameType::kContinuation:
      return on_continuation(header, frame.payload, answers);
    case FrameType::kRstStream:
      return on_rst_stream(header, frame.payload, answers);
    case FrameType::kWindowUpdate:
      return on_window_update(header, frame.payload, answers);
    case FrameType::kGoAway:
      return on_go_away(header, frame.payload, answers);
    case FrameType::kSettings:
      return on_settings(header, frame.payload);
    case FrameType::kPing:
      return on_ping(header, frame.payload);
    case FrameType::kPriority:
      return on_priority(header, answers);
    case FrameType::kPushPromise:
      return fail(ErrorCode::kProtocolError, "PUSH_PROMISE, which was not allowed");
  }
  // Frames of unknown types are ignored (section 4.1).
}

void Client::on_headers(const FrameHeader& header, ByteView payload, Answers& answers) {
  if (is_idle(header.stream)) {
    return fail(ErrorCode::kProtocolError, "HEADERS on a stream that was never opened");
  }
  if (!strip_padding(header, payload)) {
    return fail(ErrorCode::kProtocolError, "HEADERS shorter than their padding");
  }
  if (header.has(kEndHeaders)) {
    return on_block(header.stream, header.has(kEndStream), payload, answers);
  }
  block_.assign(payload.begin(), payload.end());
  block_stream_ = header.stream;
  block_ends_stream_ = header.has(kEndStream);
  block_frames_ = 0;
}

void Client::on_continuation(const FrameHeader& header, ByteView payload, Answers& answers) {
  if (block_stream_ == 0 || header.stream != block_stream_) {
    return fail(ErrorCode::kProtocolError, "CONTINUATION of nothing");
  }
  if (++block_frames_ > kContinuationsMax || block_.size() + payload.size() > kBlockBytesMax) {
    return fail(ErrorCode::kEnhanceYourCalm, "a header block without end");
  }
  block_.insert(block_.end(), payload.begin(), payload.end());
  if (!header.has(kEndHeaders)) return;
  on_block(std::exchange(block_stream_, 0), block_ends_stream_, block_, answers);
}

void Client::on_block(std::uint32_t id, bool ends_stream, ByteView block, Answers& answers) {
  // A block of a stream that has ended need not be read: there is no table that it could change.
  Stream* const stream = streams_.find(id);
  if (stream == nullptr) return;
  if (stream->status != 0) {  // trailers
    if (ends_stream) return finish(*stream, answers);
    return reset(*stream, ErrorCode::kProtocolError, "trailers without END_STREAM", answers);
  }
  int status = leading_status(block);
  if (status < 200 || status > 299) {
    if (!read_answer(*stream, block, status, answers)) return;
  }
  if (status < 200) {
    if (!ends_stream) return;
    return reset(*stream, ErrorCode::kProtocolError, "an interim answer with END_STREAM", answers);
  }
  stream->status = status;
  if (ends_stream) finish(*stream, answers);
}

// Decodes the head of an answer. False if that ended the stream or the connection.
bool Client::read_answer(Stream& stream, ByteView block, int& status, Answers& answers) {
  if (const Status read = decoder_.decode(block); !read) {
    if (read.error().code == Errc::kCorrupt) {
      fail(ErrorCode::kCompressionError, "a header block that cannot be decoded");
    } else {
      reset(stream, ErrorCode::kCancel, "the answer's header fields are too long", answers);
    }
    return false;
  }
  const AnswerHead head = read_head(decoder_.fields());
  status = head.status;
  if (status == 0) {
    reset(stream, ErrorCode::kProtocolError, "a malformed answer", answers);
    return false;
  }
  if (status >= 300 && head.retry_after) {
    details_of(stream).retry_after = std::string(*head.retry_after);
  }
  return true;
}

http::Answer& Client::details_of(Stream& stream) {
  if (!stream.details) stream.details = std::make_unique<http::Answer>();
  return *stream.details;
}

void Client::on_data(const FrameHeader& header, ByteView payload, Answers& answers) {
  if (is_idle(header.stream)) {
    return fail(ErrorCode::kProtocolError, "DATA on a stream that was never opened");
  }
  credit_bytes_ -= header.length;  // padding counts, and so do streams that have ended
  if (credit_bytes_ < 0) return fail(ErrorCode::kFlowControlError, "DATA beyond the window");
  if (credit_bytes_ < kCreditBytes / 2) {
    append_window_update(control_, 0, static_cast<std::uint32_t>(kCreditBytes - credit_bytes_));
    credit_bytes_ = kCreditBytes;
  }
  if (!strip_padding(header, payload)) {
    return fail(ErrorCode::kProtocolError, "DATA shorter than its padding");
  }
  Stream* const stream = streams_.find(header.stream);
  if (stream == nullptr) return;
  if (stream->status == 0) {
    return reset(*stream, ErrorCode::kProtocolError, "DATA before the answer's head", answers);
  }
  stream->body_bytes += static_cast<std::uint32_t>(payload.size());
  if (stream->status >= 300 && !payload.empty()) {
    std::string& detail = details_of(*stream).detail;
    detail +=
        as_text(payload.first(std::min(payload.size(), kAnswerDetailBytesMax - detail.size())));
  }
  if (header.has(kEndStream)) return finish(*stream, answers);
  if (stream->body_bytes > kAnswerBodyBytesMax) {
    reset(*stream, ErrorCode::kCancel, "the answer's body is too long", answers);
  }
}

void Client::on_settings(const FrameHeader& header, ByteView payload) {
  if (header.stream != 0) return fail(ErrorCode::kProtocolError, "SETTINGS on a stream");
  if (payload.size() % 6 != 0 || (header.has(kAck) && !payload.empty())) {
    return fail(ErrorCode::kFrameSizeError, "SETTINGS of a wrong length");
  }
  if (header.has(kAck)) return;
  if (payload.size() > kSettingsMax * 6) {
    return fail(ErrorCode::kEnhanceYourCalm, "SETTINGS without end");
  }
  has_settings_ = true;
  for (; !payload.empty() && !is_broken_; payload = payload.subspan(6)) {
    const auto setting = static_cast<Setting>(payload[0] << 8 | payload[1]);
    on_setting(setting, read_u32(payload.data() + 2));
  }
  acknowledge([this] { append_settings_ack(control_); });
}

void Client::on_setting(Setting setting, std::uint32_t value) {
  switch (setting) {
    case Setting::kHeaderTableSize:
      return encoder_.set_table_bytes_max(value);
    case Setting::kEnablePush:
      if (value != 0) fail(ErrorCode::kProtocolError, "a server with ENABLE_PUSH");
      return;
    case Setting::kMaxConcurrentStreams:
      peer_streams_max_ = value;
      return;
    case Setting::kInitialWindowSize:
      return on_initial_window(value);
    case Setting::kMaxFrameSize:
      if (value < kFrameBytesMax || value > 0xffffff) {
        fail(ErrorCode::kProtocolError, "MAX_FRAME_SIZE out of range");
      }
      return;
    case Setting::kMaxHeaderListSize:
      return;  // advisory; ours are a few hundred bytes
  }
  // Unknown settings are ignored (section 6.5.2).
}

void Client::on_initial_window(std::uint32_t value) {
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

void Client::on_ping(const FrameHeader& header, ByteView payload) {
  if (header.stream != 0) return fail(ErrorCode::kProtocolError, "PING on a stream");
  if (payload.size() != 8) return fail(ErrorCode::kFrameSizeError, "PING of a wrong length");
  if (!header.has(kAck)) acknowledge([&] { append_ping_ack(control_, payload); });
}

template <class Append>
void Client::acknowledge(Append append) {
  if (control_.size() > kControlBytesMax) {
    return fail(ErrorCode::kEnhanceYourCalm, "too many frames to acknowledge");
  }
  if (!is_broken_) append();
}

void Client::on_rst_stream(const FrameHeader& header, ByteView payload, Answers& answers) {
  if (is_idle(header.stream)) {
    return fail(ErrorCode::kProtocolError, "RST_STREAM on a stream that was never opened");
  }
  if (payload.size() != 4) {
    return fail(ErrorCode::kFrameSizeError, "RST_STREAM of a wrong length");
  }
  Stream* const stream = streams_.find(header.stream);
  if (stream == nullptr) return;
  const auto code = static_cast<ErrorCode>(read_u32(payload.data()));
  finish(*stream,
         code == ErrorCode::kRefusedStream ? http::NoAnswer::kNotProcessed
                                           : http::NoAnswer::kUncertain,
         "stream closed: " + std::string(name_of(code)), answers);
}

void Client::on_go_away(const FrameHeader& header, ByteView payload, Answers& answers) {
  if (header.stream != 0) return fail(ErrorCode::kProtocolError, "GOAWAY on a stream");
  if (payload.size() < 8) return fail(ErrorCode::kFrameSizeError, "GOAWAY of a wrong length");
  is_closing_ = true;
  const std::uint32_t last = read_u32(payload.data()) & kStreamIdMax;
  const auto code = static_cast<ErrorCode>(read_u32(payload.data() + 4));
  const ByteView debug = payload.subspan(8);
  std::string detail = "GOAWAY: " + std::string(name_of(code)) + ' ';
  detail += as_text(debug.first(std::min(debug.size(), kGoAwayDetailBytesMax)));
  streams_.for_each([&](Stream& stream) {
    if (stream.id > last) finish(stream, http::NoAnswer::kNotProcessed, detail, answers);
  });
}

void Client::on_window_update(const FrameHeader& header, ByteView payload, Answers& answers) {
  if (payload.size() != 4) {
    return fail(ErrorCode::kFrameSizeError, "WINDOW_UPDATE of a wrong length");
  }
  const std::uint32_t bytes = read_u32(payload.data()) & kWindowBytesMax;
  if (header.stream == 0) {
    window_bytes_ += bytes;
    if (bytes == 0) return fail(ErrorCode::kProtocolError, "WINDOW_UPDATE of nothing");
    if (window_bytes_ > kWindowBytesMax) {
      fail(ErrorCode::kFlowControlError, "WINDOW_UPDATE beyond the largest window");
    }
    return;
  }
  if (is_idle(header.stream)) {
    return fail(ErrorCode::kProtocolError, "WINDOW_UPDATE on a stream that was never opened");
  }
  Stream* const stream = streams_.find(header.stream);
  if (stream == nullptr) return;
  stream->window_bytes += bytes;
  if (bytes == 0)
    return reset(*stream, ErrorCode::kProtocolError, "an empty WINDOW_UPDATE", answers);
  if (stream->window_bytes > kWindowBytesMax) {
    reset(*stream, ErrorCode::kFlowControlError, "a window too large", answers);
  }
}

void Client::on_priority(const FrameHeader& header, Answers& answers) {
  if (header.stream == 0) return fail(ErrorCode::kProtocolError, "PRIORITY without a stream");
  Stream* const stream = streams_.find(header.stream);
  if (stream != nullptr && header.length != 5) {
    reset(*stream, ErrorCode::kFrameSizeError, "PRIORITY of a wrong length", answers);
  }
}

}  // namespace tocsin::http2
