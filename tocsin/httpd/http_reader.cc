// SPDX-License-Identifier: Apache-2.0
#include "tocsin/httpd/http_reader.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/websocket/rfc6455.hpp>

#include "tocsin/httpd/http_target.h"

namespace tocsin::httpd {
namespace beast = boost::beast;

// "0", CRLF, CRLF: what is left of a chunked body before its end is never less. The parser asserts
// that much is there, and would end the process where a network cuts it.
constexpr std::size_t kLastChunkBytes = 5;

struct HttpReader::State {
  using Parser = beast::http::request_parser<beast::http::string_body>;

  HttpReadLimits limits;
  std::string input;
  std::size_t scanned = 0;  // bytes of input known not to end the head
  std::optional<Parser> parser;
  bool is_head_done = false;
  http::Request request;
  bool keep_alive = false;
  int version = 11;
  bool wants_websocket = false;
  int refusal_status = 0;
  std::string refusal_detail;

  Progress refuse(int status, std::string detail) {
    refusal_status = status;
    refusal_detail = std::move(detail);
    return Progress::kRefused;
  }
  Progress read_head();
  Progress parse_head(std::size_t head_bytes);
  std::size_t body_bytes_max(std::string_view head) const;
  Progress refuse_head(const beast::error_code& failure, std::string_view head);
  bool take_fields();
  bool take_framing();
  bool take_target();
  Progress read_body();
};

namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  for (auto& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::string_view view(beast::string_view text) { return {text.data(), text.size()}; }

struct Occurrences {
  std::size_t count = 0;
  std::string_view value;  // of the last
};

Occurrences occurrences(const http::Headers& headers, std::string_view name) {
  Occurrences out;
  for (const auto& [field, value] : headers.fields) {
    if (field != name) continue;
    ++out.count;
    out.value = value;
  }
  return out;
}

// True if a line in `text` ends without CR, or starts with white space (obsolete folding,
// RFC 9112, section 5.2). `from`: where the search starts.
bool has_ambiguous_line(std::string_view text, std::size_t from) {
  for (auto at = text.find('\n', from); at != text.npos; at = text.find('\n', at + 1)) {
    if (at == 0 || text[at - 1] != '\r') return true;
    if (at + 1 < text.size() && (text[at + 1] == ' ' || text[at + 1] == '\t')) return true;
  }
  return false;
}

// "GET / HTTP/2.0" has a version that is not ours; "GET / HTTQ" has none.
bool has_other_version(std::string_view head) {
  const auto line = head.substr(0, head.find('\r'));
  const auto version = line.substr(std::min(line.rfind(' ') + 1, line.size()));
  return version.size() == 8 && version.starts_with("HTTP/") && version[6] == '.' &&
         std::isdigit(static_cast<unsigned char>(version[5])) &&
         std::isdigit(static_cast<unsigned char>(version[7]));
}

}  // namespace

HttpReader::HttpReader(const HttpReadLimits& limits) : state_(std::make_unique<State>()) {
  state_->limits = limits;
}
HttpReader::~HttpReader() = default;

void HttpReader::feed(std::string_view bytes) { state_->input += bytes; }

HttpReader::Progress HttpReader::advance() {
  if (state_->refusal_status != 0) return Progress::kRefused;
  if (!state_->is_head_done) return state_->read_head();
  return state_->read_body();
}

void HttpReader::restart() {
  auto next = std::make_unique<State>();
  next->limits = state_->limits;
  next->input = std::move(state_->input);
  next->input.shrink_to_fit();
  state_ = std::move(next);
}

http::Request& HttpReader::request() { return state_->request; }
bool HttpReader::keep_alive() const { return state_->keep_alive; }
int HttpReader::version() const { return state_->version; }
bool HttpReader::wants_websocket() const { return state_->wants_websocket; }
bool HttpReader::has_bytes_behind() const { return !state_->input.empty(); }
int HttpReader::refusal_status() const { return state_->refusal_status; }
const std::string& HttpReader::refusal_detail() const { return state_->refusal_detail; }
bool HttpReader::is_amid_request() const { return state_->is_head_done || !state_->input.empty(); }
bool HttpReader::is_amid_body() const { return state_->is_head_done; }

HttpReader::Progress HttpReader::State::read_head() {
  // RFC 9112, section 2.2: empty lines before a request line are skipped.
  for (; input.starts_with("\r\n"); scanned = 0) input.erase(0, 2);
  const auto from = scanned < 3 ? 0 : scanned - 3;
  const auto end = input.find("\r\n\r\n", from);
  const auto head_bytes = end == std::string::npos ? input.size() : end + 4;
  const std::string_view head(input.data(), std::min(head_bytes, limits.header_bytes_max));
  if (has_ambiguous_line(head, from)) return refuse(400, "a line that does not end in CRLF");
  if (head_bytes > limits.header_bytes_max) {
    const bool has_line = head.find("\r\n") != head.npos;
    return has_line ? refuse(431, "the header fields are too long")
                    : refuse(414, "the request target is too long");
  }
  if (end != std::string::npos) return parse_head(head_bytes);
  scanned = input.size();
  return Progress::kNeedsMore;
}

HttpReader::Progress HttpReader::State::parse_head(std::size_t head_bytes) {
  parser.emplace();
  parser->eager(false);
  parser->header_limit(static_cast<std::uint32_t>(limits.header_bytes_max + 1));
  parser->body_limit(body_bytes_max(std::string_view(input).substr(0, head_bytes)));
  beast::error_code failure;
  const auto used = parser->put(boost::asio::buffer(input.data(), head_bytes), failure);
  if (failure) return refuse_head(failure, std::string_view(input).substr(0, head_bytes));
  if (used != head_bytes) return refuse(400, "the header fields end early");
  input.erase(0, head_bytes);
  is_head_done = true;
  if (!take_fields() || !take_framing() || !take_target()) return Progress::kRefused;

  const auto expect = occurrences(request.headers, "expect");
  if (expect.count > 0 && lower(expect.value) != "100-continue") {
    return refuse(417, "an expectation other than 100-continue");
  }
  const auto progress = read_body();
  const bool waits = expect.count > 0 && version == 11 && input.empty();
  return progress == Progress::kNeedsMore && waits ? Progress::kNeedsContinue : progress;
}

std::size_t HttpReader::State::body_bytes_max(std::string_view head) const {
  if (!limits.body_bytes_max_of) return limits.body_bytes_max;
  auto target = head.substr(std::min(head.find(' '), head.size() - 1) + 1);
  return limits.body_bytes_max_of(target.substr(0, target.find_first_of(" \r")));
}

HttpReader::Progress HttpReader::State::refuse_head(const beast::error_code& failure,
                                                    std::string_view head) {
  if (failure == beast::http::error::body_limit) return refuse(413, "the body is too long");
  if (failure == beast::http::error::bad_version && has_other_version(head)) {
    return refuse(505, "HTTP/1.1 and HTTP/1.0 are spoken here");
  }
  return refuse(400, failure.message());
}

// Trailers, which the parser adds to the same list once the body has ended, stay out: they could
// say what the head did not.
bool HttpReader::State::take_fields() {
  const auto& message = parser->get();
  for (const auto& field : message) {
    request.headers.add(lower(view(field.name_string())), view(field.value()));
  }
  request.method = view(message.method_string());
  version = static_cast<int>(message.version());
  keep_alive = message.keep_alive();
  wants_websocket = beast::websocket::is_upgrade(message);
  if (request.headers.fields.size() > limits.fields_max) refuse(431, "too many header fields");
  return refusal_status == 0;
}

// Whoever stands between the client and us must see the same end of the body (RFC 9112,
// section 11.2).
bool HttpReader::State::take_framing() {
  const auto length = occurrences(request.headers, "content-length");
  const auto coding = occurrences(request.headers, "transfer-encoding");
  const bool is_number = std::all_of(length.value.begin(), length.value.end(),
                                     [](char c) { return c >= '0' && c <= '9'; });
  if (length.count > 1 || !is_number) refuse(400, "content-length is said more than once");
  if (coding.count > 0 && (length.count > 0 || coding.count > 1 || version == 10)) {
    refuse(400, "transfer-encoding contradicts the rest");
  }
  if (refusal_status == 0 && coding.count > 0 && lower(coding.value) != "chunked") {
    refuse(501, "a transfer coding other than chunked");
  }
  return refusal_status == 0;
}

bool HttpReader::State::take_target() {
  const auto raw = view(parser->get().target());
  if (raw.size() > limits.target_bytes_max) {
    refuse(414, "the request target is too long");
    return false;
  }
  auto target = parse_http_target(raw);
  const auto host = occurrences(request.headers, "host");
  if (!target) {
    refuse(400, target.error().message);
  } else if (host.count > 1 || (host.count == 0 && version == 11)) {
    refuse(400, "the host is to be said once");
  } else {
    request.path = std::move(target->path);
    request.query = std::move(target->query);
    request.host = std::move(target->authority);
  }
  if (refusal_status == 0 && host.count == 1) {
    auto name = parse_host(host.value);
    if (!name) {
      refuse(400, name.error().message);
    } else if (request.host.empty()) {
      request.host = *std::move(name);
    }
  }
  return refusal_status == 0;
}

HttpReader::Progress HttpReader::State::read_body() {
  std::size_t used = 0;
  beast::error_code failure;
  const std::size_t least = parser->chunked() ? kLastChunkBytes : 1;
  while (!parser->is_done() && input.size() - used >= least && !failure) {
    const std::size_t body_before = parser->get().body().size();
    const std::size_t step =
        parser->put(boost::asio::buffer(input.data() + used, input.size() - used), failure);
    used += step;
    // Refused alike wherever the network cut the bytes; see below.
    const std::size_t framing = step - (parser->get().body().size() - body_before);
    if (framing > limits.header_bytes_max) return refuse(400, "a chunk header is too long");
  }
  input.erase(0, used);
  if (failure == beast::http::error::body_limit) return refuse(413, "the body is too long");
  if (failure && failure != beast::http::error::need_more) return refuse(400, failure.message());
  if (parser->is_done()) {
    request.body = std::move(parser->get().body());
    return Progress::kComplete;
  }
  // A chunk's extensions or the trailers, which the parser leaves until their end has come.
  if (input.size() >= limits.header_bytes_max) return refuse(400, "a chunk header is too long");
  return Progress::kNeedsMore;
}

}  // namespace tocsin::httpd
