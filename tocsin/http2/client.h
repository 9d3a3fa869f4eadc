// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tocsin/base/bytes.h"
#include "tocsin/base/clock.h"
#include "tocsin/base/result.h"
#include "tocsin/http/exchange.h"
#include "tocsin/http2/frame.h"
#include "tocsin/http2/hpack.h"
#include "tocsin/http2/request_encoder.h"
#include "tocsin/http2/stream_table.h"

namespace tocsin::http2 {

// More streams than this are never opened on one connection, whatever the peer allows; it is also
// what is assumed until the peer says (RFC 9113, section 6.5.2, recommends no less).
inline constexpr std::size_t kStreamsMax = 100;
inline constexpr std::size_t kAnswerDetailBytesMax = 512;
inline constexpr std::size_t kAnswerHeaderBytesMax = std::size_t{16} * 1024;
inline constexpr std::size_t kAnswerBodyBytesMax = std::size_t{64} * 1024;  // more is cut off
// A request must fit one frame of headers and one of data, however small the peer's frames.
inline constexpr std::size_t kRequestHeadBytesMax = std::size_t{8} * 1024;
inline constexpr std::size_t kRequestPathBytesMax = std::size_t{4} * 1024;
inline constexpr std::size_t kRequestBodyBytesMax = std::size_t{8} * 1024;

// The client's side of one HTTP/2 connection to a push service (RFC 9113): requests are POSTs with
// small bodies, and answers are little more than a status. Bytes in, bytes out; no socket, no
// clock. Every request written gives exactly one answer, from receive(), expire() or end(). A final
// status is the answer, however the body after it ends.
//
// Header compression: fields that do not change enter the peer's table, `authorization` too, so
// that a request is ten constant bytes and the path. Answers are asked for without any state
// (SETTINGS_HEADER_TABLE_SIZE = 0), so of a 2xx nothing is read but the status: its other fields
// cannot change what later bytes mean, and a push that was accepted is not sent again because the
// answer was untidy. No PING is ever sent on our own: push services punish them.
//
// Frames on streams that have ended are ignored, whatever they are: a stream leaves nothing behind
// by which to tell what RFC 9113, section 5.1, lets cross with a RST_STREAM from what it does not.
class Client {
 public:
  struct Request {
    std::uint64_t token = 0;
    // Never null; its fields within kRequestHeadBytesMax, without pseudo-header fields.
    const std::shared_ptr<const http::RequestHead>& head;
    std::string_view path;       // at most kRequestPathBytesMax
    std::size_t body_bytes = 0;  // at most kRequestBodyBytesMax
  };

  // `origin` is "https://host[:port]" or "http://host[:port]".
  explicit Client(std::string_view origin);
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // How many more requests with bodies of that size write_request() takes.
  std::size_t room(std::size_t body_bytes) const;
  // False if the peer's flow control never lets a body of that size leave at once: use another
  // implementation of HTTP/2.
  bool is_suited(std::size_t body_bytes) const { return body_bytes <= peer_window_bytes_; }
  std::size_t in_flight() const { return streams_.size(); }
  // False once the connection takes no more requests, ever; those in flight may still be answered.
  bool is_open() const;
  // True once nothing more can come of the connection: send what fill() has, close, call end().
  bool is_over() const { return is_broken_ || (!is_open() && in_flight() == 0); }

  // Appends a whole request to `out`, after whatever fill() would, and gives the place of its body
  // there: write it before `out` changes. Needs room(request.body_bytes) > 0.
  std::span<std::uint8_t> write_request(Bytes& out, const Request& request, Instant deadline);
  // Appends what the connection itself has to say: its start, acknowledgements, credit.
  void fill(Bytes& out);
  bool has_output() const { return !control_.empty(); }
  // Errors: kCorrupt: the peer breaks the protocol. fill() has a GOAWAY that says how; send it,
  // close the connection and call end().
  Status receive(ByteView bytes, std::vector<http::Answer>& answers);
  // Gives up requests whose deadline is over. True if there was any. Cheap if there is none.
  bool expire(Instant now, std::vector<http::Answer>& answers);
  // Tells the peer that no more requests follow.
  void say_goodbye();
  // The connection has gone: answers what is in flight. Of what was written, the last
  // `unsent_bytes` never left; a request whose end is among them was not processed. Nothing else
  // may be called after it.
  void end(const std::string& detail, std::size_t unsent_bytes, std::vector<http::Answer>& answers);

 private:
  struct Stream {
    std::uint32_t id = 0;
    int status = 0;  // of the final header block, once it is complete
    std::uint32_t body_bytes = 0;
    std::int64_t window_bytes = 0;  // what the peer would still take
    Instant deadline{};
    std::uint64_t written_bytes = 0;  // on the connection, to the end of the request
    std::uint64_t token = 0;
    std::unique_ptr<http::Answer> details;  // for an answer that is more than its status
  };
  using Answers = std::vector<http::Answer>;

  void on_frame(const FrameReader::Frame& frame, Answers& answers);
  void on_headers(const FrameHeader& header, ByteView payload, Answers& answers);
  void on_continuation(const FrameHeader& header, ByteView payload, Answers& answers);
  void on_block(std::uint32_t id, bool ends_stream, ByteView block, Answers& answers);
  bool read_answer(Stream& stream, ByteView block, int& status, Answers& answers);
  void on_data(const FrameHeader& header, ByteView payload, Answers& answers);
  void on_settings(const FrameHeader& header, ByteView payload);
  void on_setting(Setting setting, std::uint32_t value);
  void on_initial_window(std::uint32_t value);
  void on_ping(const FrameHeader& header, ByteView payload);
  void on_priority(const FrameHeader& header, Answers& answers);
  template <class Append>
  void acknowledge(Append append);
  void on_rst_stream(const FrameHeader& header, ByteView payload, Answers& answers);
  void on_go_away(const FrameHeader& header, ByteView payload, Answers& answers);
  void on_window_update(const FrameHeader& header, ByteView payload, Answers& answers);

  bool is_idle(std::uint32_t id) const { return id % 2 == 0 || id >= next_id_; }
  void fail(ErrorCode code, const char* what);
  void reset(Stream& stream, ErrorCode code, const char* what, Answers& answers);
  void finish(Stream& stream, Answers& answers);
  void finish(Stream& stream, http::NoAnswer why, const std::string& detail, Answers& answers);
  static http::Answer& details_of(Stream& stream);

  FrameReader frames_;
  RequestEncoder encoder_;
  HpackDecoder decoder_;
  StreamTable<Stream> streams_{kStreamsMax};
  Bytes control_;
  std::uint64_t written_bytes_ = 0;  // all that was appended to an `out`
  Bytes block_;                      // a header block that goes on in CONTINUATION
  std::uint32_t block_stream_ = 0;
  bool block_ends_stream_ = false;
  std::uint32_t block_frames_ = 0;
  std::uint32_t next_id_ = 1;
  std::uint32_t peer_streams_max_ = kStreamsMax;
  std::uint32_t peer_window_bytes_ = kDefaultWindowBytes;
  std::int64_t window_bytes_ = kDefaultWindowBytes;  // of the connection, for bodies
  std::int64_t credit_bytes_;                        // the peer's, for answers
  Instant earliest_ = Instant::max();                // no deadline is before it
  bool has_settings_ = false;
  bool is_closing_ = false;  // GOAWAY came or went
  bool is_broken_ = false;
  const char* failure_ = nullptr;
};

}  // namespace tocsin::http2
