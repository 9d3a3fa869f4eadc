// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "tocsin/base/clock.h"
#include "tocsin/base/random.h"
#include "tocsin/base/result.h"
#include "tocsin/fetch/mail.h"
#include "tocsin/net/loop.h"

namespace tocsin::fetch {

struct MailConfig {
  // "smtps://host:465" (TLS from the first byte), or "smtp://host:587" (STARTTLS, without which
  // nothing is said). A server on this machine, "smtp://localhost:25", is spoken to without TLS.
  std::string url;
  std::string user;  // empty: no authentication
  std::string password;
  std::string from;     // an address, in the envelope and in the message
  std::string ca_file;  // PEM, trusted besides the system's; empty: none
  Millis connect_timeout{10'000};
  Millis total_timeout{30'000};  // of one mail
  std::size_t waiting_max = 64;  // with the one that is being sent
};

// kInvalidArgument: a setting that cannot be; the message names it.
Status check_mail(const MailConfig& config);

// Gives mail to one server, which delivers it (RFC 6409): one at a time, a connection each, on a
// thread of its own. Nothing is tried twice. It logs nothing; no message of an error has an address
// or the password in it.
class Courier {
 public:
  // Answers come through `loop`. Both outlive the Courier.
  //
  // Errors: those of check_mail(); kInternal: libcurl cannot be set up.
  static Result<std::unique_ptr<Courier>> start(net::Loop& loop, Random& random, MailConfig config);
  // Cuts off what is being sent, drops what waits and ends the thread. No answer comes after it.
  ~Courier();

  // On the loop's thread; `done` runs there, later. Done: the server has taken the mail.
  //
  // Errors: those of mail_message(); kInvalidArgument: the server refused sender, recipient or
  // message for good; kExhausted: too many wait; kUnauthorized: user or password; kTimeout;
  // kUnavailable: no server, no TLS with it, or it cannot just now.
  void send(const Mail& mail, std::function<void(Status)> done);

 private:
  class Worker;
  Courier(std::unique_ptr<Worker> worker, Random& random, std::string from);

  std::unique_ptr<Worker> worker_;
  Random& random_;
  std::string from_;
};

}  // namespace tocsin::fetch
