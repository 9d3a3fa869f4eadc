// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "tocsin/archive/archive.h"

// Writers of comments, a conversation at a time, so that whoever has more comments than memory can
// write them as they come from a database. Pure. Safe to call from any thread.
namespace tocsin::archive {

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

}  // namespace tocsin::archive
