// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace tocsin::pages {

// A file that the program carries in itself, as cmake/embed.cmake lists them.
struct EmbeddedFile {
  std::string_view path;  // "/app.css"
  std::string_view bytes;
};

struct Asset {
  std::string_view bytes;
  std::string_view content_type;
  std::string version;  // changes with the bytes; may stand in a URL and in an ETag
};

// The files of the reader's side, by path. Immutable: any thread may read it.
class Assets {
 public:
  // `files` live as long as this.
  explicit Assets(const std::vector<EmbeddedFile>& files);

  // Null if there is none of that path.
  const Asset* find(std::string_view path) const;
  // "/app.css?v=<version>", which caches may keep for ever; `path` itself if there is no such file.
  std::string address(std::string_view path) const;

 private:
  std::map<std::string_view, Asset> assets_;
};

}  // namespace tocsin::pages
