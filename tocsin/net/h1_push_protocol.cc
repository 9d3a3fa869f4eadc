// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>
#include <utility>

#include "tocsin/net/push_protocol.h"

namespace tocsin::net {
namespace {

using http2::kAnswerBodyBytesMax;
using http2::kAnswerDetailBytesMax;
using http2::kAnswerHeaderBytesMax;

constexpr std::size_t kRetryAfterBytesMax = 64;

Error corrupt(const char* what) {
  return {Errc::kCorrupt, std::string("HTTP/1.1 answer: ") + what};
}

// The whole text as a number in `base`; nothing for a sign, a blank or more than size_t holds.
std::optional<std::size_t> number(std::string_view text, int base) {
  std::size_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value, base);
  if (text.empty() || error != std::errc{} || stop != end) return std::nullopt;
  return value;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

class H1PushProtocol final : public PushProtocol {
 public:
  explicit H1PushProtocol(const std::string& origin)
      : authority_(origin.substr(origin.find("://") + 3)) {}

  std::size_t room(std::size_t /*body_bytes*/) const override {
    return is_open() && !is_in_flight_ ? 1 : 0;
  }
  std::size_t in_flight() const override { return is_in_flight_ ? 1 : 0; }
  bool is_open() const override { return !closes_; }
  bool is_over() const override { return closes_ && !is_in_flight_; }
  void submit(const deliver::PushRequest& request, Instant deadline, Bytes& out) override;
  void fill(Bytes& out, std::size_t bytes_wanted) override;
  Status receive(ByteView bytes, PushAnswers& answers) override;
  bool expire(Instant now, PushAnswers& answers) override;
  void say_goodbye() override { closes_ = true; }
  void end(const std::string& detail, std::size_t unsent_bytes, PushAnswers& answers) override;

 private:
  // What the next bytes are.
  enum class Part { kStatusLine, kFields, kBody, kChunkSize, kChunk, kChunkEnd, kTrailers, kRest };

  Status take_line(std::string_view line, PushAnswers& answers);
  Status take_status(std::string_view line);
  Status take_field(std::string_view line);
  Status end_fields(PushAnswers& answers);
  Status take_chunk_size(std::string_view line);
  Status take_body(std::string_view& text, PushAnswers& answers);
  void finish(PushAnswers& answers);
  void answer(PushAnswers& answers);

  std::string authority_;
  bool closes_ = false;  // after the answer under way
  bool is_in_flight_ = false;
  bool is_sent_ = false;
  Bytes out_;
  Instant deadline_{};

