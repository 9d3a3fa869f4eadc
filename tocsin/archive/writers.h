// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "tocsin/archive/archive.h"

// Writers of comments, a conversation at a time, so that whoever has more comments than memory can
// write them as they come from a database. Pure. Safe to call from any thread.
namespace tocsin::archive {

// Of our WXR: by this read_wordpress() knows it.
inline constexpr std::string_view kGenerator = "Tocsin";

// Takes what is written, in pieces of about kPieceBytes; a view of each, valid during the call.
using Sink = std::function<void(std::string_view)>;
inline constexpr std::size_t kPieceBytes = 64 << 10;

// Our own format: lines of JSON, see docs/comments-archive.md. It holds all that an
// ArchivedConversation has. Every object must have a call of finish().
class JsonWriter {
 public:
  explicit JsonWriter(Sink sink);

  // A second part of a conversation may follow the first: its comments are added to those of the
  // same key, the rest of it is passed over by readers. Keys must not be empty.
  void add(const ArchivedConversation& conversation);
  // The last line, without which readers say that the file breaks off.
  void finish();

 private:
  void flush(std::size_t bytes_min);

  Sink sink_;
  std::string out_;
};
void write_json(const Archive& archive, const Sink& sink);

// The site that WXR says it is of.
struct WordPressSite {
  std::string title;  // on one line
  std::string url;    // absolute, http or https
};

// WordPress eXtended RSS 1.2, for WordPress's importer and for read_wordpress(). Each conversation
// becomes a post without a date, because the importer puts the comments to the post of that title
// if there is one; where there is none it makes a draft. Two conversations of the same title come
// to one post there.
//
// Dates are UTC. The text is HTML. WordPress wants keys to be numbers, those of replies higher than
// those of what they answer: other keys are replaced. WXR has no place for votes, milliseconds,
// when a conversation closed, and which comments are featured. A rejected comment is in the trash,
// as a deleted one is; staff counts as registered. A page without an address gets one of the site.
class WordPressWriter {
 public:
  WordPressWriter(WordPressSite site, Sink sink);

  // The whole of a conversation, each once.
  void add(const ArchivedConversation& conversation);
  void finish();

 private:
  struct Ids;

  void add(const ArchivedComment& comment, Ids& ids);
  void element(std::string_view name, std::string_view text);
  void flush(std::size_t bytes_min);

  WordPressSite site_;
  Sink sink_;
  std::string out_;
  std::uint64_t next_post_;
};
void write_wordpress(const Archive& archive, const WordPressSite& site, const Sink& sink);

}  // namespace tocsin::archive
