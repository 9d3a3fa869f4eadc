// SPDX-License-Identifier: Apache-2.0
#include "tocsin/archive/archive.h"

#include <algorithm>
#include <array>
#include <utility>

#include "tocsin/archive/readers.h"
#include "tocsin/markup/text.h"

namespace tocsin::archive {
namespace {

constexpr std::size_t kLookBytes = 64 << 10;

constexpr std::array<std::pair<State, std::string_view>, 5> kStates{{
    {State::kApproved, "approved"},
    {State::kPending, "pending"},
    {State::kRejected, "rejected"},
    {State::kSpam, "spam"},
    {State::kDeleted, "deleted"},
}};

bool contains(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

// The first record of a JSON file; lines of ours and of Remark42 start with what they are.
Format detect_json(std::string_view text) {
  std::string_view rest = text;
  rest.remove_prefix(rest.find('{'));
  if (contains(rest.substr(0, 200), "\"tocsin-comments\"")) return Format::kTocsin;
  const auto line = rest.substr(0, rest.find('\n'));
  if (contains(line, "\"version\"") && contains(line, "\"users\"") && contains(line, "\"posts\"")) {
    return Format::kRemark42;
  }
  if (contains(rest, "\"storyID\"") && contains(rest, "\"revisions\"")) {
    return Format::kCoralComments;
  }
  if (contains(rest, "\"commentCounts\"") && contains(rest, "\"url\"")) {
    return Format::kCoralStories;
  }
  if (contains(rest, "\"tenantID\"") && contains(rest, "\"role\"")) return Format::kCoralUsers;
  return Format::kUnknown;
}

}  // namespace

std::string_view text(State state) {
  for (const auto& [value, name] : kStates) {
    if (value == state) return name;
  }
  return {};
}

std::optional<State> parse_state(std::string_view text) {
  for (const auto& [value, name] : kStates) {
    if (name == text) return value;
  }
  return std::nullopt;
}

std::size_t Archive::comments() const {
  std::size_t count = 0;
  for (const auto& conversation : conversations) count += conversation.comments.size();
  return count;
}

std::string_view name(Format format) {
  switch (format) {
    case Format::kUnknown:
      return "unknown";
    case Format::kTocsin:
      return "tocsin";
    case Format::kWordPress:
      return "wordpress";
    case Format::kDisqus:
      return "disqus";
    case Format::kCoralStories:
    case Format::kCoralComments:
    case Format::kCoralUsers:
      return "coral";
    case Format::kIsso:
      return "isso";
    case Format::kRemark42:
      return "remark42";
    case Format::kGzip:
      return "gzip";
  }
  return {};
}

Format detect(ByteView file) {
  using namespace std::string_view_literals;
  std::string_view text = as_text(file).substr(0, kLookBytes);
  if (text.starts_with("\x1f\x8b")) return Format::kGzip;
  if (text.starts_with("SQLite format 3\0"sv)) return Format::kIsso;
  std::string wide;  // XML in UTF-16: what is looked for is ASCII
  if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff")) {
    std::copy_if(text.begin(), text.end(), std::back_inserter(wide), [](char c) { return c > 0; });
    text = wide;
  }
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  text = markup::trim(text);
  if (text.starts_with('{') || (text.starts_with('[') && contains(text, "{"))) {
    return detect_json(text);
  }
  if (!contains(text, "<")) return Format::kUnknown;
  if (contains(text, "<disqus") || contains(text, "//disqus.com/disqus-internals")) {
    return Format::kDisqus;
  }
  if (contains(text, "wordpress.org/export/") || contains(text, "<wp:wxr_version")) {
    return Format::kWordPress;
  }
  return Format::kUnknown;
}

Result<Archive> read(ByteView file, const ReadOptions& options) {
  const auto format = detect(file);
  switch (format) {
    case Format::kTocsin:
      return read_json(file, options);
    case Format::kWordPress:
      return read_wordpress(file, options);
    case Format::kDisqus:
      return read_disqus(file, options);
    case Format::kRemark42:
      return read_remark42(file, options);
    case Format::kCoralStories:
    case Format::kCoralComments:
    case Format::kCoralUsers:
      return Error{Errc::kInvalidArgument,
                   "one collection of Coral: its stories, comments and users are needed together"};
    case Format::kIsso:
      return Error{Errc::kInvalidArgument, "an SQLite database: to be read as Isso's"};
    case Format::kGzip:
      return Error{Errc::kInvalidArgument, "compressed with gzip: unpack it first"};
    case Format::kUnknown:
      break;
  }
  return Error{Errc::kInvalidArgument,
               "the file is of no known format (WordPress, Disqus, Coral, Isso, Remark42, Tocsin)"};
}

}  // namespace tocsin::archive
