// SPDX-License-Identifier: Apache-2.0
// Times the feed parser on one thread: half a second of the processor for the files of each folder
// named, in turn, as often as they fit, and half a second with all texts sanitised. Prints one line
// a folder: feeds a second, feeds a second with sanitising.
#include "tocsin/feed/feed.h"

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace {

using namespace tocsin;  // NOLINT(google-build-using-namespace): a program of one file

std::vector<std::string> files_of(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) paths.push_back(entry);
  std::sort(paths.begin(), paths.end());
  std::vector<std::string> files;
  for (const auto& path : paths) {
    std::ifstream file(path, std::ios::binary);
    files.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return files;
}

double rate(const std::vector<std::string>& files, bool is_sanitized) {
  const auto seconds = [start = std::clock()] {
    return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  };
  std::size_t count = 0;
  while (seconds() < 0.5) {
    for (const auto& file : files) {
      const auto feed = feed::parse(
          as_bytes(file),
          {.content_type = "application/xml; charset=utf-8", .base_url = "https://news.example/"});
      TOCSIN_CHECK(feed && !feed->items.empty() && !feed->items.back().title.empty());
      feed::Sanitizer sanitizer;
      for (const auto& item : feed->items) {
        if (!is_sanitized) break;
        TOCSIN_CHECK(sanitizer.sanitized(item.summary) && sanitizer.sanitized(item.content));
      }
      ++count;
    }
  }
  return static_cast<double>(count) / seconds();
}

}  // namespace

int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    const auto files = files_of(argv[i]);
    const double parsed = rate(files, false);
    std::printf("%.2f %.2f\n", parsed, rate(files, true));
  }
}
