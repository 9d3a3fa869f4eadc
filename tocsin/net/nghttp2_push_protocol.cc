// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>
#include <utility>

#include <nghttp2/nghttp2.h>

#include "tocsin/net/push_protocol.h"

namespace tocsin::net {
namespace {

using http2::kAnswerBodyBytesMax;
using http2::kAnswerDetailBytesMax;
using http2::kAnswerHeaderBytesMax;
using http2::kStreamsMax;

constexpr std::size_t kRetryAfterBytesMax = 64;
constexpr std::int32_t kLastStreamId = 0x7fffffff - 2;
constexpr std::int32_t kWindowBytes = 1 << 20;  // of the connection, for answers

std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

struct Stream {
  std::int32_t id = 0;
  std::shared_ptr<const http::RequestHead> head;
  std::string path;
  Bytes body;
  Instant deadline{};
  std::size_t body_sent = 0;
  bool is_sent = false;  // END_STREAM left
  bool is_answered = false;
  bool is_final = false;  // the header block with the final status is complete
  std::size_t answer_header_bytes = 0;
  std::size_t answer_body_bytes = 0;
  http::Answer answer;
};

class Nghttp2PushProtocol final : public PushProtocol {
 public:
  explicit Nghttp2PushProtocol(const std::string& origin);
  ~Nghttp2PushProtocol() override { nghttp2_session_del(session_); }
  Nghttp2PushProtocol(const Nghttp2PushProtocol&) = delete;
  Nghttp2PushProtocol& operator=(const Nghttp2PushProtocol&) = delete;

  std::size_t room(std::size_t body_bytes) const override;
  std::size_t in_flight() const override { return streams_.size(); }
  bool is_open() const override;
  bool is_over() const override { return is_broken_ || (!is_open() && streams_.empty()); }
  void submit(const deliver::PushRequest& request, Instant deadline, Bytes& out) override;
  void fill(Bytes& out, std::size_t bytes_wanted) override;
  Status receive(ByteView bytes, PushAnswers& answers) override;
  bool expire(Instant now, PushAnswers& answers) override;
  void say_goodbye() override {
    said_goodbye_ = true;
    nghttp2_session_terminate_session(session_, NGHTTP2_NO_ERROR);
  }
  void end(const std::string& detail, std::size_t unsent_bytes, PushAnswers& answers) override;

 private:
  static nghttp2_session_callbacks* callbacks();
  static Stream* stream_of(nghttp2_session* session, std::int32_t id) {
    return static_cast<Stream*>(nghttp2_session_get_stream_user_data(session, id));
  }

  int on_header(Stream& stream, std::string_view name, std::string_view value);
  void on_frame(const nghttp2_frame& frame);
  void on_close(std::int32_t id, std::uint32_t code);
  void answer(Stream& stream);
  void answer(Stream& stream, http::NoAnswer why, const std::string& detail);

