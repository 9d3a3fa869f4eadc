// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "tocsin/archive/archive.h"
#include "tocsin/base/bytes.h"
#include "tocsin/base/result.h"

// Readers of other systems' comments. A file is bytes that the caller may have mapped into memory:
// it is read once from front to back, and besides the archive no more than one record is kept,
// unless it is XML that is not UTF-8, which is copied.
//
// HTML becomes our subset of Markdown. A reply whose parent is not in the file, such as a reply to
// spam that was not exported, answers the page instead. Comments without a key of their own are
// left out, as is a second one with a key that was already seen in its conversation.
//
// Errors of all:
//   kCorrupt   not that format, or the file breaks off; the message says where.
//   kExhausted a limit of archive.h.
//
// Pure. Safe to call from any thread.
namespace tocsin::archive {

struct ReadOptions {
  // A file that breaks off, and records that cannot be read, are warnings instead of errors.
  bool keep_what_is_readable = false;
};

// The format that detect() finds, if it is one that one file makes up. kInvalidArgument if it is
// not: the message says what to do instead.
Result<Archive> read(ByteView file, const ReadOptions& options = {});

// WordPress eXtended RSS 1.0 to 1.2, as WordPress's own export writes it. Posts and pages, and
// whatever else has comments. Pingbacks, trackbacks and comments of plugins' own types, such as
// notes on orders, are counted and left out. WordPress does not export spam. Trashed is kDeleted.
// Whoever wrote a post of the export is staff. Newlines are line breaks, as WordPress shows them.
Result<Archive> read_wordpress(ByteView file, const ReadOptions& options = {});

// The XML export of Disqus. Deleted threads come as closed ones.
Result<Archive> read_disqus(ByteView file, const ReadOptions& options = {});

// The collections of Coral 6 and later as `mongoexport` writes them, in lines or (--jsonArray) as
// one array. Names come from `users`, which may be empty.
struct CoralFiles {
  ByteView stories;
  ByteView comments;
  ByteView users;
};
Result<Archive> read_coral(const CoralFiles& files, const ReadOptions& options = {});

// Rows of Isso's tables, as SQLite has them; text that is NULL is empty.
struct IssoThread {
  std::int64_t id = 0;
  std::string uri;  // a path, or a URL
  std::string title;
};
struct IssoComment {
  std::int64_t tid = 0;
  std::int64_t id = 0;
  std::optional<std::int64_t> parent;
  double created = 0;  // seconds since 1970
  std::int64_t mode = 1;
  std::string remote_addr;
  std::string text;  // Markdown
  std::string author;
  std::string email;
  std::string website;
  std::int64_t likes = 0;
  std::int64_t dislikes = 0;
};
Result<Archive> read_isso(std::span<const IssoThread> threads,
                          std::span<const IssoComment> comments);

// Remark42's backup, unpacked: one line with the users and posts, then one line a comment.
Result<Archive> read_remark42(ByteView file, const ReadOptions& options = {});

// What write_json() writes.
Result<Archive> read_json(ByteView file, const ReadOptions& options = {});

}  // namespace tocsin::archive
