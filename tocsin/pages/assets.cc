// SPDX-License-Identifier: Apache-2.0
#include "tocsin/pages/assets.h"

#include <array>
#include <utility>

#include "tocsin/base/bytes.h"
#include "tocsin/crypto/crypto.h"

namespace tocsin::pages {
namespace {

constexpr std::size_t kVersionBytes = 8;

std::string_view content_type(std::string_view path) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kTypes = {
      {{".css", "text/css; charset=utf-8"},
       {".html", "text/html; charset=utf-8"},
       {".js", "text/javascript; charset=utf-8"},
       {".png", "image/png"},
       {".svg", "image/svg+xml"},
       {".txt", "text/plain; charset=utf-8"}}};
  for (const auto& [ending, type] : kTypes) {
    if (path.ends_with(ending)) return type;
  }
  return "application/octet-stream";
}

}  // namespace

Assets::Assets(const std::vector<EmbeddedFile>& files) {
  for (const auto& [path, bytes] : files) {
    const auto digest = crypto::sha256(as_bytes(bytes));
    const auto version = hex(ByteView(digest).first(kVersionBytes));
    assets_.emplace(path, Asset{bytes, content_type(path), version});
  }
}

const Asset* Assets::find(std::string_view path) const {
  const auto found = assets_.find(path);
  return found == assets_.end() ? nullptr : &found->second;
}

std::string Assets::address(std::string_view path) const {
  const Asset* asset = find(path);
  return asset == nullptr ? std::string(path) : std::string(path) + "?v=" + asset->version;
}

}  // namespace tocsin::pages
