// SPDX-License-Identifier: Apache-2.0
#include "tocsin/server/conversation/letters.h"

#include <utility>

#include "tocsin/observe/log.h"
#include "tocsin/observe/metrics.h"

namespace tocsin::server {

Letters::Letters(const api::Accounts& accounts, const Clock& clock, Push push, SendMail send_mail)
    : accounts_(accounts),
      clock_(clock),
      push_(std::move(push)),
      send_mail_(std::move(send_mail)),
      by_address_({.per_minute = 1, .keys_max = kAddressesMax}),
      all_({.per_minute = kMailsPerMinute, .keys_max = 1}) {}

void Letters::mail(const std::string& to, const std::string& subject, const std::string& text) {
  if (!has_mail()) return;
  // The address first: somebody who asks for one address again and again takes nothing from others.
  const Instant now = clock_.instant();
  const bool is_over_address = by_address_.refuse(accounts_.email_hash(to), now).has_value();
  if (is_over_address || all_.refuse("", now)) {
    metrics::count("tocsin_mails_total", 1, "limited");
    log::warn("mail.limited", {{"limit", is_over_address ? "address" : "all"}});
    return;
  }
  send_mail_({.to = to, .subject = subject, .text = text}, [](const Status& sent) {
    metrics::count("tocsin_mails_total", 1, sent ? "sent" : "failed");
    if (!sent) log::warn("mail.not_sent", {{"why", sent.error().message}});
  });
}

}  // namespace tocsin::server
