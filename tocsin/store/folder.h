// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "tocsin/base/result.h"

namespace tocsin::store {

// The data folder, held by at most one process that writes.
class Folder {
 public:
  // Creates the folder (mode 0700) and an empty database file (0600) where they are missing, and
  // takes the folder's lock, which goes with the object or the process.
  //
  // Errors: kConflict: another process holds it; kUnavailable: the system refused, with why.
  static Result<Folder> lock(const std::string& path);
  Folder(Folder&& other) noexcept;
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  Folder& operator=(Folder&&) = delete;
  ~Folder();

 private:
  explicit Folder(int lock) : lock_(lock) {}

  int lock_;  // file descriptor
};

std::string database_file(const std::string& folder);

// Creates an empty file of mode 0600. kConflict: there is one that is not empty.
Status create_private_file(const std::string& path);

}  // namespace tocsin::store
