// SPDX-License-Identifier: Apache-2.0
#include "tocsin/app/terminal.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace tocsin::app {
namespace {

constexpr std::size_t kBarWidth = 32;
constexpr std::size_t kColumnsAssumed = 80;
constexpr std::size_t kRowsAssumed = 24;
constexpr Millis kRedraw{100};

Error system_error(std::string_view what, const std::string& path) {
  const auto code = errno == ENOENT ? Errc::kNotFound : Errc::kInternal;
  return {code, std::string(what) + " " + path + ": " + std::strerror(errno)};
}

struct File {
  explicit File(int descriptor) : fd(descriptor) {}
  ~File() {
    if (fd >= 0) close(fd);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int fd;
};

}  // namespace

void print_line(std::string_view line) {
  std::fwrite(line.data(), 1, line.size(), stdout);
  std::fputc('\n', stdout);
  std::fflush(stdout);
}

int fail(const Error& error) {
  std::fprintf(stderr, "tocsin: %s\n", error.message.c_str());
  const bool is_callers = error.code == Errc::kInvalidArgument || error.code == Errc::kNotFound ||
                          error.code == Errc::kConflict || error.code == Errc::kUnauthorized;
  return is_callers ? kExitUsage : kExitFailed;
}

Result<std::string> read_input(const std::string& path, std::size_t bytes_max) {
  const bool is_standard_input = path == "-";
  const File file(is_standard_input ? dup(STDIN_FILENO) : open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.fd < 0) return system_error("cannot open", path);
  std::string content;
  char buffer[65'536];
  for (;;) {
    const ssize_t got = read(file.fd, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error("cannot read", path);
    if (got == 0) return content;
    content.append(buffer, static_cast<std::size_t>(got));
    if (content.size() > bytes_max) {
      return Error{Errc::kExhausted,
                   path + " is longer than " + std::to_string(bytes_max) + " bytes"};
    }
  }
}

Status write_private_file(const std::string& path, std::string_view content) {
  const std::string next = path + ".next";
  {
    const File file(open(next.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (file.fd < 0) return system_error("cannot create", next);
    while (!content.empty()) {
      const ssize_t wrote = write(file.fd, content.data(), content.size());
      if (wrote < 0 && errno == EINTR) continue;
      if (wrote < 0) return system_error("cannot write", next);
      content.remove_prefix(static_cast<std::size_t>(wrote));
    }
    if (fsync(file.fd) != 0) return system_error("cannot write", next);
  }
  if (std::rename(next.c_str(), path.c_str()) != 0) return system_error("cannot replace", path);
  return ok();
}

std::string with_commas(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, ",");
  return text;
}

std::string bar_of(double share, std::size_t width) {
  const double filled = std::clamp(share, 0.0, 1.0) * static_cast<double>(width);
  std::string bar(static_cast<std::size_t>(filled), '#');
  bar.resize(width, '.');
  return bar;
}

bool LiveLines::is_possible() { return isatty(STDERR_FILENO) == 1; }

void LiveLines::show(const std::vector<std::string>& lines) {
  winsize size{};
  const bool is_known =
      ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1 && size.ws_row > 1;
  const std::size_t columns = (is_known ? size.ws_col : kColumnsAssumed) - 1;
  const std::size_t rows = (is_known ? size.ws_row : kRowsAssumed) - 1;
  std::string out = "\r";
  if (drawn_ > 0) out += "\033[" + std::to_string(drawn_) + "A";
  const std::size_t count = std::min(lines.size(), rows);
  for (std::size_t i = 0; i < count; ++i) out += lines[i].substr(0, columns) + "\033[K\n";
  out += "\033[J";
  std::fwrite(out.data(), 1, out.size(), stderr);
  std::fflush(stderr);
  drawn_ = count;
}

ProgressBar::ProgressBar(std::string label, std::uint64_t total, const Clock& clock)
    : label_(std::move(label)),
      total_(total),
      clock_(clock),
      started_(clock.instant()),
      is_terminal_(isatty(STDERR_FILENO) == 1) {}

ProgressBar::~ProgressBar() {
  if (is_terminal_) std::fputs("\r\033[K", stderr);
}

void ProgressBar::show(std::uint64_t done) {
  if (!is_terminal_) return;
  const Instant now = clock_.instant();
  if (done < total_ && now - drawn_ < kRedraw) return;
  drawn_ = now;
  draw(done);
}

void ProgressBar::draw(std::uint64_t done) {
  const double share = total_ == 0 ? 1 : static_cast<double>(done) / static_cast<double>(total_);
  const double seconds = std::chrono::duration<double>(drawn_ - started_).count();
  const double rate = seconds > 0 ? static_cast<double>(done) / seconds : 0;
  std::fprintf(stderr, "\r\033[K%s [%s] %3.0f %%  %llu of %llu  %.0f/s", label_.c_str(),
               bar_of(share, kBarWidth).c_str(), share * 100, static_cast<unsigned long long>(done),
               static_cast<unsigned long long>(total_), rate);
  std::fflush(stderr);
}

}  // namespace tocsin::app
