// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

#include "tocsin/api/ports.h"
#include "tocsin/fetch/mail.h"
#include "tocsin/guard/rate_limit.h"

namespace tocsin::server {

// Messages to one person, by push or e-mail. Anybody can ask for mail to any address: one address
// gets one a minute, and all together get sixty. What is over that is dropped. Main loop.
class Letters final : public api::Letters {
 public:
  static constexpr std::uint32_t kMailsPerMinute = 60;
  static constexpr std::size_t kAddressesMax = 10'000;  // remembered, as keyed hashes

  using Push = std::function<void(const core::SubscriptionId&, const std::string& title,
                                  const std::string& body, const std::string& url)>;
  // fetch::Courier::send().
  using SendMail = std::function<void(const fetch::Mail&, std::function<void(Status)> done)>;

  // `accounts` hashes addresses and, as the clock, outlives this. `send_mail` is empty where no
  // mail can be sent.
  Letters(const api::Accounts& accounts, const Clock& clock, Push push, SendMail send_mail);

  bool has_mail() const override { return send_mail_ != nullptr; }
  void mail(const std::string& to, const std::string& subject, const std::string& text) override;
  void push(const core::SubscriptionId& device, const std::string& title, const std::string& body,
            const std::string& url) override {
    push_(device, title, body, url);
  }

 private:
  const api::Accounts& accounts_;
  const Clock& clock_;
  Push push_;
  SendMail send_mail_;
  guard::RateLimit by_address_;
  guard::RateLimit all_;
};

}  // namespace tocsin::server
