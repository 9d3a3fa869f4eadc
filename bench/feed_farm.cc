// SPDX-License-Identifier: Apache-2.0
#include "feed_farm.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zlib.h>

#include "tocsin/base/check.h"

namespace tocsin::bench {
namespace {

constexpr std::size_t kHostsOfAByte = 250;
constexpr std::size_t kBombBytes = std::size_t{64} << 20;
constexpr std::size_t kDrops = 10;
constexpr Millis kDropPeriod{300};
constexpr std::size_t kTextBytes = 700;  // of an item

std::string http_date(Time time) {
  const std::time_t seconds = std::chrono::duration_cast<Seconds>(time.time_since_epoch()).count();
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char out[64];
  std::strftime(out, sizeof out, "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return out;
}

std::string gzip_of_zeros(std::size_t bytes) {
  z_stream stream{};
  TOCSIN_CHECK(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  const std::string zeros(bytes, '\0');
  std::string out(1 << 20, '\0');
  // zlib's interface takes what it only reads as if it wrote.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(zeros.data()));
  stream.avail_in = static_cast<uInt>(zeros.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  TOCSIN_CHECK(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string head(int status, std::size_t body_bytes, const std::string& fields = "") {
  return "HTTP/1.1 " + std::to_string(status) +
         " Status\r\ncontent-length: " + std::to_string(body_bytes) + "\r\n" + fields + "\r\n";
}

// The value of a header field; empty if there is none.
std::string field(const std::string& request, const std::string& name) {
  const auto lower = [](char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c); };
  std::string folded(request.size(), ' ');
  std::transform(request.begin(), request.end(), folded.begin(), lower);
  const auto begin = folded.find("\r\n" + name + ": ");
  if (begin == std::string::npos) return {};
  const auto value = begin + name.size() + 4;
  return request.substr(value, request.find("\r\n", value) - value);
}

}  // namespace

struct FeedFarm::Connection {
  int file = -1;
  std::size_t host = 0;
  std::size_t feed = 0;  // that the last request asked for
  std::string in{};
  std::string out{};
  std::size_t sent = 0;
  bool closes = false;   // when all is sent
  std::size_t drop = 0;  // bytes at a time; 0: all that goes
  Time next_drop{};
  bool is_answering = false;
};

std::string_view text(Fault fault) {
  constexpr std::string_view kNames[] = {"none",      "500",  "503",  "429",       "moved",
                                         "truncated", "slow", "bomb", "new guids", "410"};
  return kNames[static_cast<std::size_t>(fault)];
}

FeedFarm::FeedFarm(FarmConfig config) : config_(config), logs_(config.feeds), hosts_(config.feeds) {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const int one = 1;
  setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_ANY);  // all of 127.0.0.0/8
  TOCSIN_CHECK(bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  TOCSIN_CHECK(listen(listener_, 4096) == 0);
  socklen_t length = sizeof address;
  getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length);
  port_ = ntohs(address.sin_port);
  poll_ = epoll_create1(EPOLL_CLOEXEC);
  epoll_event event{.events = EPOLLIN, .data = {.fd = listener_}};
  epoll_ctl(poll_, EPOLL_CTL_ADD, listener_, &event);
  if (config_.has_faults) bomb_ = gzip_of_zeros(kBombBytes);
}

FeedFarm::~FeedFarm() {
  for (const auto& connection : connections_) {
    if (connection) close(connection->file);
  }
  close(listener_);
  close(poll_);
}

std::string FeedFarm::url(std::size_t feed) const {
  return "http://127.1." + std::to_string(host(feed) / kHostsOfAByte) + '.' +
         std::to_string(host(feed) % kHostsOfAByte + 1) + ':' + std::to_string(port_) + '/' +
         std::to_string(feed) + "/feed.xml";
}

std::string FeedFarm::item_url(std::size_t feed, std::int64_t item) {
  return "https://farm.example/" + std::to_string(feed) + '/' + std::to_string(item);
}

Fault FeedFarm::fault(std::size_t feed) const {
  if (!config_.has_faults) return Fault::kNone;
  constexpr std::size_t kSound = 3;  // of twelve
  const std::size_t kind = feed % 12;
  return kind < kSound ? Fault::kNone : static_cast<Fault>(kind - kSound + 1);
}

// Spread over the range, in no order.
Seconds FeedFarm::gap(std::size_t feed) const {
  const auto range = static_cast<std::size_t>((config_.gap_max - config_.gap_min).count()) + 1;
  return config_.gap_min + Seconds(static_cast<std::int64_t>(feed * 2'654'435'761U % range));
}

std::int64_t FeedFarm::newest(std::size_t feed, Time at) const {
  const auto phase = gap(feed) * static_cast<std::int64_t>(feed % 97) / 97;
  const auto since = std::chrono::duration_cast<Seconds>(at - config_.start) + phase;
  return since.count() / gap(feed).count();
}

std::string FeedFarm::document(std::size_t feed, Time now) const {
  const std::int64_t latest = newest(feed, now);
  const bool has_new_guids = fault(feed) == Fault::kNewGuids && now >= half_way();
  const std::string number = std::to_string(feed);
  std::string out = "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Feed " + number +
                    "</title><link>https://farm.example/" + number + "</link>";
  const auto phase = gap(feed) * static_cast<std::int64_t>(feed % 97) / 97;
  for (std::int64_t item = latest; item > latest - kItems; --item) {
    const std::string name = number + '/' + std::to_string(item);
    out += "<item><title>Report " + name + "</title><link>" + item_url(feed, item) +
           "</link><guid isPermaLink=\"false\">" + (has_new_guids ? "new/" : "") + name +
           "</guid><pubDate>" + http_date(config_.start + gap(feed) * item - phase) +
           "</pubDate><description>Text of " + name + ' ' + std::string(kTextBytes, 'x') +
           "</description></item>";
  }
  return out + "</channel></rss>";
}

void FeedFarm::run(Seconds duration) {
  const Instant last = system_clock().instant() + duration;
  std::vector<epoll_event> events(1024);
  while (system_clock().instant() < last) {
    const int count = epoll_wait(poll_, events.data(), static_cast<int>(events.size()), 50);
    const Time now = system_clock().now();
    for (int i = 0; i < count; ++i) {
      const int file = events[static_cast<std::size_t>(i)].data.fd;
      if (file == listener_) {
        accept_all();
        continue;
      }
      auto& connection = connections_[static_cast<std::size_t>(file)];
      if (!connection) continue;
      if (!read_some(*connection)) {
        drop(file);
        continue;
      }
      const auto end = connection->in.find("\r\n\r\n");
      if (!connection->is_answering && end != std::string::npos) {
        const std::string request = connection->in.substr(0, end + 2);
        connection->in.erase(0, end + 4);
        answer(*connection, request, now);
      }
      if (!write_some(*connection, now)) drop(file);
    }
    for (const int file : std::exchange(slow_, {})) {
      auto& connection = connections_[static_cast<std::size_t>(file)];
      if (connection && !write_some(*connection, now)) drop(file);
    }
  }
}

void FeedFarm::accept_all() {
  for (;;) {
    const int file = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (file < 0) return;
    const int one = 1;
    setsockopt(file, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    sockaddr_in address{};
    socklen_t length = sizeof address;
    getsockname(file, reinterpret_cast<sockaddr*>(&address), &length);
    const std::uint32_t bits = ntohl(address.sin_addr.s_addr);
    const std::size_t host = (bits >> 8 & 0xff) * kHostsOfAByte + (bits & 0xff) - 1;
    if (host >= hosts_.size()) {
      close(file);
      continue;
    }
    const auto place = static_cast<std::size_t>(file);
    if (connections_.size() <= place) connections_.resize(place + 1);
    connections_[place] = std::make_unique<Connection>(Connection{.file = file, .host = host});
    epoll_event event{.events = EPOLLIN | EPOLLOUT | EPOLLET, .data = {.fd = file}};
    epoll_ctl(poll_, EPOLL_CTL_ADD, file, &event);
  }
}

bool FeedFarm::read_some(Connection& connection) {
  char buffer[4096];
  for (;;) {
    const auto count = recv(connection.file, buffer, sizeof buffer, 0);
    if (count > 0) {
      connection.in.append(buffer, static_cast<std::size_t>(count));
    } else {
      return count < 0 && errno == EAGAIN;
    }
  }
}

bool FeedFarm::write_some(Connection& connection, Time now) {
  while (connection.sent < connection.out.size()) {
    std::size_t wanted = connection.out.size() - connection.sent;
    if (connection.drop > 0) {
      if (now < connection.next_drop) break;
      wanted = std::min(wanted, connection.drop);
      connection.next_drop = now + kDropPeriod;
    }
    const auto count =
        send(connection.file, connection.out.data() + connection.sent, wanted, MSG_NOSIGNAL);
    if (count < 0) return errno == EAGAIN;
    connection.sent += static_cast<std::size_t>(count);
  }
  if (connection.sent < connection.out.size()) {
    slow_.push_back(connection.file);
    return true;
  }
  if (std::exchange(connection.is_answering, false)) --hosts_[connection.host].open;
  connection.out.clear();
  connection.sent = connection.drop = 0;
  return !connection.closes;
}

void FeedFarm::drop(int file) {
  auto& connection = connections_[static_cast<std::size_t>(file)];
  if (connection->is_answering) --hosts_[connection->host].open;
  close(file);
  connection.reset();
}

void FeedFarm::answer(Connection& connection, const std::string& request, Time now) {
  // "GET /17/feed.xml"
  connection.feed = std::strtoull(request.c_str() + std::strlen("GET /"), nullptr, 10);
  TOCSIN_CHECK(connection.feed < logs_.size() && host(connection.feed) == connection.host);
  FeedLog& log = logs_[connection.feed];
  HostLog& at_host = hosts_[connection.host];
  connection.is_answering = true;
  at_host.open_max = std::max(at_host.open_max, ++at_host.open);
  Visit visit{.at = now, .is_conditional = !field(request, "if-none-match").empty()};
  visit.is_redirected = request.find("/moved.xml ") != std::string::npos;
  const auto turn = static_cast<std::size_t>(
      std::count_if(log.visits.begin(), log.visits.end(),
                    [](const Visit& earlier) { return !earlier.is_redirected; }));
  if (!answer_badly(connection, turn, visit)) answer_well(connection, request, visit);
  log.visits.push_back(visit);
}

// The fault that the feed answers its `turn`-th visit with, if it is one's turn.
bool FeedFarm::answer_badly(Connection& connection, std::size_t turn, Visit& visit) {
  const auto every = [&](std::size_t period) { return turn % period == period - 1; };
  const std::string wait = "retry-after: " + std::to_string(config_.retry_after.count()) + "\r\n";
  std::string& out = connection.out;
  visit.is_faulty = true;
  switch (fault(connection.feed)) {
    case Fault::kServerError:
      if (every(5)) out = head(visit.status = 500, 0);
      break;
    case Fault::kRetryAfter:
      if (every(6)) out = head(visit.status = 503, 0, wait);
      break;
    case Fault::kThrottle:
      if (every(6)) out = head(visit.status = 429, 0, wait);
      break;
    case Fault::kMoved:
      if (!visit.is_redirected) out = head(visit.status = 301, 0, "location: moved.xml\r\n");
      break;
    case Fault::kTruncated:
      if (every(3)) {
        const std::string body = document(connection.feed, visit.at);
        out = head(200, body.size()) + body.substr(0, body.size() / 2);
        connection.closes = true;
      }
      break;
    case Fault::kBomb:
      if (every(4)) {
        out = head(visit.status = 200, bomb_.size(), "content-encoding: gzip\r\n") + bomb_;
        connection.closes = true;
      }
      break;
    case Fault::kGone:
      if (visit.at >= half_way()) out = head(visit.status = 410, 0);
      break;
    case Fault::kNone:
    case Fault::kSlow:
    case Fault::kNewGuids:
      break;
  }
  visit.is_faulty = !out.empty();
  return visit.is_faulty;
}

// A third of the feeds have no validators.
void FeedFarm::answer_well(Connection& connection, const std::string& request, Visit& visit) {
  const std::size_t feed = connection.feed;
  visit.newest = newest(feed, visit.at);
  const bool is_late = visit.at >= half_way();
  const std::string etag = "\"" + std::to_string(visit.newest) + (is_late ? "b" : "a") + "\"";
  if (field(request, "if-none-match") == etag) {
    connection.out = head(visit.status = 304, 0, "etag: " + etag + "\r\n");
    return;
  }
  const std::string body = document(feed, visit.at);
  const std::string validator = feed % 3 == 0 ? "" : "etag: " + etag + "\r\n";
  connection.out =
      head(visit.status = 200, body.size(), "content-type: application/rss+xml\r\n" + validator) +
      body;
  const bool is_slow = fault(feed) == Fault::kSlow && logs_[feed].visits.size() % 4 == 3;
  if (is_slow) connection.drop = connection.out.size() / kDrops + 1;
}

}  // namespace tocsin::bench
