// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tocsin/base/clock.h"
#include "tocsin/base/result.h"

// What commands print, and how they end.
namespace tocsin::app {

// Exit codes, the same for every command; docs/commands.md lists them.
inline constexpr int kExitOk = 0;
inline constexpr int kExitPartly = 1;    // it ran, and some of what was asked did not succeed
inline constexpr int kExitUsage = 2;     // a wrong option, setting or input file: nothing was done
inline constexpr int kExitNotAFeed = 3;  // tocsin feed parse
inline constexpr int kExitLimit = 4;     // tocsin feed parse: over a limit
inline constexpr int kExitFailed = 70;   // it could not run: the reason is on standard error

// Writes one line to standard output.
void print_line(std::string_view line);

// Prints "tocsin: <message>" to standard error and gives the exit code of the error: kExitUsage
// for the caller's faults, kExitFailed for all others.
int fail(const Error& error);

// The whole of a file, or of standard input for "-". kNotFound or kInternal, naming the file;
// kExhausted above `bytes_max`.
Result<std::string> read_input(const std::string& path, std::size_t bytes_max);

// Writes a file only its owner may read, replacing it as a whole.
Status write_private_file(const std::string& path, std::string_view content);

// "1,234,567".
std::string with_commas(std::uint64_t number);

// "####....": as much of `width` as `share` (0 to 1) says.
std::string bar_of(double share, std::size_t width);

// Some lines at the end of standard error that are drawn again in place. Nothing else may be
// written there meanwhile. One thread.
class LiveLines {
 public:
  static bool is_possible();  // standard error is a terminal

  // What is wider or higher than the terminal is cut off.
  void show(const std::vector<std::string>& lines);
  // Takes them away.
  void clear() { show({}); }

 private:
  std::size_t drawn_ = 0;
};

// A progress bar on standard error while that is a terminal; silent otherwise. One thread.
class ProgressBar {
 public:
  ProgressBar(std::string label, std::uint64_t total, const Clock& clock);
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  // Redraws at most ten times a second.
  void show(std::uint64_t done);

 private:
  void draw(std::uint64_t done);

  std::string label_;
  std::uint64_t total_;
  const Clock& clock_;
  Instant started_;
  Instant drawn_{};
  bool is_terminal_;
};

}  // namespace tocsin::app
