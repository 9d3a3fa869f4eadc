// SPDX-License-Identifier: Apache-2.0
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "tocsin/fetch/fetcher.h"
#include "tocsin/net/h2_server.h"
#include "tocsin/net/test_certificate.h"

namespace tocsin::fetch {
namespace {

using ingest::FetchFailure;
using ingest::FetchResult;
using ::testing::HasSubstr;

// An HTTP/2 server with a certificate for `host`, and a fetcher that trusts its authority, or not.
class FetcherTls : public ::testing::Test {
 protected:
  FetchResult fetch_from(const std::string& certified_host, bool is_trusted) {
    const net::TestCertificate certificate = net::make_test_certificate(certified_host);
    net::H2ServerConfig server_config;
    server_config.certificate_pem = certificate.certificate;
    server_config.key_pem = certificate.key;
    net::Loop loop;
    std::string body;
    auto server = net::H2Server::listen(
        loop, server_config, {.answer = [&body](const http2::Server::Request& request, Time) {
          body = "hello " + std::string(request.path);
          return pushservice::Answer{.status = 200, .body = body};
        }});
    TOCSIN_CHECK(server.has_value());

    FetcherConfig config;
    config.allow_private_addresses = true;
    if (is_trusted) {
      config.ca_file = ::testing::TempDir() + "tocsin_fetcher_ca_" + std::to_string(getpid());
      std::ofstream(config.ca_file) << certificate.ca;
    }
    auto fetcher = Fetcher::start(loop, config);
    TOCSIN_CHECK(fetcher.has_value());
    FetchResult out;
    (*fetcher)->fetch({"https://localhost:" + std::to_string((*server)->port()) + "/feed"},
                      [&](FetchResult result) {
                        out = std::move(result);
                        loop.stop();
                      });
    loop.run();
    if (is_trusted) unlink(config.ca_file.c_str());
    return out;
  }
};

TEST_F(FetcherTls, TrustsAnAuthorityOfItsOwnAndSpeaksHttp2) {
  const auto result = fetch_from("localhost", true);
  EXPECT_EQ(result.failure, std::nullopt) << result.detail;
  EXPECT_EQ(result.body, "hello /feed");
}

TEST_F(FetcherTls, RefusesAnUnknownAuthority) {
  const auto result = fetch_from("localhost", false);
  EXPECT_EQ(result.failure, FetchFailure::kUnreachable);
  EXPECT_THAT(result.detail, HasSubstr("certificate"));
}

TEST_F(FetcherTls, RefusesACertificateForAnotherHost) {
  const auto result = fetch_from("other.example", true);
  EXPECT_EQ(result.failure, FetchFailure::kUnreachable);
  EXPECT_THAT(result.detail, HasSubstr("localhost"));
}

}  // namespace
}  // namespace tocsin::fetch
