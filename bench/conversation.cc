// SPDX-License-Identifier: Apache-2.0
// Conversations through the real server over loopback: durable comments a second, the page of 5,000
// comments, and display receipts a second of one core. Prints one table.
//
//   bench_conversation [comments]
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "tocsin_web_files.h"
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tocsin/base/base64url.h"
#include "tocsin/crypto/crypto.h"
#include "tocsin/json/json.h"
#include "tocsin/server/server.h"

namespace {

using namespace tocsin;  // NOLINT(google-build-using-namespace): a program of one file

constexpr std::size_t kWriters = 32;
constexpr std::size_t kReceiptClients = 4;
constexpr std::size_t kReceipts = 200'000;
constexpr std::size_t kPipelined = 32;
constexpr std::size_t kPageComments = 5'000;

double seconds_of(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}
double wall() { return seconds_of(CLOCK_MONOTONIC); }

// A connection that is kept open; any failure ends the program.
class Client {
 public:
  explicit Client(std::uint16_t port) : fd_(socket(AF_INET, SOCK_STREAM, 0)), port_(port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int one = 1;
    setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    TOCSIN_CHECK(connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client() { close(fd_); }

  struct Answer {
    int status = 0;
    std::string body;
  };
  std::string request(const std::string& method, const std::string& path, const std::string& token,
                      const std::string& body) const {
    std::string out =
        method + " " + path + " HTTP/1.1\r\nHost: localhost:" + std::to_string(port_) + "\r\n";
    if (!token.empty()) out += "Authorization: Bearer " + token + "\r\n";
    if (!body.empty()) out += "Content-Type: application/json\r\n";
    return out + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  }
  void send(const std::string& bytes) const {
    std::size_t done = 0;
    while (done < bytes.size()) {
      const auto sent = ::send(fd_, bytes.data() + done, bytes.size() - done, MSG_NOSIGNAL);
      TOCSIN_CHECK(sent > 0);
      done += static_cast<std::size_t>(sent);
    }
  }
  Answer read() {
    std::size_t head = 0;
    while ((head = buffer_.find("\r\n\r\n")) == std::string::npos) fill();
    Answer out{std::atoi(buffer_.c_str() + 9), {}};
    // "Content-Length" in whatever case.
    const auto field = buffer_.find("ength: ");
    const std::size_t length =
        field < head ? static_cast<std::size_t>(std::atoll(buffer_.c_str() + field + 7)) : 0;
    while (buffer_.size() < head + 4 + length) fill();
    out.body = buffer_.substr(head + 4, length);
    buffer_.erase(0, head + 4 + length);
    return out;
  }
  Answer ask(const std::string& method, const std::string& path, const std::string& token = "",
             const std::string& body = "") {
    send(request(method, path, token, body));
    return read();
  }

 private:
  void fill() {
    char chunk[1 << 16];  // NOLINT(*-avoid-c-arrays): recv() fills it
    const auto got = recv(fd_, chunk, sizeof chunk, 0);
    TOCSIN_CHECK(got > 0);
    buffer_.append(chunk, static_cast<std::size_t>(got));
  }

  int fd_;
  std::uint16_t port_;
  std::string buffer_;
};

Json made(const Client::Answer& answer) {
  if (answer.status >= 300) std::fprintf(stderr, "%d %s\n", answer.status, answer.body.c_str());
  TOCSIN_CHECK(answer.status < 300);
  auto json = Json::parse(answer.body, {.bytes_max = std::size_t{64} << 20});
  TOCSIN_CHECK(json.has_value());
  return *std::move(json);
}

std::string solve(const std::string& challenge, int bits) {
  for (std::uint64_t nonce = 0;; ++nonce) {
    const auto digest = crypto::sha256(as_bytes(challenge + ':' + std::to_string(nonce)));
    const unsigned head =
        static_cast<unsigned>(digest[0]) << 16 | static_cast<unsigned>(digest[1]) << 8 | digest[2];
    if (head >> (24 - bits) == 0) return std::to_string(nonce);
  }
}

// The processor time that the server's main thread has used.
double main_thread_seconds(net::Loop& loop) {
  std::atomic<double> out = -1;
  loop.post([&out] { out = seconds_of(CLOCK_THREAD_CPUTIME_ID); });
  while (out < 0) std::this_thread::yield();
  return out;
}

struct Bench {
  net::Loop& loop;
  std::uint16_t port;
  std::string admin;
  std::size_t comments;
  std::string story;
  std::string slug;

  void set_up() {
    Client client(port);
    const auto sites = made(client.ask("GET", "/api/v1/sites", admin));
    const auto site = *sites.find("items")->if_array()->front().text("id");
    made(client.ask("PATCH", "/api/v1/sites/" + site + "/comment-policy", admin,
                    R"({"is_offered":true,"newcomer_comments":0})"));
    const auto put = made(
        client.ask("POST", "/api/v1/stories", admin, R"({"headline":"A story to talk about"})"));
    story = *put.text("id");
    const auto url = *put.text("page_url");
    slug = url.substr(url.find("/s/"));
  }

  std::string reader(Client& client, const std::string& name) const {
    const auto puzzle = made(client.ask("GET", "/api/v1/puzzle"));
    const auto challenge = *puzzle.text("challenge");
    const auto nonce = solve(challenge, static_cast<int>(*puzzle.find("difficulty")->if_int()));
    Json body{{"name", name}, {"challenge", challenge}, {"nonce", nonce}};
    return *made(client.ask("POST", "/api/v1/readers", "", body.dump())).text("token");
  }

  // Writes `count` comments by kWriters readers at once; comments a second.
  double post(std::size_t count) const {
    std::vector<std::string> tokens;
    Client first(port);
    for (std::size_t i = 0; i < kWriters; ++i) {
      tokens.push_back(reader(first, "Reader " + std::to_string(count) + " " + std::to_string(i)));
    }
    std::atomic<std::size_t> next = 0;
    std::vector<std::thread> threads;
    const double start = wall();
    for (const auto& token : tokens) {
      threads.emplace_back([&, token] {
        Client client(port);
        for (std::size_t i = next++; i < count; i = next++) {
          const auto body =
              Json{{"text", "Comment number " + std::to_string(i) + " of " + std::to_string(count) +
                                ", with *some* words and https://example.org"}};
          const auto answer =
              client.ask("POST", "/api/v1/stories/" + story + "/comments", token, body.dump());
          TOCSIN_CHECK(answer.status == 201);
        }
      });
    }
    for (auto& thread : threads) thread.join();
    return static_cast<double>(count) / (wall() - start);
  }

  struct PageTimes {
    double written = 0;
    double kept = 0;
  };
  // Milliseconds for the page with all comments, as a client sees it, medians of 21: after a
  // comment was featured or is no more, so that the page is written anew; and again.
  PageTimes page() const {
    Client client(port);
    const auto list = made(client.ask("GET", "/api/v1/stories/" + story + "/comments"));
    const auto comment = *list.find("items")->if_array()->front().text("id");
    std::vector<double> written;
    std::vector<double> kept;
    for (int i = 0; i < 21; ++i) {
      made(client.ask("POST", "/api/v1/comments/" + comment + "/feature", admin,
                      Json{{"is_featured", i % 2 == 0}}.dump()));
      for (auto* times : {&written, &kept}) {
        const double start = wall();
        TOCSIN_CHECK(client.ask("GET", slug + "/comments").status == 200);
        times->push_back((wall() - start) * 1e3);
      }
    }
    for (auto* times : {&written, &kept}) {
      std::nth_element(times->begin(), times->begin() + 10, times->end());
    }
    return {.written = written[10], .kept = kept[10]};
  }

  // Receipts a second of the main thread's processor time.
  std::pair<double, double> receipts() const {
    Client client(port);
    std::vector<std::string> devices;
    for (int i = 0; i < 500; ++i) {
      Json subscription{{"endpoint", "https://fcm.googleapis.com/fcm/send/" + std::to_string(i)},
                        {"keys", Json{{"p256dh", base64url(crypto::generate_key_pair().public_key)},
                                      {"auth", base64url(Bytes(16, 1))}}}};
      devices.push_back(*made(client.ask("POST", "/api/v1/subscriptions", "",
                                         Json{{"subscription", subscription}}.dump()))
                             .text("id"));
    }
    const double cpu = main_thread_seconds(loop);
    const double start = wall();
    std::vector<std::thread> threads;
    for (std::size_t n = 0; n < kReceiptClients; ++n) {
      threads.emplace_back([&, n] {
        Client mine(port);
        for (std::size_t i = n * kPipelined; i < kReceipts; i += kReceiptClients * kPipelined) {
          std::string all;
          for (std::size_t k = 0; k < kPipelined; ++k) {
            all += mine.request("POST", "/api/v1/receipts", "",
                                R"({"alert":"000000000002a","subscription":")" +
                                    devices[(i + k) % devices.size()] + R"(","event":"shown"})");
          }
          mine.send(all);
          for (std::size_t k = 0; k < kPipelined; ++k) TOCSIN_CHECK(mine.read().status == 204);
        }
      });
    }
    for (auto& thread : threads) thread.join();
    const double took = wall() - start;
    const double used = main_thread_seconds(loop) - cpu;
    return {static_cast<double>(kReceipts) / used, static_cast<double>(kReceipts) / took};
  }

