// SPDX-License-Identifier: Apache-2.0
#include "tocsin/core/delivery.h"

#include "tocsin/base/check.h"

namespace tocsin::core {
namespace {

void add_message(Batch& batch, std::uint64_t token, std::string_view path) {
  batch.messages.push_back({.token = token,
                            .path_at = static_cast<std::uint32_t>(batch.paths.size()),
                            .path_bytes = static_cast<std::uint32_t>(path.size())});
  batch.paths += path;
}

}  // namespace

void Batch::add(std::uint64_t token, std::string_view path, const webpush::KeyMaterial& material) {
  TOCSIN_CHECK(recipients.empty());
  add_message(*this, token, path);
  materials.push_back(material);
}

void Batch::add(std::uint64_t token, std::string_view path, const webpush::Recipient& recipient) {
  TOCSIN_CHECK(materials.empty());
  add_message(*this, token, path);
  recipients.push_back(recipient);
}

}  // namespace tocsin::core
