// SPDX-License-Identifier: Apache-2.0
// Live streams: a server process with HttpServer and Hub on one loop, and a process with the
// clients; more pairs of them where a process may not open as many files. Prints how long an event
// takes to reach every stream, what a stream costs in memory, what a client that never reads does,
// and how long all take to come back after a kill -9. Run by `./dev bench live`.
//
// usage: bench_live STREAMS [PEER...]   PEER: a program that takes PORT NEWEST and the commands
//        bench_live serve PORT NEWEST   the server: an event a line of input, see serve()
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tocsin/base/clock.h"
#include "tocsin/http/sse.h"
#include "tocsin/httpd/http_server.h"
#include "tocsin/live/hub.h"
#include "tocsin/net/loop.h"

namespace {

using namespace tocsin;

constexpr std::uint16_t kPort = 18'089;
constexpr live::Channel kSite{live::Channel::Kind::kSite, 1};
constexpr live::Channel kFlood{live::Channel::Kind::kTopic, 1};
constexpr int kEvents = 12;
constexpr std::size_t kStreamsOfOneAddress = 20'000;
constexpr std::size_t kConnectingMax = 500;
constexpr std::size_t kNeverReading = 10;  // of the streams
constexpr rlim_t kFilesWanted = 100'000;
constexpr std::size_t kFilesOfItsOwn = 100;  // of a process, beside its streams

double milliseconds() {
  return std::chrono::duration<double, std::milli>(system_clock().instant().time_since_epoch())
      .count();
}

// How many streams one process can have.
std::size_t streams_of_a_process() {
  rlimit limit{kFilesWanted, kFilesWanted};
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0) {
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
  }
  return limit.rlim_cur - kFilesOfItsOwn;
}

// ---- the server ----

struct NoHistory final : live::History {
  std::optional<std::vector<live::Event>> between(std::uint64_t, std::uint64_t,
                                                  std::span<const live::Channel>) override {
    return std::nullopt;
  }
};

live::Event event(std::uint64_t sequence, const live::Channel& channel, std::size_t bytes) {
  const auto at = std::to_string(milliseconds());
  return {sequence,
          {channel},
          "story",
          R"({"at":)" + at + R"(,"text":")" + std::string(bytes, 'x') + "\"}"};
}

class Server {
 public:
  Server(net::Loop& loop, std::uint16_t port, std::uint64_t newest) : loop_(loop) {
    live::Past past;
    for (std::uint64_t i = 1; i <= newest; ++i) past.events.push_back(event(i, kSite, 200));
    hub_ = std::make_unique<live::Hub>(live::HubConfig{}, random_, history_, past);
    auto server = httpd::HttpServer::listen(
        loop, {.port = port}, [this](const http::Request& request, const http::Respond& respond) {
          const auto after = live::position_of(request);
          std::vector<live::Channel> channels = {kSite};
          if (request.path == "/flood") channels.push_back(kFlood);
          respond(live::stream_response([this, after, channels](auto stream) {
            hub_->join(std::move(stream), channels, after);
          }));
        });
    if (!server) std::fprintf(stderr, "%s\n", server.error().message.c_str());
    server_ = *std::move(server);
    beats_ = loop.every(live::Hub::kBeatPeriod, [this] { hub_->beat(); });
  }

  void publish(const live::Event& one) {
    hub_->publish(one);
    if (!std::exchange(is_running_, true)) loop_.post([this] { run(); });
  }
  std::size_t streams() const { return hub_->streams(); }
  std::uint64_t newest() const { return hub_->newest(); }

 private:
  void run() {
    is_running_ = hub_->run_slice();
    if (is_running_) loop_.post([this] { run(); });
  }

  net::Loop& loop_;
  SeededRandom random_{1};
  NoHistory history_;
  std::unique_ptr<live::Hub> hub_;
  std::unique_ptr<httpd::HttpServer> server_;
  Handle beats_;
  bool is_running_ = false;
};