  nghttp2_session* session_ = nullptr;
  std::string scheme_;
  std::string authority_;
  bool is_broken_ = false;
  bool got_goaway_ = false;
  bool said_goodbye_ = false;
  std::string failure_;                           // what nghttp2 said last of the peer's errors
  std::vector<std::unique_ptr<Stream>> streams_;  // at most kStreamsMax
  std::vector<std::unique_ptr<Stream>> spare_;    // kept for their memory
  std::vector<nghttp2_nv> fields_;                // memory of submit()
  PushAnswers ready_;                             // found by the callbacks
};

Nghttp2PushProtocol* self_of(void* user) { return static_cast<Nghttp2PushProtocol*>(user); }

nghttp2_nv field(std::string_view name, std::string_view value) {
  // nghttp2 does not change what it is told not to copy; its type merely is not const.
  const auto bytes = [](std::string_view text) {
    return const_cast<std::uint8_t*>(reinterpret_cast<const std::uint8_t*>(text.data()));
  };
  return {bytes(name), bytes(value), name.size(), value.size(),
          NGHTTP2_NV_FLAG_NO_COPY_NAME | NGHTTP2_NV_FLAG_NO_COPY_VALUE};
}

// NOLINTNEXTLINE(readability-function-size): the parameters are nghttp2's.
ssize_t read_body(nghttp2_session* /*session*/, std::int32_t /*id*/, std::uint8_t* out,
                  std::size_t size, std::uint32_t* flags, nghttp2_data_source* source,
                  void* /*user*/) {
  auto& stream = *static_cast<Stream*>(source->ptr);
  const Bytes& body = stream.body;
  const std::size_t part = std::min(size, body.size() - stream.body_sent);
  std::copy_n(body.begin() + static_cast<std::ptrdiff_t>(stream.body_sent), part, out);
  stream.body_sent += part;
  if (stream.body_sent == body.size()) *flags |= NGHTTP2_DATA_FLAG_EOF;
  return static_cast<ssize_t>(part);
}

Nghttp2PushProtocol::Nghttp2PushProtocol(const std::string& origin) {
  const auto colon = origin.find("://");
  scheme_ = origin.substr(0, colon);
  authority_ = origin.substr(colon + 3);
  nghttp2_option* options = nullptr;
  TOCSIN_CHECK(nghttp2_option_new(&options) == 0);
  nghttp2_option_set_no_closed_streams(options, 1);
  nghttp2_option_set_peer_max_concurrent_streams(options, kStreamsMax);
  static nghttp2_session_callbacks* const shared_callbacks = callbacks();
  TOCSIN_CHECK(nghttp2_session_client_new2(&session_, shared_callbacks, this, options) == 0);
  nghttp2_option_del(options);
  const std::array<nghttp2_settings_entry, 3> settings{
      nghttp2_settings_entry{NGHTTP2_SETTINGS_HEADER_TABLE_SIZE, 0},
      nghttp2_settings_entry{NGHTTP2_SETTINGS_ENABLE_PUSH, 0},
      nghttp2_settings_entry{NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, kAnswerHeaderBytesMax}};
  nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, settings.data(), settings.size());
  nghttp2_session_set_local_window_size(session_, NGHTTP2_FLAG_NONE, 0, kWindowBytes);
}

nghttp2_session_callbacks* Nghttp2PushProtocol::callbacks() {
  nghttp2_session_callbacks* set = nullptr;
  TOCSIN_CHECK(nghttp2_session_callbacks_new(&set) == 0);
  nghttp2_session_callbacks_set_on_header_callback(
      set, [](nghttp2_session* session, const nghttp2_frame* frame, const std::uint8_t* name,
              std::size_t name_size, const std::uint8_t* value, std::size_t value_size,
              std::uint8_t, void* user) {
        Stream* stream = stream_of(session, frame->hd.stream_id);
        if (stream == nullptr) return 0;
        return self_of(user)->on_header(*stream, text_of(name, name_size),
                                        text_of(value, value_size));
      });
  nghttp2_session_callbacks_set_on_frame_recv_callback(
      set, [](nghttp2_session*, const nghttp2_frame* frame, void* user) {
        self_of(user)->on_frame(*frame);
        return 0;
      });
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(
      set, [](nghttp2_session* session, std::uint8_t, std::int32_t id, const std::uint8_t* data,
              std::size_t size, void*) {
        Stream* stream = stream_of(session, id);
        if (stream == nullptr || stream->is_answered) return 0;
        std::string& detail = stream->answer.detail;
        detail.append(text_of(data, std::min(size, kAnswerDetailBytesMax - detail.size())));
        stream->answer_body_bytes += size;
        if (stream->answer_body_bytes > kAnswerBodyBytesMax) {
          nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, id, NGHTTP2_CANCEL);
        }
        return 0;
      });
  nghttp2_session_callbacks_set_on_frame_send_callback(
      set, [](nghttp2_session* session, const nghttp2_frame* frame, void*) {
        if ((frame->hd.flags & NGHTTP2_FLAG_END_STREAM) == 0) return 0;
        if (Stream* stream = stream_of(session, frame->hd.stream_id)) stream->is_sent = true;
        return 0;
      });
  nghttp2_session_callbacks_set_error_callback2(
      set, [](nghttp2_session*, int, const char* text, std::size_t size, void* user) {
        self_of(user)->failure_.assign(text, size);
        return 0;
      });
  nghttp2_session_callbacks_set_on_frame_not_send_callback(
      set, [](nghttp2_session*, const nghttp2_frame* frame, int, void* user) {
        // A request that was still queued when the peer stopped taking any.
        if (frame->hd.type == NGHTTP2_HEADERS) {
          self_of(user)->on_close(frame->hd.stream_id, NGHTTP2_REFUSED_STREAM);
        }
        return 0;
      });
  nghttp2_session_callbacks_set_on_stream_close_callback(
      set, [](nghttp2_session*, std::int32_t id, std::uint32_t code, void* user) {
        self_of(user)->on_close(id, code);
        return 0;
      });
  return set;
}

