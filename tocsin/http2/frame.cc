// SPDX-License-Identifier: Apache-2.0
#include "tocsin/http2/frame.h"

#include <algorithm>
#include <array>

namespace tocsin::http2 {
namespace {

constexpr std::size_t kPriorityBytes = 5;

// Grows `out` by `size` and gives the place.
std::uint8_t* grow(Bytes& out, std::size_t size) {
  out.resize(out.size() + size);
  return out.data() + out.size() - size;
}

}  // namespace

std::string_view name_of(ErrorCode code) {
  static constexpr std::array<std::string_view, 14> kNames{"NO_ERROR",
                                                           "PROTOCOL_ERROR",
                                                           "INTERNAL_ERROR",
                                                           "FLOW_CONTROL_ERROR",
                                                           "SETTINGS_TIMEOUT",
                                                           "STREAM_CLOSED",
                                                           "FRAME_SIZE_ERROR",
                                                           "REFUSED_STREAM",
                                                           "CANCEL",
                                                           "COMPRESSION_ERROR",
                                                           "CONNECT_ERROR",
                                                           "ENHANCE_YOUR_CALM",
                                                           "INADEQUATE_SECURITY",
                                                           "HTTP_1_1_REQUIRED"};
  const auto index = static_cast<std::size_t>(code);
  return index < kNames.size() ? kNames[index] : "unknown error";
}

void append_setting(Bytes& out, Setting setting, std::uint32_t value) {
  std::uint8_t* at = grow(out, 6);
  at[0] = static_cast<std::uint8_t>(static_cast<std::uint16_t>(setting) >> 8);
  at[1] = static_cast<std::uint8_t>(setting);
  write_u32(at + 2, value);
}

void append_frame(Bytes& out, const FrameHeader& header, ByteView payload) {
  std::uint8_t* at = grow(out, kFrameHeaderBytes + payload.size());
  write_frame_header(at, header);
  std::copy(payload.begin(), payload.end(), at + kFrameHeaderBytes);
}

void append_settings_ack(Bytes& out) {
  append_frame(out, {.type = FrameType::kSettings, .flags = kAck}, {});
}

void append_ping_ack(Bytes& out, ByteView opaque) {
  append_frame(out, {.length = 8, .type = FrameType::kPing, .flags = kAck}, opaque);
}

void append_window_update(Bytes& out, std::uint32_t stream, std::uint32_t bytes) {
  append_frame(out, {.length = 4, .type = FrameType::kWindowUpdate, .stream = stream},
               big_endian(bytes));
}

void append_rst_stream(Bytes& out, std::uint32_t stream, ErrorCode code) {
  append_frame(out, {.length = 4, .type = FrameType::kRstStream, .stream = stream},
               big_endian(static_cast<std::uint32_t>(code)));
}

void append_go_away(Bytes& out, std::uint32_t last_stream, ErrorCode code) {
  std::uint8_t* at = grow(out, kFrameHeaderBytes + 8);
  write_frame_header(at, {.length = 8, .type = FrameType::kGoAway});
  write_u32(at + kFrameHeaderBytes, last_stream);
  write_u32(at + kFrameHeaderBytes + 4, static_cast<std::uint32_t>(code));
}

bool strip_padding(const FrameHeader& header, ByteView& payload) {
  std::size_t padding = 0;
  if (header.has(kPadded)) {
    if (payload.empty()) return false;
    padding = payload[0];
    payload = payload.subspan(1);
  }
  if (header.type == FrameType::kHeaders && header.has(kPriorityFlag)) {
    if (payload.size() < kPriorityBytes) return false;
    payload = payload.subspan(kPriorityBytes);
  }
  if (padding > payload.size()) return false;
  payload = payload.first(payload.size() - padding);
  return true;
}

bool FrameReader::next(ByteView& bytes, Frame& frame) {
  if (is_given_) {
    partial_.clear();
    is_given_ = false;
  }
  if (!partial_.empty()) return next_joined(bytes, frame);
  if (bytes.size() < kFrameHeaderBytes) {
    partial_.assign(bytes.begin(), bytes.end());
    bytes = {};
    return false;
  }
  frame.is_joined = false;
  frame.header = read_frame_header(bytes.data());
  if (frame.header.length > kFrameBytesMax) {
    frame.payload = {};
    return true;
  }
  const std::size_t size = kFrameHeaderBytes + frame.header.length;
  if (bytes.size() < size) {
    partial_.assign(bytes.begin(), bytes.end());
    bytes = {};
    return false;
  }
  frame.payload = bytes.subspan(kFrameHeaderBytes, frame.header.length);
  bytes = bytes.subspan(size);
  return true;
}

bool FrameReader::next_joined(ByteView& bytes, Frame& frame) {
  const auto take_until = [&](std::size_t size) {
    const std::size_t part = std::min(size - std::min(size, partial_.size()), bytes.size());
    partial_.insert(partial_.end(), bytes.begin(),
                    bytes.begin() + static_cast<std::ptrdiff_t>(part));
    bytes = bytes.subspan(part);
    return partial_.size() >= size;
  };
  if (!take_until(kFrameHeaderBytes)) return false;
  frame.header = read_frame_header(partial_.data());
  frame.is_joined = true;
  frame.payload = {};
  if (frame.header.length <= kFrameBytesMax) {
    if (!take_until(kFrameHeaderBytes + frame.header.length)) return false;
    frame.payload = ByteView(partial_).subspan(kFrameHeaderBytes);
  }
  is_given_ = true;
  return true;
}

}  // namespace tocsin::http2
