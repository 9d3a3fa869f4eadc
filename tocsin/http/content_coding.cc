// SPDX-License-Identifier: Apache-2.0
#include "tocsin/http/content_coding.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <optional>
#include <vector>

#include <brotli/decode.h>
#include <zlib.h>

namespace tocsin::http {
namespace {

constexpr std::size_t kPieceBytes = 64 << 10;
constexpr int kWindowBits = 15;         // the largest there is
constexpr int kGzipFrame = 16;          // added to the window: gzip's header and trailer
constexpr int kNoFrame = -kWindowBits;  // neither gzip's nor zlib's

enum class Coding : std::uint8_t { kIdentity, kGzip, kDeflate, kBrotli };

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::optional<Coding> coding_of(std::string_view word) {
  const std::string name = lower(word);
  if (name == "identity") return Coding::kIdentity;
  if (name == "gzip" || name == "x-gzip") return Coding::kGzip;
  if (name == "deflate") return Coding::kDeflate;
  if (name == "br") return Coding::kBrotli;
  return std::nullopt;
}

Error too_long() { return {Errc::kExhausted, "the decoded body is too long"}; }
Error broken(std::string_view what) {
  return {Errc::kCorrupt, "the body is not " + std::string(what) + ", or is cut off"};
}

// Appends what was decoded. False: it is too long.
bool take(std::string& out, const std::uint8_t* piece, std::size_t bytes, std::size_t bytes_max) {
  if (bytes > bytes_max - out.size()) return false;
  out.append(reinterpret_cast<const char*>(piece), bytes);
  return true;
}

// zlib's state, for one body.
class Inflater {
 public:
  Inflater(std::string_view body, int window_bits) : is_ready_(begin(body, window_bits)) {}
  ~Inflater() {
    if (is_ready_) inflateEnd(&stream_);
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  // Decodes until the end of a member; a file of gzip may have several (RFC 1952, section 2.2).
  Result<std::string> decode(bool may_repeat, std::string_view name, std::size_t bytes_max) {
    if (!is_ready_) return Error{Errc::kInternal, "zlib has no memory"};
    std::string out;
    std::vector<std::uint8_t> piece(kPieceBytes);
    for (;;) {
      stream_.next_out = piece.data();
      stream_.avail_out = static_cast<uInt>(piece.size());
      const int status = inflate(&stream_, Z_NO_FLUSH);
      if (status != Z_OK && status != Z_STREAM_END) return broken(name);
      if (!take(out, piece.data(), piece.size() - stream_.avail_out, bytes_max)) return too_long();
      if (status == Z_OK) continue;
      if (stream_.avail_in == 0) return out;
      if (!may_repeat || inflateReset(&stream_) != Z_OK) return broken(name);
    }
  }

 private:
  bool begin(std::string_view body, int window_bits) {
    // zlib does not write there.
    stream_.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(body.data()));
    stream_.avail_in = static_cast<uInt>(body.size());
    return body.size() <= std::numeric_limits<uInt>::max() &&
           inflateInit2(&stream_, window_bits) == Z_OK;
  }

  z_stream stream_{};
  bool is_ready_;
};

Result<std::string> from_deflate(std::string_view body, std::size_t bytes_max) {
  auto framed = Inflater(body, kWindowBits).decode(false, "deflate", bytes_max);
  if (framed || framed.error().code != Errc::kCorrupt) return framed;
  return Inflater(body, kNoFrame).decode(false, "deflate", bytes_max);
}

Result<std::string> from_brotli(std::string_view body, std::size_t bytes_max) {
  const std::unique_ptr<BrotliDecoderState, decltype(&BrotliDecoderDestroyInstance)> state(
      BrotliDecoderCreateInstance(nullptr, nullptr, nullptr), BrotliDecoderDestroyInstance);
  if (!state) return Error{Errc::kInternal, "brotli has no memory"};
  const auto* next = reinterpret_cast<const std::uint8_t*>(body.data());
  std::size_t left = body.size();
  std::string out;
  std::vector<std::uint8_t> piece(kPieceBytes);
  for (;;) {
    auto* place = piece.data();
    std::size_t room = piece.size();
    const auto status =
        BrotliDecoderDecompressStream(state.get(), &left, &next, &room, &place, nullptr);
    if (!take(out, piece.data(), piece.size() - room, bytes_max)) return too_long();
    if (status == BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT) continue;
    if (status != BROTLI_DECODER_RESULT_SUCCESS || left > 0) return broken("brotli");
    return out;
  }
}

Result<std::string> decode_one(Coding coding, std::string_view body, std::size_t bytes_max) {
  switch (coding) {
    case Coding::kGzip:
      return Inflater(body, kWindowBits + kGzipFrame).decode(true, "gzip", bytes_max);
    case Coding::kDeflate:
      return from_deflate(body, bytes_max);
    case Coding::kBrotli:
      return from_brotli(body, bytes_max);
    case Coding::kIdentity:
      break;
  }
  return std::string(body);
}

// In the order in which they were applied, without those that change nothing.
Result<std::vector<Coding>> parse(std::string_view list) {
  std::vector<Coding> out;
  while (!list.empty()) {
    const auto comma = std::min(list.find(','), list.size());
    const auto word = trimmed(list.substr(0, comma));
    list.remove_prefix(std::min(comma + 1, list.size()));
    if (word.empty()) continue;
    const auto coding = coding_of(word);
    if (!coding) return Error{Errc::kInvalidArgument, "the content coding is not known"};
    if (*coding == Coding::kIdentity) continue;
    if (out.size() == kCodingsMax) {
      return Error{Errc::kInvalidArgument, "there are too many content codings"};
    }
    out.push_back(*coding);
  }
  return out;
}

}  // namespace

std::string content_codings(const Headers& headers) {
  std::string out;
  for (const auto& [name, value] : headers.fields) {
    if (name != "content-encoding") continue;
    if (!out.empty()) out += ", ";
    out += value;
  }
  return out;
}

Result<std::string> decode_content(std::string_view codings, std::string_view body,
                                   std::size_t bytes_max) {
  TOCSIN_TRY(auto applied, parse(codings));
  if (applied.empty() && body.size() > bytes_max) return too_long();
  std::string out(body);
  for (; !applied.empty(); applied.pop_back()) {
    TOCSIN_TRY(out, decode_one(applied.back(), out, bytes_max));
  }
  return out;
}

}  // namespace tocsin::http
