// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <vector>

#include "tocsin/api/ports.h"
#include "tocsin/store/records.h"

namespace tocsin::server {

// The API tokens as they were when the server started.
class TokenList final : public api::TokenBook {
 public:
  explicit TokenList(const std::vector<store::ApiToken>& tokens) {
    for (const auto& token : tokens) {
      api::TokenInfo info{.id = token.name, .name = token.name};
      for (const auto& text : token.scopes) {
        if (const auto scope = api::parse_scope(text)) info.add(*scope);
      }
      tokens_[token.hash] = info;
    }
  }

  std::optional<api::TokenInfo> find(const crypto::Digest& hash) const override {
    const auto found = tokens_.find(hash);
    return found == tokens_.end() ? std::nullopt : std::optional(found->second);
  }

 private:
  std::map<crypto::Digest, api::TokenInfo> tokens_;
};

}  // namespace tocsin::server
