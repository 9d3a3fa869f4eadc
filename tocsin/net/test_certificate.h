// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace tocsin::net {

// A certificate for a server of one's own, and the authority made only to sign it, whose key is
// thrown away. PEM texts.
struct TestCertificate {
  std::string ca;           // to be trusted by clients (`--ca`)
  std::string certificate;  // of the server
  std::string key;          // of the server
};

// Valid for `host` (a DNS name), and for 127.0.0.1 and ::1 if it is "localhost", for 30 days from
// yesterday. For tests, demonstrations and rehearsals.
TestCertificate make_test_certificate(const std::string& host);

}  // namespace tocsin::net