// Commands, each answered with the number of streams: `publish` sends one event to all, `flood` a
// hundred large ones to /flood alone.
int serve(std::uint16_t port, std::uint64_t newest) {
  streams_of_a_process();
  net::LoopThread thread;
  std::unique_ptr<Server> server;
  thread.call([&] { server = std::make_unique<Server>(thread.loop(), port, newest); });
  char line[100];
  std::puts("ready");
  std::fflush(stdout);
  while (std::fgets(line, sizeof(line), stdin)) {
    const std::string command = line;
    std::size_t streams = 0;
    thread.call([&] {
      if (command.starts_with("publish")) server->publish(event(server->newest() + 1, kSite, 200));
      if (command.starts_with("flood")) {
        for (int i = 0; i < 100; ++i) server->publish(event(server->newest() + 1, kFlood, 8 << 10));
      }
      streams = server->streams();
    });
    std::printf("%zu\n", streams);
    std::fflush(stdout);
  }
  thread.call([&] { server.reset(); });
  return 0;
}

// The other process.
class ServerProcess {
 public:
  ServerProcess(std::vector<std::string> command, std::uint16_t port)
      : command_(std::move(command)), port_(port) {}
  ~ServerProcess() { kill(); }
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  void start(std::uint64_t newest) {
    int in[2];
    int out[2];
    if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0) std::abort();
    auto words = command_;
    words.push_back(std::to_string(port_));
    words.push_back(std::to_string(newest));
    std::vector<char*> arguments;
    for (auto& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    pid_ = fork();
    if (pid_ == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      dup2(in[0], STDIN_FILENO);
      dup2(out[1], STDOUT_FILENO);
      execvp(arguments[0], arguments.data());
      std::abort();
    }
    close(in[0]);
    close(out[1]);
    to_ = fdopen(in[1], "w");
    from_ = fdopen(out[0], "r");
    answer();
  }
  void kill() {
    if (pid_ <= 0) return;
    const auto pid = std::exchange(pid_, 0);
    ::kill(pid, SIGKILL);
    waitpid(pid, nullptr, 0);
    std::fclose(to_);
    std::fclose(from_);
  }
  void tell(const std::string& command) {
    std::fprintf(to_, "%s\n", command.c_str());
    std::fflush(to_);
  }
  std::string answer() {
    char line[100] = "";
    if (!std::fgets(line, sizeof(line), from_)) std::fprintf(stderr, "the server has ended\n");
    return line;
  }
  double resident_bytes() const {
    std::ifstream file("/proc/" + std::to_string(pid_) + "/statm");
    double all = 0;
    double resident = 0;
    file >> all >> resident;
    return resident * static_cast<double>(sysconf(_SC_PAGESIZE));
  }
  double cpu_seconds() const {
    std::ifstream file("/proc/" + std::to_string(pid_) + "/stat");
    std::string word;
    double user = 0;
    double kernel = 0;
    for (int i = 0; i < 13; ++i) file >> word;
    file >> user >> kernel;
    return (user + kernel) / static_cast<double>(sysconf(_SC_CLK_TCK));
  }

 private:
  std::vector<std::string> command_;
  std::uint16_t port_;
  pid_t pid_ = 0;
  FILE* to_ = nullptr;
  FILE* from_ = nullptr;
};

// ---- the clients ----

// What the clients have seen, in memory that their processes share with this one.
struct Board {
  explicit Board(std::size_t count) : streams(count) {
    const auto bytes = (sizeof(float) * (kEvents + 3) + 1) * count + 2 * sizeof(std::uint64_t);
    void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) std::abort();
    totals = static_cast<std::uint64_t*>(memory);
    // One mapping is shared by the processes: its parts lie one behind another.
    ages = reinterpret_cast<float*>(totals + 2);                      // NOLINT(*-reinterpret-cast)
    is_open = reinterpret_cast<char*>(ages + (kEvents + 3) * count);  // NOLINT(*-reinterpret-cast)
  }
  float& age(std::size_t id, std::size_t stream) const { return ages[id * streams + stream]; }
  std::size_t open() const {
    return static_cast<std::size_t>(std::count(is_open, is_open + streams, 1));
  }
  // How many streams have the event.
  std::size_t have(std::size_t id) const {
    return static_cast<std::size_t>(
        std::count_if(&age(id, 0), &age(id, 0) + streams, [](float one) { return one > 0; }));
  }
  // In milliseconds, of those streams that have the event, in order.
  std::vector<float> ages_of(std::size_t id) const {
    std::vector<float> out;
    std::copy_if(&age(id, 0), &age(id, 0) + streams, std::back_inserter(out),
                 [](float one) { return one > 0; });
    std::sort(out.begin(), out.end());
    return out;
  }

  std::size_t streams;
  std::uint64_t* totals;  // events out of order, resyncs
  float* ages;            // by id, then by stream; 0 until the event comes
  char* is_open;
};

