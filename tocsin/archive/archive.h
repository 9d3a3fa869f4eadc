// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tocsin/base/bytes.h"
#include "tocsin/base/clock.h"

// Comments that come from another system or go to one, as values. Text is UTF-8 without control
// characters.
namespace tocsin::archive {

// Limits of what is read. What is longer is cut between characters, with a warning; more
// conversations or comments are an error.
inline constexpr std::size_t kFileBytesMax = std::size_t{2} << 30;  // of one file
inline constexpr std::size_t kConversationsMax = 1'000'000;
inline constexpr std::size_t kCommentsMax = 10'000'000;  // of all conversations
inline constexpr std::size_t kTextBytesMax = 64 << 10;   // of one comment
inline constexpr std::size_t kNameBytesMax = 200;
inline constexpr std::size_t kEmailBytesMax = 254;  // RFC 5321, section 4.5.3.1.3
inline constexpr std::size_t kUrlBytesMax = 2048;   // longer ones are left out, not cut
inline constexpr std::size_t kTitleBytesMax = 1000;
inline constexpr std::size_t kKeyBytesMax = 200;
inline constexpr std::size_t kWarningsMax = 64;

enum class State : std::uint8_t {
  kApproved,
  kPending,   // waits for a moderator
  kRejected,  // a moderator or a rule refused it
  kSpam,
  kDeleted,  // taken down by its writer or the site; its text may still be there
};
std::string_view text(State state);  // "approved", "pending", "rejected", "spam", "deleted"
std::optional<State> parse_state(std::string_view text);

struct ArchivedAuthor {
  std::string name;   // as shown, on one line; empty: nameless
  std::string email;  // empty: not known
  std::string url;    // http or https; empty: none
  bool is_registered = false;
  bool is_staff = false;

  bool operator==(const ArchivedAuthor&) const = default;
};

struct ArchivedComment {
  std::string key;         // in the other system; unique in its conversation, never empty
  std::string parent_key;  // of a comment that stands before it in its conversation; empty: none
  ArchivedAuthor author;
  Time created;      // the epoch: not known
  std::string text;  // source text in our subset of Markdown (markdown.h)
  State state = State::kApproved;
  std::int64_t votes = 0;  // for, less those against
  std::string address;     // IP address, in full or in part; empty: not known
  bool is_featured = false;

  bool operator==(const ArchivedComment&) const = default;
};

// The comments of one page.
struct ArchivedConversation {
  std::string key;        // in the other system; unique, never empty
  std::string page_url;   // absolute, http or https; empty: only the path is known
  std::string page_path;  // "/2026/11/quake/": of page_url where there is one, without query
  std::string slug;       // "quake"; empty where the other system has none
  std::string title;      // on one line
  bool is_open = true;    // as set by hand; rules such as "closes after 14 days" are not exported
  bool is_public = true;  // false: the page is a draft, private, or under a password
  std::optional<Time> closed;             // when; nothing: open, or not known
  std::vector<ArchivedComment> comments;  // a parent stands before its replies

  bool operator==(const ArchivedConversation&) const = default;
};

struct Archive {
  std::string format;  // name() of the format it was read from
  std::vector<ArchivedConversation> conversations;
  // For the operator: what was mended or left out, how often, and where first. At most
  // kWarningsMax.
  std::vector<std::string> warnings;

  std::size_t comments() const;  // of all conversations
};

enum class Format : std::uint8_t {
  kUnknown,
  kTocsin,         // ours (writers.h)
  kWordPress,      // WXR
  kDisqus,         // XML export
  kCoralStories,   // of mongoexport, one file a collection
  kCoralComments,  // of mongoexport
  kCoralUsers,     // of mongoexport
  kIsso,           // SQLite; to be opened by the caller, see read_isso()
  kRemark42,       // backup
  kGzip,           // to be unpacked first: Disqus and Remark42 hand out such files
};
std::string_view name(Format format);  // "wordpress", "disqus", "coral", ...

// What the file is, by its first 64 KiB.
Format detect(ByteView file);

}  // namespace tocsin::archive