bool Nghttp2PushProtocol::is_open() const {
  return !is_broken_ && !got_goaway_ && nghttp2_session_check_request_allowed(session_) != 0 &&
         nghttp2_session_get_next_stream_id(session_) < kLastStreamId;
}

std::size_t Nghttp2PushProtocol::room(std::size_t /*body_bytes*/) const {
  if (!is_open()) return 0;
  const std::size_t limit = std::min<std::size_t>(
      kStreamsMax,
      nghttp2_session_get_remote_settings(session_, NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS));
  return limit > streams_.size() ? limit - streams_.size() : 0;
}

void Nghttp2PushProtocol::submit(const deliver::PushRequest& request, Instant deadline,
                                 Bytes& /*out*/) {
  TOCSIN_CHECK(is_open());
  std::unique_ptr<Stream> stream;
  if (spare_.empty()) {
    stream = std::make_unique<Stream>();
  } else {
    stream = std::move(spare_.back());
    spare_.pop_back();
    *stream = Stream{};
  }
  stream->answer.token = request.token;
  stream->head = request.head;
  stream->path = request.path;
  stream->body.resize(request.body_bytes);
  request.body->write_body(stream->body);
  stream->deadline = deadline;

  fields_.clear();
  fields_.push_back(field(":method", "POST"));
  fields_.push_back(field(":scheme", scheme_));
  fields_.push_back(field(":authority", authority_));
  fields_.push_back(field(":path", stream->path));
  for (const auto& [name, value] : stream->head->fields) fields_.push_back(field(name, value));
  nghttp2_data_provider body{};
  body.source.ptr = stream.get();
  body.read_callback = read_body;
  stream->id = nghttp2_submit_request(session_, nullptr, fields_.data(), fields_.size(), &body,
                                      stream.get());
  TOCSIN_CHECK(stream->id > 0);
  streams_.push_back(std::move(stream));
}

void Nghttp2PushProtocol::fill(Bytes& out, std::size_t bytes_wanted) {
  while (!is_broken_ && out.size() < bytes_wanted) {
    const std::uint8_t* data = nullptr;
    const ssize_t size = nghttp2_session_mem_send(session_, &data);
    if (size < 0) is_broken_ = true;
    if (size <= 0) break;
    out.insert(out.end(), data, data + size);
  }
  // After an error of the peer nghttp2 wants nothing more once its GOAWAY has left.
  if (nghttp2_session_want_read(session_) == 0 && nghttp2_session_want_write(session_) == 0) {
    is_broken_ = true;
  }
}

Status Nghttp2PushProtocol::receive(ByteView bytes, PushAnswers& answers) {
  const ssize_t taken = nghttp2_session_mem_recv(session_, bytes.data(), bytes.size());
  std::move(ready_.begin(), ready_.end(), std::back_inserter(answers));
  ready_.clear();
  if (taken < 0) {
    is_broken_ = true;
    return Error{Errc::kCorrupt,
                 std::string("HTTP/2: ") + nghttp2_strerror(static_cast<int>(taken))};
  }
  // nghttp2 answers most errors of the peer with a GOAWAY of its own, and tells nobody else.
  if (!is_open() && !got_goaway_ && !said_goodbye_ &&
      nghttp2_session_get_next_stream_id(session_) < kLastStreamId) {
    return Error{Errc::kCorrupt,
                 "HTTP/2: " + (failure_.empty() ? "the peer breaks the protocol" : failure_)};
  }
  return ok();
}

