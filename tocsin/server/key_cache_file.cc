// SPDX-License-Identifier: Apache-2.0
#include "tocsin/server/key_cache_file.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <tuple>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tocsin::server {
namespace {

constexpr std::string_view kTag =
    "Signature: 8a477f597d28d172789f06886806bc55\n"
    "# What Tocsin can make again. Backups may leave it out: https://bford.info/cachedir/\n";

std::string cache_folder(const std::string& data_folder) { return data_folder + "/cache"; }
std::string cache_file(const std::string& data_folder) {
  return cache_folder(data_folder) + "/key-material";
}

Error failed(const std::string& name) {
  return {Errc::kUnavailable, name + ": " + std::generic_category().message(errno)};
}

Status make_folder(const std::string& folder) {
  if (mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) return failed(folder);
  const std::string tag = folder + "/CACHEDIR.TAG";
  std::error_code error;
  if (!std::filesystem::exists(tag, error)) std::ofstream(tag) << kTag;
  return ok();
}

}  // namespace

Result<KeyCacheFile> KeyCacheFile::create(const std::string& data_folder) {
  TOCSIN_TRY(std::ignore, make_folder(cache_folder(data_folder)));
  std::string name = cache_file(data_folder);
  const std::string fresh = name + ".new";
  const int file = open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) return failed(fresh);
  return KeyCacheFile(file, std::move(name));
}

KeyCacheFile::KeyCacheFile(KeyCacheFile&& other) noexcept
    : file_(std::exchange(other.file_, -1)), name_(std::move(other.name_)) {}

KeyCacheFile::~KeyCacheFile() {
  if (file_ < 0) return;
  close(file_);
  unlink((name_ + ".new").c_str());
}

Status KeyCacheFile::append(ByteView bytes) {
  while (!bytes.empty()) {
    const auto written = write(file_, bytes.data(), bytes.size());
    if (written < 0 && errno != EINTR) return failed(name_);
    bytes = bytes.subspan(static_cast<std::size_t>(std::max<ssize_t>(written, 0)));
  }
  return ok();
}

Status KeyCacheFile::commit() {
  if (fsync(file_) != 0) return failed(name_);
  if (rename((name_ + ".new").c_str(), name_.c_str()) != 0) return failed(name_);
  close(std::exchange(file_, -1));
  return ok();
}

Result<Bytes> read_key_cache(const std::string& data_folder) {
  const std::string name = cache_file(data_folder);
  const int file = open(name.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    if (errno == ENOENT) return Bytes{};
    return failed(name);
  }
  struct stat status {};
  Bytes out(fstat(file, &status) == 0 ? static_cast<std::size_t>(status.st_size) : 0);
  std::size_t have = 0;
  ssize_t got = 1;
  while (have < out.size() && got > 0) {
    got = read(file, out.data() + have, out.size() - have);
    if (got > 0) have += static_cast<std::size_t>(got);
  }
  const auto error = got < 0 ? Status(failed(name)) : ok();
  close(file);
  TOCSIN_TRY(std::ignore, error);
  out.resize(have);
  return out;
}

}  // namespace tocsin::server
