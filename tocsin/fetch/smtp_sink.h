// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tocsin/fetch/scripted_server.h"
#include "tocsin/net/test_certificate.h"

namespace tocsin::fetch {

// For tests: a mail server on 127.0.0.1 that takes everything and delivers nothing.
class SmtpSink {
 public:
  struct Options {
    std::optional<net::TestCertificate> certificate;  // offers STARTTLS with it
    bool is_tls_at_once = false;                      // needs the certificate
    // By the first four letters of a command: "RCPT" -> "550 nobody"; "PASS" for user and password,
    // "." for the message. An empty answer: none comes.
    std::map<std::string, std::string> answers;
  };
  // One line that a client said.
  struct Said {
    std::string line;
    bool is_over_tls = false;
  };

  explicit SmtpSink(Options options);

  // "smtp://localhost:2525"
  std::string url(std::string_view scheme, std::string_view host) const;
  std::vector<Said> said();
  // The lines, each with its line end; a message's too.
  std::string text();

 private:
  class Channel;
  void talk(Channel& channel);

  const Options options_;
  std::mutex mutex_;  // guards said_
  std::vector<Said> said_;
  ScriptedServer server_;  // last: its threads use the above
};

}  // namespace tocsin::fetch
