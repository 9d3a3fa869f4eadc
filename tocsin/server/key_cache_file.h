// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "tocsin/base/bytes.h"
#include "tocsin/base/result.h"

namespace tocsin::server {

// Writes <data folder>/cache/key-material (mode 0600) in parts: until commit() what was there
// before stays, whatever happens. The folder is marked with a CACHEDIR.TAG
// (https://bford.info/cachedir/), so that backups leave it out.
class KeyCacheFile {
 public:
  // Errors of all: kUnavailable: the system refused, with why.
  static Result<KeyCacheFile> create(const std::string& data_folder);
  KeyCacheFile(KeyCacheFile&& other) noexcept;
  KeyCacheFile(const KeyCacheFile&) = delete;
  KeyCacheFile& operator=(const KeyCacheFile&) = delete;
  KeyCacheFile& operator=(KeyCacheFile&&) = delete;
  // What was not committed is removed.
  ~KeyCacheFile();

  Status append(ByteView bytes);
  // It is on disk afterwards, in place of the one before. The last call.
  Status commit();

 private:
  KeyCacheFile(int file, std::string name) : file_(file), name_(std::move(name)) {}

  int file_;  // descriptor; -1 after a move or the end
  std::string name_;
};

// All of the file; no bytes if there is none.
Result<Bytes> read_key_cache(const std::string& data_folder);

}  // namespace tocsin::server
