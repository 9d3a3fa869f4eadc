// SPDX-License-Identifier: Apache-2.0
// Times the feed parser on one thread: half a second of the processor for the files of each folder
// named, in turn, as often as they fit. Prints one line a folder: feeds a second.
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

double rate(const std::vector<std::string>& files) {
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
      ++count;
    }
  }
  return static_cast<double>(count) / seconds();
}

}  // namespace

int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) std::printf("%.2f\n", rate(files_of(argv[i])));
}