struct Client {
  int socket = -1;
  bool is_open = false;  // the response's head has come
  bool never_reads = false;
  std::string head;
  std::unique_ptr<http::SseReader> reader;
  std::string last_id;
  Millis retry{3000};
};

// The streams of one process: so many of the board's, from `first` on.
class Clients {
 public:
  Clients(Board& board, std::size_t first, std::size_t count, std::uint16_t port)
      : board_(board),
        first_(first),
        port_(port),
        epoll_(epoll_create1(EPOLL_CLOEXEC)),
        clients_(count) {
    for (std::size_t i = 0; i < count; ++i) {
      clients_[i].never_reads = first + i < kNeverReading;
      due_.emplace(0, i);
    }
  }

  [[noreturn]] void run() {
    epoll_event events[1024];
    while (true) {
      while (!due_.empty() && due_.begin()->first <= milliseconds() &&
             connecting_ < kConnectingMax) {
        const auto index = due_.begin()->second;
        due_.erase(due_.begin());
        connect(index);
      }
      const int count = epoll_wait(epoll_, events, 1024, due_.empty() ? -1 : 1);
      for (int i = 0; i < count; ++i) on_ready(events[i].data.u64, events[i].events);
    }
  }

 private:
  void connect(std::size_t index) {
    auto& client = clients_[index];
    client.socket = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const int on = 1;
    setsockopt(client.socket, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof(on));
    const int little = 4096;
    if (client.never_reads) {
      setsockopt(client.socket, SOL_SOCKET, SO_RCVBUF, &little, sizeof(little));
    }
    sockaddr_in from{};
    from.sin_family = AF_INET;
    from.sin_addr.s_addr = htonl(
        INADDR_LOOPBACK + 1 + static_cast<std::uint32_t>((first_ + index) / kStreamsOfOneAddress));
    sockaddr_in to = from;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    to.sin_port = htons(port_);
    // NOLINTBEGIN(cppcoreguidelines-pro-type-reinterpret-cast): as the sockets interface has it.
    if (bind(client.socket, reinterpret_cast<sockaddr*>(&from), sizeof(from)) != 0) std::abort();
    ::connect(client.socket, reinterpret_cast<sockaddr*>(&to), sizeof(to));
    // NOLINTEND(cppcoreguidelines-pro-type-reinterpret-cast)
    ++connecting_;
    epoll_event wanted{EPOLLOUT, {.u64 = index}};
    epoll_ctl(epoll_, EPOLL_CTL_ADD, client.socket, &wanted);
  }

  void on_ready(std::size_t index, std::uint32_t what) {
    auto& client = clients_[index];
    if ((what & EPOLLOUT) != 0 && (what & (EPOLLERR | EPOLLHUP)) == 0) return ask(index);
    if (client.is_open && client.never_reads) return lose(index);  // it waits for the end alone
    char bytes[16 << 10];
    const auto count = recv(client.socket, bytes, sizeof(bytes), 0);
    if (count < 0 && errno == EAGAIN) return;
    if (count <= 0) return lose(index);
    read(index, {bytes, static_cast<std::size_t>(count)});
  }

  void ask(std::size_t index) {
    auto& client = clients_[index];
    std::string request =
        client.never_reads ? "GET /flood HTTP/1.1\r\nhost: a\r\n" : "GET / HTTP/1.1\r\nhost: a\r\n";
    if (!client.last_id.empty()) request += "last-event-id: " + client.last_id + "\r\n";
    request += "\r\n";
    if (send(client.socket, request.data(), request.size(), MSG_NOSIGNAL) < 0) return lose(index);
    client.head.clear();
    client.reader = std::make_unique<http::SseReader>();
    epoll_event wanted{EPOLLIN, {.u64 = index}};
    epoll_ctl(epoll_, EPOLL_CTL_MOD, client.socket, &wanted);
  }

  void read(std::size_t index, std::string_view bytes) {
    auto& client = clients_[index];
    std::string rest;
    if (!client.is_open) {
      client.head += bytes;
      const auto end = client.head.find("\r\n\r\n");
      if (end == std::string::npos) return;
      if (!client.head.starts_with("HTTP/1.1 200")) return lose(index);
      rest = client.head.substr(end + 4);
      bytes = rest;
      client.head = {};
      client.is_open = true;
      --connecting_;
      board_.is_open[first_ + index] = 1;
      if (client.never_reads) {
        epoll_event wanted{EPOLLRDHUP, {.u64 = index}};
        epoll_ctl(epoll_, EPOLL_CTL_MOD, client.socket, &wanted);
      }
    }
    client.reader->feed(bytes);
    while (const auto one = client.reader->next()) take(index, *one);
    if (const auto retry = client.reader->retry()) client.retry = *retry;
  }

