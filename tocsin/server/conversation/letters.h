// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <utility>

#include "tocsin/api/ports.h"

namespace tocsin::server {

// Messages to one person, by push. This installation sends no e-mail. Main loop.
class Letters final : public api::Letters {
 public:
  using Push = std::function<void(const core::SubscriptionId&, const std::string& title,
                                  const std::string& body, const std::string& url)>;

  explicit Letters(Push push) : push_(std::move(push)) {}

  bool has_mail() const override { return false; }
  void mail(const std::string& /*to*/, const std::string& /*subject*/,
            const std::string& /*text*/) override {}
  void push(const core::SubscriptionId& device, const std::string& title, const std::string& body,
            const std::string& url) override {
    push_(device, title, body, url);
  }

 private:
  Push push_;
};

}  // namespace tocsin::server
