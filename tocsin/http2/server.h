// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tocsin/base/bytes.h"
#include "tocsin/base/result.h"
#include "tocsin/http2/frame.h"
#include "tocsin/http2/hpack.h"
#include "tocsin/http2/stream_table.h"

namespace tocsin::http2 {

// The server's side of one HTTP/2 connection (RFC 9113), for many small requests. Bytes in, bytes
// out; no socket, no clock. One thread.
class Server {
 public:
  struct Config {
    std::uint32_t streams_max = 100;  // at most 1,000; more are refused
    std::uint32_t initial_window_bytes = kDefaultWindowBytes;
    std::size_t header_bytes_max = std::size_t{16} * 1024;  // a longer list is answered with 431
    std::size_t body_bytes_max = std::size_t{64} * 1024;    // a longer body with 413
  };

  // A complete and well-formed request. All views end with the call that gives it.
  struct Request {
    std::uint32_t stream = 0;
    std::string_view method;
    std::string_view scheme;
    std::string_view authority;  // or the Host field; empty if there is neither
    std::string_view path;       // with the query, as it came; starts with '/', or is "*"
    // Fields that are not pseudo-header fields. Field::entry tells whether name and value are ones
    // that were seen before.
    std::span<const Field> fields;
    ByteView body;
  };

  class Handler {
   public:
    virtual ~Handler() = default;
    // Answer inside the call or later. The Server must not be destroyed inside.
    virtual void on_request(const Request& request) = 0;
    // The client gave up a request that was not answered: nothing more is to be said to it.
    virtual void on_cancel(std::uint32_t stream) = 0;
  };

  using AnswerField = std::pair<std::string_view, std::string_view>;  // name in lower case

  // `handler` must outlive it.
  Server(const Config& config, Handler& handler);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Errors: kCorrupt: the client breaks the protocol. fill() has a GOAWAY that says how; send it
  // and close the connection.
  Status receive(ByteView bytes);

  // Answers a request. The body leaves as the client's flow control lets it. Nothing happens if
  // the stream has ended.
  void respond(std::uint32_t stream, int status, std::span<const AnswerField> fields = {},
               std::string_view body = {});
  // Ends a stream without an answer (RST_STREAM). Nothing happens if it has ended.
  void reset(std::uint32_t stream, ErrorCode code);
  // Says that streams above those that came are not processed (GOAWAY); the others go on.
  void go_away(ErrorCode code = ErrorCode::kNoError);

  // Moves output to the end of `out` until that is about `bytes_wanted` long.
  void fill(Bytes& out, std::size_t bytes_wanted);
  bool has_output() const { return output_bytes() > 0; }
  // What fill() has not taken: stop calling receive() while the client leaves a lot of it.
  std::size_t output_bytes() const { return out_.size() - out_at_; }
  // Requests that are incomplete or not yet answered in full.
  std::size_t in_flight() const { return streams_.size(); }
  // Nothing more will be said but what fill() has: close the connection when that is sent.
  bool is_over() const { return is_broken_ || (go_away_id_ < kStreamIdMax && in_flight() == 0); }

 private:
  // A request's head as the decoder gives it, and the content-length that it announces, or -1.
  struct Head {
    Request request;
    std::int64_t content_length = -1;
  };
  // A stream that lives on after the frame at hand: more of the request is to come, or the answer
  // is, or more of the answer's body is to leave. Memory of one is used again by the next.
  struct Stream {
    std::uint32_t id = 0;
    bool is_complete = false;  // END_STREAM came
    bool is_answered = false;
    std::int64_t window_bytes = 0;  // for the answer's body
    Head head;                      // views into `text` and `fields`
    std::vector<Field> fields;
    Bytes text;
    Bytes body;
    Bytes answer;  // its body
    std::size_t answer_sent = 0;
  };

  void on_frame(const FrameReader::Frame& frame);
  void on_headers(const FrameReader::Frame& frame);
  void on_continuation(const FrameHeader& header, ByteView payload);
  void on_block(std::uint32_t id, bool ends_stream, ByteView block);
  void on_new_request(std::uint32_t id, bool ends_stream, bool is_too_long);
  void on_trailers(Stream& stream, bool ends_stream, bool is_too_long);
  void on_data(const FrameHeader& header, ByteView payload);
  void on_more_body(Stream& stream, const FrameHeader& header, ByteView payload);
  void on_settings(const FrameHeader& header, ByteView payload);
  void on_setting(Setting setting, std::uint32_t value);
  void on_initial_window(std::uint32_t value);
  void on_ping(const FrameHeader& header, ByteView payload);
  void on_priority(const FrameHeader& header);
  void on_rst_stream(const FrameHeader& header, ByteView payload);
  void on_window_update(const FrameHeader& header, ByteView payload);

  bool is_idle(std::uint32_t id) const { return id % 2 == 0 || id > last_id_; }
  bool is_within_credit(const FrameHeader& header);
  Stream& open(std::uint32_t id);
  void keep_pending();
  void dispatch(const Head& head);
  void dispatch(Stream& stream);
  void append_answer_head(std::uint32_t id, int status, std::span<const AnswerField> fields,
                          bool ends_stream);
  void refuse(std::uint32_t id, int status, bool is_complete);
  void send_bodies();
  void send_body(Stream& stream);
  void reject(std::uint32_t id, ErrorCode code);
  bool may_answer_control();
  void fail(ErrorCode code, const char* what);

  const Config config_;
  Handler& handler_;
  FrameReader frames_;
  HpackDecoder decoder_;
  StreamTable<Stream> streams_;
  Head pending_;  // of the last HEADERS, whose DATA is awaited, as views; stream 0: there is none
  std::uint32_t current_ = 0;  // the stream inside on_request() that is not in the table
  Bytes block_;                // a header block that goes on in CONTINUATION
  std::uint32_t block_stream_ = 0;
  bool block_ends_stream_ = false;
  std::uint32_t block_frames_ = 0;
  Bytes out_;
  std::size_t out_at_ = 0;
  std::size_t preface_at_ = 0;
  std::size_t control_frames_ = 0;  // that the client made us send since out_ was last empty
  std::uint32_t last_id_ = 0;
  std::uint32_t go_away_id_ = kStreamIdMax;  // streams above it are not processed
  std::uint64_t dispatched_ = 0;
  std::uint64_t cancelled_ = 0;
  std::uint32_t peer_window_bytes_ = kDefaultWindowBytes;  // of a stream
  std::int64_t window_bytes_ = kDefaultWindowBytes;        // of the connection, for answers' bodies
  std::int64_t credit_bytes_;                              // the client's, for requests' bodies
  std::size_t bodies_waiting_ = 0;  // streams whose answer has not left in full
  bool has_settings_ = false;
  bool has_ack_ = false;
  bool has_said_table_size_ = false;
  bool is_broken_ = false;
  const char* failure_ = nullptr;
};

}  // namespace tocsin::http2