  Part part_ = Part::kStatusLine;
  std::string line_;              // not complete yet
  std::size_t header_bytes_ = 0;  // of the answer, trailers and chunk sizes included
  std::size_t body_bytes_ = 0;
  std::size_t part_bytes_left_ = 0;  // of the body or the chunk
  std::optional<std::size_t> content_length_;
  bool is_chunked_ = false;
  bool is_final_ = false;
  http::Answer answer_;
};

void H1PushProtocol::submit(const deliver::PushRequest& request, Instant deadline, Bytes& /*out*/) {
  TOCSIN_CHECK(room(request.body_bytes) > 0);
  std::string head = "POST ";
  head.append(request.path).append(" HTTP/1.1\r\nhost: ").append(authority_).append("\r\n");
  for (const auto& [name, value] : request.head->fields) {
    head.append(name).append(": ").append(value).append("\r\n");
  }
  head += "\r\n";
  out_.assign(head.begin(), head.end());
  out_.resize(head.size() + request.body_bytes);
  request.body->write_body(std::span(out_).subspan(head.size()));
  is_in_flight_ = true;
  is_sent_ = false;
  is_final_ = false;
  deadline_ = deadline;
  part_ = Part::kStatusLine;
  header_bytes_ = 0;
  body_bytes_ = 0;
  answer_ = {.token = request.token};
}

void H1PushProtocol::fill(Bytes& out, std::size_t /*bytes_wanted*/) {
  if (out_.empty()) return;
  out.insert(out.end(), out_.begin(), out_.end());
  out_.clear();
  is_sent_ = true;
}

Status H1PushProtocol::receive(ByteView bytes, PushAnswers& answers) {
  std::string_view text = as_text(bytes);
  while (!text.empty()) {
    if (!is_in_flight_) return corrupt("bytes that nobody asked for");
    if (part_ == Part::kBody || part_ == Part::kChunk || part_ == Part::kRest) {
      TOCSIN_TRY(std::ignore, take_body(text, answers));
      continue;
    }
    const auto end = text.find('\n');
    const std::string_view piece = text.substr(0, end);
    header_bytes_ += piece.size() + 1;
    if (header_bytes_ > kAnswerHeaderBytesMax) return corrupt("header too long");
    line_ += piece;
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (end == std::string_view::npos) continue;
    if (!line_.ends_with('\r')) return corrupt("a line does not end in CR LF");
    line_.pop_back();
    const std::string line = std::exchange(line_, {});
    TOCSIN_TRY(std::ignore, take_line(line, answers));
  }
  return ok();
}

Status H1PushProtocol::take_line(std::string_view line, PushAnswers& answers) {
  switch (part_) {
    case Part::kStatusLine:
      return take_status(line);
    case Part::kFields:
      return line.empty() ? end_fields(answers) : take_field(line);
    case Part::kChunkSize:
      return take_chunk_size(line);
    case Part::kChunkEnd:
      if (!line.empty()) return corrupt("a chunk is longer than it says");
      part_ = Part::kChunkSize;
      return ok();
    case Part::kTrailers:
      if (line.empty()) finish(answers);
      return ok();
    case Part::kBody:
    case Part::kChunk:
    case Part::kRest:
      break;
  }
  return corrupt("a line inside a body");
}

Status H1PushProtocol::take_status(std::string_view line) {
  const bool shaped = line.starts_with("HTTP/1.") && line.size() >= 12 && line[8] == ' ' &&
                      (line[7] == '0' || line[7] == '1') && (line.size() == 12 || line[12] == ' ');
  const auto status = shaped ? number(line.substr(9, 3), 10) : std::nullopt;
  if (!status || *status < 100) return corrupt("no status line");
  answer_.status = static_cast<int>(*status);
  content_length_.reset();
  is_chunked_ = false;
  if (line[7] == '0') closes_ = true;
  part_ = Part::kFields;
  return ok();
}

Status H1PushProtocol::take_field(std::string_view line) {
  const auto colon = line.find(':');
  if (colon == 0 || colon == std::string_view::npos || line[0] == ' ' || line[0] == '\t' ||
      line[colon - 1] == ' ' || line[colon - 1] == '\t') {
    return corrupt("a field without a name");
  }
  const std::string name = lower(line.substr(0, colon));
  const std::string_view value = trimmed(line.substr(colon + 1));
  if (name == "content-length") {
    const auto length = number(value, 10);
    if (!length || (content_length_ && content_length_ != length)) return corrupt("content-length");
    content_length_ = length;
  } else if (name == "transfer-encoding") {
    if (is_chunked_ || lower(value) != "chunked") return corrupt("transfer-encoding");
    is_chunked_ = true;
  } else if (name == "connection") {
    if (lower(value).find("close") != std::string::npos) closes_ = true;
  } else if (name == "retry-after" && value.size() <= kRetryAfterBytesMax) {
    answer_.retry_after = std::string(value);
  }
  return ok();
}

// RFC 9112, section 6.3: how long the body is.
Status H1PushProtocol::end_fields(PushAnswers& answers) {
  if (is_chunked_ && content_length_) return corrupt("two lengths");
  if (answer_.status == 101) return corrupt("switches protocols");
  if (answer_.status < 200) {
    part_ = Part::kStatusLine;
    return ok();
  }
  is_final_ = true;
  const bool has_no_body = answer_.status == 204 || answer_.status == 304;
  if (has_no_body || (content_length_ == 0U && !is_chunked_)) {
    finish(answers);
  } else if (is_chunked_) {
    part_ = Part::kChunkSize;
  } else if (content_length_) {
    part_ = Part::kBody;
    part_bytes_left_ = *content_length_;
  } else {
    part_ = Part::kRest;
    closes_ = true;
  }
  return ok();
}

Status H1PushProtocol::take_chunk_size(std::string_view line) {
  const auto size = number(trimmed(line.substr(0, line.find(';'))), 16);
  if (!size) return corrupt("chunk size");
  part_bytes_left_ = *size;
  part_ = *size == 0 ? Part::kTrailers : Part::kChunk;
  return ok();
}

Status H1PushProtocol::take_body(std::string_view& text, PushAnswers& answers) {
  const std::size_t left = part_ == Part::kRest ? text.size() : part_bytes_left_;
  const std::string_view piece = text.substr(0, left);
  text.remove_prefix(piece.size());
  answer_.detail += piece.substr(0, kAnswerDetailBytesMax - answer_.detail.size());
  body_bytes_ += piece.size();
  if (body_bytes_ > kAnswerBodyBytesMax) {
    text = {};
    closes_ = true;
    finish(answers);
  } else if (part_ != Part::kRest) {
    part_bytes_left_ -= piece.size();
    if (part_bytes_left_ > 0) return ok();
    if (part_ == Part::kChunk) {
      part_ = Part::kChunkEnd;
    } else {
      finish(answers);
    }
  }
  return ok();
}

// An answer before the request has left (413, say) ends the connection: what is left of the request
// cannot be told from the next.
void H1PushProtocol::finish(PushAnswers& answers) {
  if (!is_sent_) closes_ = true;
  answer(answers);
}

void H1PushProtocol::answer(PushAnswers& answers) {
  is_in_flight_ = false;
  out_.clear();
  answers.push_back(std::move(answer_));
}

bool H1PushProtocol::expire(Instant now, PushAnswers& answers) {
  if (!is_in_flight_ || deadline_ > now) return false;
  end("no answer in time", 0, answers);
  return true;
}

void H1PushProtocol::end(const std::string& detail, std::size_t unsent_bytes,
                         PushAnswers& answers) {
  closes_ = true;
  if (unsent_bytes > 0) is_sent_ = false;
  if (!is_in_flight_) return;
  if (!is_final_) {
    answer_.status = 0;
    answer_.no_answer = is_sent_ ? http::NoAnswer::kUncertain : http::NoAnswer::kNotProcessed;
    answer_.detail = detail;
  }
  answer(answers);
}

}  // namespace

std::unique_ptr<PushProtocol> make_h1_push_protocol(const std::string& origin) {
  return std::make_unique<H1PushProtocol>(origin);
}

}  // namespace tocsin::net
