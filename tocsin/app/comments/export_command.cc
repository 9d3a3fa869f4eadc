// SPDX-License-Identifier: Apache-2.0
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <tuple>

#include <fcntl.h>
#include <unistd.h>

#include "tocsin/app/commands.h"
#include "tocsin/app/comments/site.h"
#include "tocsin/app/terminal.h"
#include "tocsin/archive/writers.h"
#include "tocsin/server/conversation/archive_export.h"
#include "tocsin/store/reader.h"

namespace tocsin::app {
namespace {

// Standard output, or a file that only its owner may read and that is there when all of it is.
class Output {
 public:
  static Result<std::unique_ptr<Output>> open(const std::string& path) {
    auto out = std::make_unique<Output>(path);
    if (path.empty()) return out;
    const int descriptor =
        ::open(out->next_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (descriptor < 0) return out->error("cannot create " + out->next_);
    std::FILE* const file = fdopen(descriptor, "w");
    TOCSIN_CHECK(file != nullptr);  // for want of memory alone
    out->file_ = file;
    return out;
  }
  explicit Output(std::string path) : path_(std::move(path)), next_(path_ + ".next") {}
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;
  ~Output() {
    if (file_ == stdout) return;
    std::fclose(file_);
    unlink(next_.c_str());
  }

  void write(std::string_view piece) {
    if (std::fwrite(piece.data(), 1, piece.size(), file_) != piece.size()) is_broken_ = true;
  }
  Status finish() {
    const bool is_written = std::fflush(file_) == 0 && !is_broken_;
    if (file_ == stdout) return is_written ? ok() : Status(error("cannot write"));
    if (!is_written || fsync(fileno(file_)) != 0) return error("cannot write " + next_);
    if (std::rename(next_.c_str(), path_.c_str()) != 0) return error("cannot replace " + path_);
    return ok();
  }

 private:
  static Error error(const std::string& what) {
    return {Errc::kInternal, what + ": " + std::strerror(errno)};
  }

  std::string path_;
  std::string next_;
  std::FILE* file_ = stdout;
  bool is_broken_ = false;
};

template <class Writer>
void write_all(const newsroom::Content& content, const core::Site& site, Writer writer) {
  server::for_each_archived(
      content, site, system_clock().now(),
      [&](const archive::ArchivedConversation& conversation) { writer.add(conversation); });
  writer.finish();
}

Status export_comments(const Settings& settings, const CommentsExportOptions& options) {
  TOCSIN_TRY(const auto reader, store::Reader::open(settings.text("data_folder")));
  const auto& content = reader->content();
  TOCSIN_TRY(const auto site, pick_site(content, options.site));
  TOCSIN_TRY(const auto output, Output::open(options.out));
  const archive::Sink sink = [&](std::string_view piece) { output->write(piece); };
  if (options.format == "wordpress") {
    write_all(content, site, archive::WordPressWriter({site.name, site.base_url}, sink));
  } else {
    write_all(content, site, archive::JsonWriter(sink));
  }
  return output->finish();
}

}  // namespace

int comments_export_command(const Settings& settings, const CommentsExportOptions& options) {
  const auto done = export_comments(settings, options);
  return done ? kExitOk : fail(done.error());
}

}  // namespace tocsin::app
