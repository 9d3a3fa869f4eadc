// SPDX-License-Identifier: Apache-2.0
#include "tocsin/app/comments/archive_files.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <tuple>
#include <utility>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tocsin/app/terminal.h"
#include "tocsin/sqlite/database.h"

namespace tocsin::app {
namespace {

using archive::Archive;
using archive::Format;

// A file's bytes: mapped where that can be, otherwise read.
class InputFile {
 public:
  static Result<InputFile> open(const std::string& path) {
    InputFile out(path);
    if (path != "-" && out.map()) return out;
    TOCSIN_TRY(out.content_, read_input(path, archive::kFileBytesMax));
    return out;
  }
  InputFile(InputFile&& other) noexcept
      : path_(std::move(other.path_)),
        content_(std::move(other.content_)),
        mapped_(std::exchange(other.mapped_, {})) {}
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;
  InputFile& operator=(InputFile&&) = delete;
  ~InputFile() {
    if (mapped_.data() != nullptr)
      munmap(const_cast<std::uint8_t*>(mapped_.data()), mapped_.size());
  }

  const std::string& path() const { return path_; }
  ByteView bytes() const { return mapped_.data() != nullptr ? mapped_ : as_bytes(content_); }

 private:
  explicit InputFile(std::string path) : path_(std::move(path)) {}

  bool map() {
    const int descriptor = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return false;
    struct stat about {};
    const bool is_file = fstat(descriptor, &about) == 0 && S_ISREG(about.st_mode);
    if (is_file && about.st_size > 0) {
      const auto size = static_cast<std::size_t>(about.st_size);
      void* const start = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor, 0);
      if (start != MAP_FAILED) mapped_ = {static_cast<const std::uint8_t*>(start), size};
    }
    close(descriptor);
    return mapped_.data() != nullptr;
  }

  std::string path_;
  std::string content_;
  ByteView mapped_;
};

// What is wrong with a file is its giver's to mend.
Error in_file(const std::string& path, const Error& error) {
  const bool is_broken = error.code == Errc::kCorrupt;
  const bool is_givers = is_broken || error.code == Errc::kExhausted;
  return {is_givers ? Errc::kInvalidArgument : error.code,
          (path == "-" ? "standard input" : path) + ": " + error.message +
              (is_broken ? "; --keep-readable takes what can be read" : "")};
}

// ---- Isso ----

Result<std::vector<archive::IssoThread>> isso_threads(sqlite::Database& database) {
  std::vector<archive::IssoThread> out;
  auto query = database.query("SELECT id, uri, title FROM threads ORDER BY id");
  while (query.next()) out.push_back({query.number(0), query.text(1), query.text(2)});
  TOCSIN_TRY(std::ignore, query.status());
  return out;
}

Result<std::vector<archive::IssoComment>> isso_comments(sqlite::Database& database) {
  std::vector<archive::IssoComment> out;
  auto query = database.query(
      "SELECT tid, id, parent, CAST(created * 1000 AS INTEGER), mode, remote_addr, text, author, "
      "email, website, likes, dislikes FROM comments ORDER BY id");
  while (query.next()) {
    archive::IssoComment comment;
    comment.tid = query.number(0);
    comment.id = query.number(1);
    if (!query.is_null(2)) comment.parent = query.number(2);
    comment.created = static_cast<double>(query.number(3)) / 1000;
    comment.mode = query.number(4);
    comment.remote_addr = query.text(5);
    comment.text = query.text(6);
    comment.author = query.text(7);
    comment.email = query.text(8);
    comment.website = query.text(9);
    comment.likes = query.number(10);
    comment.dislikes = query.number(11);
    out.push_back(std::move(comment));
    if (out.size() > archive::kCommentsMax) break;
  }
  TOCSIN_TRY(std::ignore, query.status());
  return out;
}

Result<Archive> read_isso_file(const std::string& path) {
  if (path == "-") {
    return Error{Errc::kInvalidArgument, "a database of Isso cannot come from standard input"};
  }
  TOCSIN_TRY(auto database, sqlite::Database::open(path, sqlite::Database::Mode::kReadOnly));
  TOCSIN_TRY(const auto threads, isso_threads(database));
  TOCSIN_TRY(const auto comments, isso_comments(database));
  return archive::read_isso(threads, comments);
}

// ---- Coral ----

class CoralParts {
 public:
  static bool is_one(Format format) {
    return format == Format::kCoralStories || format == Format::kCoralComments ||
           format == Format::kCoralUsers;
  }

  Status add(InputFile file, Format format) {
    auto& part = parts_[index(format)];
    if (part) {
      return Error{Errc::kInvalidArgument,
                   file.path() + ": the same collection of Coral as " + part->path()};
    }
    part.emplace(std::move(file));
    return ok();
  }
  bool is_empty() const { return !parts_[0] && !parts_[1] && !parts_[2]; }

  Result<Archive> read(const archive::ReadOptions& options) const {
    if (!parts_[0] || !parts_[1]) {
      return Error{Errc::kInvalidArgument,
                   std::string("of Coral the collection of ") +
                       (parts_[0] ? "comments" : "stories") +
                       " is missing: export stories, comments and users, and name all three files"};
    }
    const archive::CoralFiles files{parts_[0]->bytes(), parts_[1]->bytes(),
                                    parts_[2] ? parts_[2]->bytes() : ByteView()};
    auto archive = archive::read_coral(files, options);
    if (!archive) return in_file(parts_[1]->path(), archive.error());
    if (!parts_[2])
      archive->warnings.insert(archive->warnings.begin(),
                               "no file has Coral's users: authors are nameless");
    return archive;
  }

 private:
  static std::size_t index(Format format) {
    if (format == Format::kCoralStories) return 0;
    return format == Format::kCoralComments ? 1 : 2;
  }

  std::array<std::optional<InputFile>, 3> parts_;  // stories, comments, users
};

Result<Archive> read_file(const InputFile& file, Format format,
                          const archive::ReadOptions& options) {
  if (format == Format::kGzip) {
    return Error{Errc::kInvalidArgument,
                 file.path() + " is compressed: unpack it with gunzip, or pipe it: gunzip -c " +
                     file.path() + " | tocsin comments import -"};
  }
  auto archive =
      format == Format::kIsso ? read_isso_file(file.path()) : archive::read(file.bytes(), options);
  if (!archive) return in_file(file.path(), archive.error());
  return archive;
}

}  // namespace

Status read_archives(const std::vector<std::string>& files, const archive::ReadOptions& options,
                     const std::function<Status(const Archive&)>& take) {
  CoralParts coral;
  for (const auto& path : files) {
    TOCSIN_TRY(auto file, InputFile::open(path));
    const auto format = archive::detect(file.bytes());
    if (CoralParts::is_one(format)) {
      TOCSIN_TRY(std::ignore, coral.add(std::move(file), format));
      continue;
    }
    TOCSIN_TRY(const auto archive, read_file(file, format, options));
    TOCSIN_TRY(std::ignore, take(archive));
  }
  if (coral.is_empty()) return ok();
  TOCSIN_TRY(const auto archive, coral.read(options));
  return take(archive);
}

}  // namespace tocsin::app
