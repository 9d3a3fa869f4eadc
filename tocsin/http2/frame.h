// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "tocsin/base/bytes.h"

namespace tocsin::http2 {

// The client's first bytes (RFC 9113, section 3.4).
inline constexpr std::string_view kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

inline constexpr std::size_t kFrameHeaderBytes = 9;
// SETTINGS_MAX_FRAME_SIZE of both of our sides, and the least that a peer may announce.
inline constexpr std::size_t kFrameBytesMax = 16384;
inline constexpr std::uint32_t kDefaultWindowBytes = 65535;
inline constexpr std::uint32_t kWindowBytesMax = 0x7fffffff;
inline constexpr std::uint32_t kStreamIdMax = 0x7fffffff;
inline constexpr std::uint32_t kDefaultTableBytes = 4096;
// Settings in one frame: there are six kinds, and each change of a window touches every stream.
inline constexpr std::size_t kSettingsMax = 32;

// RFC 9113, section 6. Other types are ignored.
enum class FrameType : std::uint8_t {
  kData = 0,
  kHeaders = 1,
  kPriority = 2,
  kRstStream = 3,
  kSettings = 4,
  kPushPromise = 5,
  kPing = 6,
  kGoAway = 7,
  kWindowUpdate = 8,
  kContinuation = 9,
};

inline constexpr std::uint8_t kEndStream = 0x1;
inline constexpr std::uint8_t kAck = 0x1;
inline constexpr std::uint8_t kEndHeaders = 0x4;
inline constexpr std::uint8_t kPadded = 0x8;
inline constexpr std::uint8_t kPriorityFlag = 0x20;

// RFC 9113, section 6.5.2.
enum class Setting : std::uint16_t {
  kHeaderTableSize = 1,
  kEnablePush = 2,
  kMaxConcurrentStreams = 3,
  kInitialWindowSize = 4,
  kMaxFrameSize = 5,
  kMaxHeaderListSize = 6,
};

// RFC 9113, section 7.
enum class ErrorCode : std::uint32_t {
  kNoError = 0,
  kProtocolError = 1,
  kInternalError = 2,
  kFlowControlError = 3,
  kSettingsTimeout = 4,
  kStreamClosed = 5,
  kFrameSizeError = 6,
  kRefusedStream = 7,
  kCancel = 8,
  kCompressionError = 9,
  kConnectError = 10,
  kEnhanceYourCalm = 11,
  kInadequateSecurity = 12,
  kHttp11Required = 13,
};

// "REFUSED_STREAM"; "unknown error" for a code that RFC 9113 does not have.
std::string_view name_of(ErrorCode code);

struct FrameHeader {
  std::uint32_t length = 0;  // of the payload
  FrameType type{};
  std::uint8_t flags = 0;
  std::uint32_t stream = 0;
  bool has(std::uint8_t flag) const { return (flags & flag) != 0; }
};

// Four bytes, most significant first, at `at`.
inline std::uint32_t read_u32(const std::uint8_t* at) {
  return std::uint32_t{at[0]} << 24 | std::uint32_t{at[1]} << 16 | std::uint32_t{at[2]} << 8 |
         std::uint32_t{at[3]};
}
inline void write_u32(std::uint8_t* at, std::uint32_t value) {
  at[0] = static_cast<std::uint8_t>(value >> 24);
  at[1] = static_cast<std::uint8_t>(value >> 16);
  at[2] = static_cast<std::uint8_t>(value >> 8);
  at[3] = static_cast<std::uint8_t>(value);
}

// The nine octets of a frame's header (RFC 9113, section 4.1).
inline FrameHeader read_frame_header(const std::uint8_t* at) {
  return {.length = std::uint32_t{at[0]} << 16 | std::uint32_t{at[1]} << 8 | std::uint32_t{at[2]},
          .type = static_cast<FrameType>(at[3]),
          .flags = at[4],
          .stream = read_u32(at + 5) & kStreamIdMax};
}
inline void write_frame_header(std::uint8_t* at, const FrameHeader& header) {
  at[0] = static_cast<std::uint8_t>(header.length >> 16);
  at[1] = static_cast<std::uint8_t>(header.length >> 8);
  at[2] = static_cast<std::uint8_t>(header.length);
  at[3] = static_cast<std::uint8_t>(header.type);
  at[4] = header.flags;
  write_u32(at + 5, header.stream);
}

// Frames that both sides send, appended to `out`.
void append_setting(Bytes& out, Setting setting, std::uint32_t value);  // within SETTINGS
void append_frame(Bytes& out, const FrameHeader& header, ByteView payload);
void append_settings_ack(Bytes& out);
void append_ping_ack(Bytes& out, ByteView opaque);
void append_window_update(Bytes& out, std::uint32_t stream, std::uint32_t bytes);
void append_rst_stream(Bytes& out, std::uint32_t stream, ErrorCode code);
void append_go_away(Bytes& out, std::uint32_t last_stream, ErrorCode code);

// Takes PADDED and PRIORITY out of the payload of DATA or HEADERS. False if there is less than
// they need (RFC 9113, sections 6.1 and 6.2).
bool strip_padding(const FrameHeader& header, ByteView& payload);

// Cuts a stream of bytes into frames. Whole frames are views into what came; one that comes in
// pieces is joined in memory that is kept.
class FrameReader {
 public:
  struct Frame {
    FrameHeader header;
    ByteView payload;        // empty if header.length is above kFrameBytesMax
    bool is_joined = false;  // not a view into what came
  };

  // The next frame of `bytes`, which advances; false once they are used up. What was given by the
  // call before may be gone. A frame that is too long is given with its header alone.
  bool next(ByteView& bytes, Frame& frame);

 private:
  bool next_joined(ByteView& bytes, Frame& frame);

  Bytes partial_;
  bool is_given_ = false;  // partial_ is a frame that next() has given
};

}  // namespace tocsin::http2