  void take(std::size_t index, const http::SseEvent& one) {
    auto& client = clients_[index];
    const auto id = std::stoul(one.id);
    if (one.event == live::kResync) ++board_.totals[1];
    if (!client.last_id.empty() && id != std::stoul(client.last_id) + 1) ++board_.totals[0];
    client.last_id = one.id;
    const auto at = one.data.find(R"("at":)");
    if (at == std::string::npos || id >= kEvents + 3) return;
    board_.age(id, first_ + index) =
        static_cast<float>(milliseconds() - std::strtod(one.data.c_str() + at + 5, nullptr));
  }

  void lose(std::size_t index) {
    auto& client = clients_[index];
    close(client.socket);
    if (!client.is_open) --connecting_;
    client.is_open = false;
    board_.is_open[first_ + index] = 0;
    due_.emplace(milliseconds() + static_cast<double>(client.retry.count()), index);
  }

  Board& board_;
  std::size_t first_;
  std::uint16_t port_;
  int epoll_;
  std::vector<Client> clients_;
  std::multimap<double, std::size_t> due_;  // when to connect
  std::size_t connecting_ = 0;
};

// ---- the measurements ----

// What the kernel holds: its objects (slab), and pages in the buffers of TCP.
double kernel_bytes() {
  double bytes = 0;
  std::ifstream meminfo("/proc/meminfo");
  for (std::string word; meminfo >> word;) {
    double kilobytes = 0;
    if (word == "SUnreclaim:" && meminfo >> kilobytes) bytes += kilobytes * 1024;
  }
  std::ifstream sockstat("/proc/net/sockstat");
  for (std::string line; std::getline(sockstat, line);) {
    const auto at = line.find(" mem ");
    if (!line.starts_with("TCP:") || at == std::string::npos) continue;
    bytes +=
        std::strtod(line.c_str() + at + 5, nullptr) * static_cast<double>(sysconf(_SC_PAGESIZE));
  }
  return bytes;
}

// Waits until it is done, or so many milliseconds.
bool await(double limit, const std::function<bool()>& is_done) {
  const double end = milliseconds() + limit;
  while (!is_done()) {
    if (milliseconds() > end) return false;
    poll(nullptr, 0, 5);
  }
  return true;
}

void pass(double milliseconds_long) {
  await(milliseconds_long, [] { return false; });
}

class Measurement {
 public:
  Measurement(std::size_t streams, const std::vector<std::string>& command) : board_(streams) {
    const auto of_a_process = streams_of_a_process();
    const auto pairs = (streams + of_a_process - 1) / of_a_process;
    for (std::size_t i = 0; i < pairs; ++i) {
      const auto port = static_cast<std::uint16_t>(kPort + i);
      servers_.push_back(std::make_unique<ServerProcess>(command, port));
      servers_.back()->start(0);
    }
    std::printf("%zu streams, %zu server processes and as many of clients\n", streams, pairs);
    resident_ = sum(&ServerProcess::resident_bytes);
    kernel_ = kernel_bytes();
    for (std::size_t i = 0; i < pairs; ++i)
      start_clients(streams * i / pairs, streams * (i + 1) / pairs, i);
  }
  ~Measurement() {
    for (const auto pid : clients_) {
      kill(pid, SIGKILL);
      waitpid(pid, nullptr, 0);
    }
  }
  Measurement(const Measurement&) = delete;
  Measurement& operator=(const Measurement&) = delete;