  void run() {
    set_up();
    const double first = post(kPageComments);
    const auto pages = page();
    std::printf("| comments durably posted | %.0f /s |\n", std::max(first, post(comments)));
    std::printf("| page of %zu comments, written, median | %.1f ms |\n", kPageComments,
                pages.written);
    std::printf("| the same, kept | %.2f ms |\n", pages.kept);
    const auto [a_core, a_second] = receipts();
    std::printf(
        "| receipts of one core | %.0f /s |\n| receipts with the clients beside | %.0f /s |\n",
        a_core, a_second);
  }
};

}  // namespace

int main(int argc, char** argv) {
  const std::size_t comments = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 20'000;
  std::string folder = "/tmp/tocsin-bench-XXXXXX";
  TOCSIN_CHECK(mkdtemp(folder.data()) != nullptr);
  const pages::Assets assets(tocsin_web_files());
  net::Loop loop;
  server::ServerConfig config;
  config.folder = folder + "/data";
  config.first_site = {.name = "Bench", .url = "http://localhost", .vapid_subject = "mailto:a@b.c"};
  config.registrations_per_minute = 1'000'000;
  config.comments_per_minute = 1'000'000;
  config.conversation_comments_per_minute = 10'000'000;
  auto server = server::Server::start(loop, config, assets);
  if (!server) std::fprintf(stderr, "%s\n", server.error().message.c_str());
  TOCSIN_CHECK(server.has_value());
  std::thread work([&] {
    Bench{loop, (*server)->port(), (*server)->first_token(), comments, {}, {}}.run();
    loop.stop();
  });
  loop.run();
  work.join();
  server->reset();
  std::filesystem::remove_all(folder);
  return 0;
}