bool Nghttp2PushProtocol::expire(Instant now, PushAnswers& answers) {
  bool any = false;
  for (const auto& stream : streams_) {
    if (stream->deadline > now) continue;
    any = true;
    stream->deadline = Instant::max();
    nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, stream->id, NGHTTP2_CANCEL);
    if (!stream->is_answered) {
      answer(*stream, http::NoAnswer::kUncertain, "no answer in time");
    }
  }
  std::move(ready_.begin(), ready_.end(), std::back_inserter(answers));
  ready_.clear();
  return any;
}

// What was appended to an `out` counts as sent: the session does not say where each frame ends.
void Nghttp2PushProtocol::end(const std::string& detail, std::size_t /*unsent_bytes*/,
                              PushAnswers& answers) {
  for (const auto& stream : streams_) {
    if (!stream->is_answered) answer(*stream, http::NoAnswer::kUncertain, detail);
  }
  std::move(ready_.begin(), ready_.end(), std::back_inserter(answers));
  ready_.clear();
  is_broken_ = true;
}

int Nghttp2PushProtocol::on_header(Stream& stream, std::string_view name, std::string_view value) {
  stream.answer_header_bytes += name.size() + value.size();
  if (stream.answer_header_bytes > kAnswerHeaderBytesMax) {
    return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
  }
  if (name == ":status") {
    std::from_chars(value.data(), value.data() + value.size(), stream.answer.status);
  } else if (name == "retry-after" && value.size() <= kRetryAfterBytesMax) {
    stream.answer.retry_after = std::string(value);
  }
  return 0;
}

void Nghttp2PushProtocol::on_frame(const nghttp2_frame& frame) {
  if (frame.hd.type == NGHTTP2_GOAWAY) got_goaway_ = true;
  if (frame.hd.type != NGHTTP2_HEADERS && frame.hd.type != NGHTTP2_DATA) return;
  Stream* stream = stream_of(session_, frame.hd.stream_id);
  if (stream == nullptr) return;
  if (stream->answer.status >= 200) stream->is_final = true;
  if ((frame.hd.flags & NGHTTP2_FLAG_END_STREAM) != 0 && !stream->is_answered) answer(*stream);
}

void Nghttp2PushProtocol::on_close(std::int32_t id, std::uint32_t code) {
  const auto found = std::find_if(streams_.begin(), streams_.end(),
                                  [id](const auto& stream) { return stream->id == id; });
  if (found == streams_.end()) return;
  Stream& stream = **found;
  if (!stream.is_answered) {
    const bool refused = code == NGHTTP2_REFUSED_STREAM;
    answer(stream, refused ? http::NoAnswer::kNotProcessed : http::NoAnswer::kUncertain,
           std::string("stream closed: ") + nghttp2_http2_strerror(code));
  }
  std::swap(*found, streams_.back());
  spare_.push_back(std::move(streams_.back()));
  streams_.pop_back();
}

void Nghttp2PushProtocol::answer(Stream& stream) {
  stream.is_answered = true;
  ready_.push_back(std::move(stream.answer));
}

// For a stream that ends before its answer does.
void Nghttp2PushProtocol::answer(Stream& stream, http::NoAnswer why, const std::string& detail) {
  if (stream.is_final) return answer(stream);
  // A push service cannot have acted on a body whose end never left.
  const bool may_have_arrived = stream.is_sent && why != http::NoAnswer::kNotProcessed;
  stream.answer.status = 0;
  stream.answer.no_answer =
      may_have_arrived ? http::NoAnswer::kUncertain : http::NoAnswer::kNotProcessed;
  stream.answer.detail = detail;
  answer(stream);
}

}  // namespace

std::unique_ptr<PushProtocol> make_nghttp2_push_protocol(const std::string& origin) {
  return std::make_unique<Nghttp2PushProtocol>(origin);
}

}  // namespace tocsin::net
