// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include <curl/curl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "tocsin/base/check.h"

// What the users of libcurl share.
namespace tocsin::fetch {

struct EasyDeleter {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct MultiDeleter {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
struct ListDeleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Easy = std::unique_ptr<CURL, EasyDeleter>;
using Multi = std::unique_ptr<CURLM, MultiDeleter>;
using List = std::unique_ptr<curl_slist, ListDeleter>;

inline void append(List& list, const std::string& line) {
  curl_slist* longer = curl_slist_append(list.get(), line.c_str());
  TOCSIN_CHECK(longer != nullptr);
  (void)list.release();
  list.reset(longer);
}

// The 4 or 16 bytes of the address; empty for another family.
inline std::string_view address_of(const curl_sockaddr& address) {
  const auto* bytes = reinterpret_cast<const char*>(&address.addr);
  if (address.family == AF_INET && address.addrlen >= sizeof(sockaddr_in)) {
    return {bytes + offsetof(sockaddr_in, sin_addr), sizeof(in_addr)};
  }
  if (address.family == AF_INET6 && address.addrlen >= sizeof(sockaddr_in6)) {
    return {bytes + offsetof(sockaddr_in6, sin6_addr), sizeof(in6_addr)};
  }
  return {};
}

inline curl_socket_t open_socket(const curl_sockaddr& address) {
  constexpr unsigned kTcpUserTimeoutMillis = 30'000;
  const int fd = socket(address.family, address.socktype | SOCK_CLOEXEC, address.protocol);
  if (fd < 0) return CURL_SOCKET_BAD;
  // Without it a peer that vanishes holds the connection for a quarter of an hour.
  setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &kTcpUserTimeoutMillis,
             sizeof kTcpUserTimeoutMillis);
  return fd;
}

}  // namespace tocsin::fetch
