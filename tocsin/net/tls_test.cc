// SPDX-License-Identifier: Apache-2.0
#include "tocsin/net/tls.h"

#include <array>
#include <fstream>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tocsin/net/test_certificate.h"

namespace tocsin::net {
namespace {

class Tls : public testing::Test {
 protected:
  struct Outcome {
    bool is_up = false;
    bool is_resumed = false;
  };

  // Shakes hands over a pair of sockets; the server then says something, after its tickets.
  Outcome connect(const std::string& host) {
    std::array<int, 2> sockets{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, sockets.data()), 0);
    Outcome outcome;
    {
      TlsStream ours = TlsStream::client(*client_, sockets[0], host);
      TlsStream theirs = TlsStream::server(*server_, sockets[1]);
      for (int flight = 0; flight < 4; ++flight) {
        ours.on_readable();
        theirs.on_readable();
        outcome.is_up = ours.handshake().want == TlsWant::kNothing;
        if (theirs.handshake().want == TlsWant::kNothing && outcome.is_up) break;
      }
      std::array<std::uint8_t, 16> heard{};
      if (outcome.is_up && theirs.write(as_bytes("hello")).bytes == 5) {
        ours.on_readable();
        EXPECT_EQ(ours.read(heard).bytes, 5U);
      }
      outcome.is_resumed = ours.is_resumed();
    }
    for (const int socket : sockets) ::close(socket);
    return outcome;
  }

  const TestCertificate certificate_ = make_test_certificate("localhost");
  Result<TlsContext> server_ = TlsContext::server(certificate_.certificate, certificate_.key, true);
  Result<TlsContext> client_ = [this] {
    const std::string path = testing::TempDir() + "tocsin-tls-" + std::to_string(::getpid());
    std::ofstream(path) << certificate_.ca;
    auto context = TlsContext::client(path);
    ::unlink(path.c_str());
    return context;
  }();
};

TEST_F(Tls, ResumesTheLastSessionWithAHost) {
  const Outcome first = connect("localhost");
  EXPECT_TRUE(first.is_up);
  EXPECT_FALSE(first.is_resumed);
  for (int again = 0; again < 3; ++again) {
    const Outcome next = connect("localhost");
    EXPECT_TRUE(next.is_up);
    EXPECT_TRUE(next.is_resumed);
  }
}

TEST_F(Tls, ChecksTheCertificateOfAnotherHostAllTheSame) {
  EXPECT_TRUE(connect("localhost").is_up);
  EXPECT_FALSE(connect("push.example").is_up);
  EXPECT_FALSE(connect("push.example").is_up);
}

}  // namespace
}  // namespace tocsin::net
