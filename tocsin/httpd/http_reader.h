// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "tocsin/http/message.h"

namespace tocsin::httpd {

struct HttpReadLimits {
  std::size_t header_bytes_max = 16 << 10;  // request line and fields
  std::size_t target_bytes_max = 8 << 10;
  std::size_t fields_max = 100;
  std::size_t body_bytes_max = 1 << 20;
  // For a target as it is sent, instead of body_bytes_max. None: body_bytes_max for all.
  std::function<std::size_t(std::string_view target)> body_bytes_max_of{};
};

// Cuts one connection's bytes into requests (HTTP/1.1, RFC 9112): bytes in, requests or a refusal
// out. Stricter than the RFC wherever two readers could understand a message differently: the
// length of a body is said exactly once, lines end in CRLF, none is folded.
//
//   reader.feed(bytes);
//   while (reader.advance() == Progress::kComplete) { answer(reader.request()); reader.restart(); }
class HttpReader {
 public:
  enum class Progress {
    kNeedsMore,
    kNeedsContinue,  // as kNeedsMore, and the client waits for "100 Continue"; told once
    kComplete,
    kRefused,  // answer refusal_status() and close: where the next request starts is unknown
  };

  explicit HttpReader(const HttpReadLimits& limits);
  ~HttpReader();
  HttpReader(const HttpReader&) = delete;
  HttpReader& operator=(const HttpReader&) = delete;

  void feed(std::string_view bytes);
  Progress advance();
  // Starts the next request with the bytes that came behind this one. After kComplete only.
  void restart();

  // After kComplete. The method is as sent; remote_address is left to the caller.
  http::Request& request();
  bool keep_alive() const;  // the client's wish
  int version() const;      // 10 or 11
  bool wants_websocket() const;
  bool has_bytes_behind() const;

  // After kRefused.
  int refusal_status() const;
  const std::string& refusal_detail() const;

  // True between the first byte of a request and its end.
  bool is_amid_request() const;
  // True between the end of a request's head and the end of its body.
  bool is_amid_body() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tocsin::httpd