  void open() {
    const double begun = milliseconds();
    const bool all = await(120'000, [&] { return board_.open() == board_.streams; });
    std::printf("%zu streams open after %.1f s%s\n", board_.open(), (milliseconds() - begun) / 1e3,
                all ? "" : ": gave up");
    pass(3'000);
    print_memory();
  }

  void events() {
    std::printf(
        "\n| event | first, ms | median, ms | 99 %%, ms | last, ms | servers' CPU, ms |\n"
        "|---:|---:|---:|---:|---:|---:|\n");
    for (std::size_t i = 1; i <= kEvents; ++i) {
      const double cpu = sum(&ServerProcess::cpu_seconds);
      tell("publish");
      const bool all = await(20'000, [&] { return board_.have(i) >= reading(); });
      const double used = (sum(&ServerProcess::cpu_seconds) - cpu) * 1e3;
      const auto ages = board_.ages_of(i);
      answers();
      if (ages.empty()) return;
      std::printf("| %zu | %.1f | %.0f | %.0f | %.0f%s | %.0f |\n", i, ages.front(),
                  ages[ages.size() / 2], ages[ages.size() * 99 / 100], ages.back(),
                  all ? "" : " (not all)", used);
      std::fflush(stdout);
      pass(1'000);
    }
    print_memory();
  }

  void storm() {
    const auto resyncs = board_.totals[1];
    const double killed = milliseconds();
    for (const auto& server : servers_) server->kill();
    pass(200);
    // What was published while nobody could listen.
    for (const auto& server : servers_) server->start(kEvents + 2);
    std::printf("\n| streams back with what they missed | s after kill -9 |\n|---:|---:|\n");
    for (const double share : {0.5, 0.99, 1.0}) {
      const auto wanted = static_cast<std::size_t>(static_cast<double>(reading()) * share);
      const bool all = await(60'000, [&] { return board_.have(kEvents + 2) >= wanted; });
      std::printf("| %.0f %% | %.2f%s |\n", share * 100, (milliseconds() - killed) / 1e3,
                  all ? "" : " (not reached)");
    }
    std::printf("\nmissed, given twice or out of order: %zu; resyncs: %zu; servers' CPU: %.2f s\n",
                static_cast<std::size_t>(board_.totals[0]),
                static_cast<std::size_t>(board_.totals[1] - resyncs),
                sum(&ServerProcess::cpu_seconds));
  }

  void never_reading() {
    await(15'000, [&] { return board_.open() == board_.streams; });
    const double before = sum(&ServerProcess::resident_bytes);
    const auto had = streams();
    auto has = had;
    int floods = 0;
    for (; floods < 20 && has > had - kNeverReading; ++floods) {
      tell("flood");
      answers();
      pass(50);
      has = streams();
    }
    std::printf(
        "%zu streams that never read: %zu dropped after %d events of 8 KiB; the servers' "
        "memory grew by %.0f kB\n",
        kNeverReading, had - has, floods * 100,
        (sum(&ServerProcess::resident_bytes) - before) / 1e3);
  }

 private:
  void start_clients(std::size_t first, std::size_t end, std::size_t server) {
    clients_.push_back(fork());
    if (clients_.back() != 0) return;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    Clients(board_, first, end - first, static_cast<std::uint16_t>(kPort + server)).run();
  }
  double sum(double (ServerProcess::*of)() const) const {
    double all = 0;
    for (const auto& server : servers_) all += ((*server).*of)();
    return all;
  }
  void tell(const std::string& command) {
    for (const auto& server : servers_) server->tell(command);
  }
  std::size_t answers() {
    std::size_t all = 0;
    for (const auto& server : servers_) all += std::strtoul(server->answer().c_str(), nullptr, 10);
    return all;
  }
  std::size_t streams() {
    tell("streams");
    return answers();
  }
  std::size_t reading() const { return board_.streams - kNeverReading; }
  void print_memory() const {
    const auto each = static_cast<double>(board_.streams) * 1e3;
    std::printf("memory a stream: server process %.2f kB, kernel %.2f kB for both ends of it\n",
                (sum(&ServerProcess::resident_bytes) - resident_) / each,
                (kernel_bytes() - kernel_) / each);
  }

  Board board_;
  std::vector<std::unique_ptr<ServerProcess>> servers_;
  std::vector<pid_t> clients_;
  double resident_ = 0;
  double kernel_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv, argv + argc);
  if (argc == 4 && words[1] == "serve") {
    return serve(static_cast<std::uint16_t>(std::stoul(words[2])), std::stoul(words[3]));
  }
  if (argc < 2) {
    std::fprintf(stderr, "usage: bench_live STREAMS [PEER...]\n");
    return 2;
  }
  const bool is_ours = argc == 2;
  const std::vector<std::string> own = {"/proc/self/exe", "serve"};
  Measurement measurement(std::stoul(words[1]),
                          is_ours ? own : std::vector<std::string>(words.begin() + 2, words.end()));
  measurement.open();
  measurement.events();
  if (!is_ours) return 0;
  measurement.storm();
  measurement.never_reading();
  return 0;
}
