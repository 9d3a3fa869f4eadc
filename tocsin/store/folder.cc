// SPDX-License-Identifier: Apache-2.0
#include "tocsin/store/folder.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <tuple>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tocsin::store {
namespace {

Error system_error(const std::string& what, int number) {
  return {Errc::kUnavailable, what + ": " + std::generic_category().message(number)};
}

Status create_folder(const std::string& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) return ok();
  error.clear();  // that it is not there is no failure
  const auto parent = std::filesystem::path(path).parent_path();
  if (!parent.empty()) std::filesystem::create_directories(parent, error);
  if (error) return system_error("cannot create " + parent.string(), error.value());
  if (mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) {
    return system_error("cannot create the data folder " + path, errno);
  }
  return ok();
}

// The process id that the holder wrote, for the message; empty if there is none.
std::string holder_of(int file) {
  std::array<char, 24> text{};
  const auto size = pread(file, text.data(), text.size(), 0);
  return size > 0 ? std::string(text.data(), static_cast<std::size_t>(size)) : std::string();
}

void write_holder(int file) {
  const std::string text = std::to_string(getpid());
  // For a message alone: a failure changes nothing.
  if (ftruncate(file, 0) != 0 || pwrite(file, text.data(), text.size(), 0) < 0) return;
}

}  // namespace

Result<Folder> Folder::lock(const std::string& path) {
  TOCSIN_TRY(std::ignore, create_folder(path));
  const std::string name = path + "/tocsin.lock";
  const int file = open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return system_error("cannot open " + name, errno);
  Folder folder(file);
  if (flock(file, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return system_error("cannot lock " + name, errno);
    return Error{Errc::kConflict, "another Tocsin (process " + holder_of(file) +
                                      ") is writing to the data folder " + path +
                                      ": stop it, or ask it through its API"};
  }
  write_holder(file);
  const auto created = create_private_file(database_file(path));
  if (!created && created.error().code != Errc::kConflict) return created.error();
  return folder;
}

Folder::Folder(Folder&& other) noexcept : lock_(std::exchange(other.lock_, -1)) {}

Folder::~Folder() {
  if (lock_ >= 0) close(lock_);
}

std::string database_file(const std::string& folder) { return folder + "/tocsin.db"; }

Status create_private_file(const std::string& path) {
  const int file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return system_error("cannot create " + path, errno);
  struct stat status {};
  const bool is_known = fstat(file, &status) == 0;
  close(file);
  if (!is_known || status.st_size > 0) {
    return Error{Errc::kConflict, path + " exists already"};
  }
  return ok();
}

}  // namespace tocsin::store
