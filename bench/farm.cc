// SPDX-License-Identifier: Apache-2.0
// The program polls a farm of feeds on loopback. Prints what it cost, all its threads together, and
// how late the polls were. With faults it is a test, and the program is killed two thirds through
// and started again: every item must have become one story, none may have been alerted twice, and
// no feed may have been visited more than etiquette allows; it exits with 1 otherwise.
//
//   bench_farm TOCSIN [--feeds N] [--seconds S] [--interval S] [--faults]
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "feed_farm.h"
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tocsin/crypto/crypto.h"
#include "tocsin/server/folder.h"
#include "tocsin/store/reader.h"

namespace {

using namespace tocsin;  // NOLINT(google-build-using-namespace): a program of one file
using bench::Fault;
using bench::FeedFarm;
using bench::Visit;

struct Options {
  std::string program;
  std::size_t feeds = 5'000;
  Seconds duration{300};
  Seconds interval{60};
  bool has_faults = false;
};

Options options_of(int argc, char** argv) {
  Options out;
  if (argc > 1) out.program = argv[1];
  for (int i = 2; i < argc; ++i) {
    const std::string name = argv[i];
    const auto number = [&] { return i + 1 < argc ? std::atoll(argv[++i]) : 0; };
    if (name == "--feeds") out.feeds = static_cast<std::size_t>(number());
    if (name == "--seconds") out.duration = Seconds(number());
    if (name == "--interval") out.interval = Seconds(number());
    if (name == "--faults") out.has_faults = true;
  }
  return out;
}

double seconds_of(Millis length) { return static_cast<double>(length.count()) / 1000; }

// ---- the program under test ----

class Program {
 public:
  Program(const std::string& program, const std::string& folder) {
    pid_ = fork();
    if (pid_ != 0) return;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    execl(program.c_str(), program.c_str(), "serve", "--data-folder", folder.c_str(),
          "--listen-port", "0", "--site-url", "http://127.0.0.1:8080", "--vapid-subject",
          "mailto:farm@farm.example", "--allow-private-addresses", "true", "--fetch-concurrency",
          "64", "--log-level", "error", nullptr);
    _exit(127);
  }
  // Processor time used so far.
  double cpu_seconds() const {
    std::ifstream stat("/proc/" + std::to_string(pid_) + "/stat");
    std::string text((std::istreambuf_iterator<char>(stat)), {});
    std::istringstream fields(text.substr(text.rfind(')') + 2));
    std::vector<std::string> all{std::istream_iterator<std::string>(fields), {}};
    TOCSIN_CHECK(all.size() > 12);
    return (std::atof(all[11].c_str()) + std::atof(all[12].c_str())) /
           static_cast<double>(sysconf(_SC_CLK_TCK));
  }
  long memory_kib() const {
    std::ifstream status("/proc/" + std::to_string(pid_) + "/status");
    for (std::string line; std::getline(status, line);) {
      if (line.starts_with("VmRSS:")) return std::atol(line.c_str() + 6);
    }
    return 0;
  }
  // The exit status, of SIGTERM.
  int stop(int signal = SIGTERM) {
    kill(pid_, signal);
    int status = 0;
    waitpid(pid_, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  pid_t pid_ = -1;
};

// ---- the folder ----

newsroom::Command command(Random& random, newsroom::Body body) {
  newsroom::Command out{.at = system_clock().now(), .actor = "farm", .body = std::move(body)};
  random.fill(out.id);
  return out;
}

core::FeedId feed_id(std::size_t feed) { return core::FeedId{feed + 1}; }

void fill_folder(const std::string& folder, const Options& options, const FeedFarm& farm) {
  auto store = server::open_folder(folder);
  TOCSIN_CHECK(store.has_value());
  TOCSIN_CHECK(server::prepare_folder(
      **store, {"The Farm", "http://127.0.0.1:8080", "mailto:farm@farm.example"}));
  crypto::SecureRandom random;
  const core::SiteId site = (*store)->reader().content().sites().front().id;
  const core::SourceId source{1};
  const auto done = [](const Result<newsroom::Effects>& effects) { TOCSIN_CHECK(effects); };
  (*store)->execute(
      command(random, newsroom::PutSource{{.id = source, .site = site, .name = "The Farm"}}), done);
  for (std::size_t i = 0; i < options.feeds; ++i) {
    core::Feed feed{.id = feed_id(i), .site = site, .source = source, .url = farm.url(i)};
    feed.interval = options.interval;
    if (options.has_faults) feed.alert = core::Importance::kMajor;
    auto put = command(random, newsroom::PutFeed{feed});
    // The queue is bounded.
    if (i % 1'000 == 999) {
      done(server::await<newsroom::Effects>(
          [&](auto completion) { (*store)->execute(put, std::move(completion)); }));
    } else {
      (*store)->execute(std::move(put), done);
    }
  }
}

// ---- what the farm saw ----

struct Etiquette {
  const Options& options;
  const FeedFarm& farm;
  const bench::FarmConfig& config;
  Time killed;  // when the program was; 1970: never
  std::vector<std::string> broken{};

  void check(std::size_t feed) {
    const auto& log = farm.log(feed);
    const Visit* before = nullptr;
    std::size_t at_old_address = 0;
    for (const Visit& visit : log.visits) {
      const bool is_follow_up = before != nullptr && before->status == 301;
      if (before != nullptr && !is_follow_up) check_pair(feed, *before, visit);
      if (!visit.is_redirected) ++at_old_address;
      before = &visit;
    }
    if (farm.host_log(feed).open_max > 1) {
      complain(feed, "is of a host that was asked " + std::to_string(farm.host_log(feed).open_max) +
                         " times at once");
    }
    if (log.visits.empty()) complain(feed, "was never visited");
    if (farm.fault(feed) == Fault::kMoved && at_old_address > 4) {
      complain(feed, "was sought at its old address " + std::to_string(at_old_address) + " times");
    }
  }

  void check_pair(std::size_t feed, const Visit& before, const Visit& visit) {
    constexpr Millis kTolerance{500};
    // What was fetched just before the end was not kept yet: a crash fetches again.
    constexpr Millis kLost{2'000};
    if (before.at <= killed && visit.at >= killed && before.at + kLost >= killed) return;
    const Millis gap = visit.at - before.at;
    if (gap + kTolerance < options.interval) {
      complain(feed, "was visited again after " + std::to_string(gap.count()) + " ms");
    }
    const bool asked_to_wait = before.status == 503 || before.status == 429;
    if (asked_to_wait && gap + kTolerance < config.retry_after) {
      complain(feed, "was visited before Retry-After");
    }
    if (before.status == 410) complain(feed, "was visited after 410");
    const bool has_validators = feed % 3 != 0 && farm.fault(feed) == Fault::kNone;
    if (has_validators && !visit.is_conditional) complain(feed, "was asked without conditions");
  }

  void complain(std::size_t feed, const std::string& what) {
    broken.push_back("feed " + std::to_string(feed) + " (" + std::string(text(farm.fault(feed))) +
                     ") " + what);
  }
};

// How much later than the interval the polls of sound feeds came, in milliseconds, in order.
std::vector<std::int64_t> lags(const Options& options, const FeedFarm& farm, Time from) {
  std::vector<std::int64_t> out;
  for (std::size_t i = 0; i < options.feeds; ++i) {
    if (farm.fault(i) != Fault::kNone) continue;
    const auto& visits = farm.log(i).visits;
    for (std::size_t v = 1; v < visits.size(); ++v) {
      if (visits[v - 1].at < from) continue;
      const Millis lag = visits[v].at - visits[v - 1].at - options.interval;
      out.push_back(lag.count());
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

// ---- what the program made of it ----

struct Made {
  std::map<std::string, int> stories;   // by the item's address
  std::map<std::string, int> released;  // alerts
  std::map<std::string, int> held;
};

Made read_folder(const std::string& folder) {
  const auto reader = store::Reader::open(folder);
  TOCSIN_CHECK(reader.has_value());
  const auto& content = (*reader)->content();
  const core::SiteId site = content.sites().front().id;
  Made out;
  constexpr std::size_t kAll = 1'000'000;
  for (const auto& story : content.stories({.site = site, .limit = kAll, .public_only = false})) {
    ++out.stories[story.url];
  }
  for (const auto state : {core::AlertState::kReleased, core::AlertState::kHeld}) {
    for (const auto& alert : content.alerts({.site = site, .limit = kAll, .state = state})) {
      const auto story = content.story(alert.story);
      auto& alerts = state == core::AlertState::kHeld ? out.held : out.released;
      if (story) ++alerts[story->url];
    }
  }
  return out;
}

struct Completeness {
  const FeedFarm& farm;
  const Made& made;
  Time settled;  // what was there by then must have been seen
  Millis margin;
  bool has_alerts;
  std::size_t items = 0;
  std::size_t alerts = 0;
  std::vector<std::string> broken{};

  void check(std::size_t feed) {
    const auto& visits = farm.log(feed).visits;
    const auto first = std::find_if(visits.begin(), visits.end(), [](const Visit& visit) {
      return visit.status == 200 && !visit.is_faulty;
    });
    if (first == visits.end()) return;
    Time until = settled;
    for (const Visit& visit : visits) {
      if (visit.status == 410) until = std::min(until, visit.at - margin);
    }
    for (std::int64_t item = first->newest - 5; item <= farm.newest(feed, until); ++item) {
      check_item(feed, FeedFarm::item_url(feed, item), item > first->newest);
    }
  }

  void check_item(std::size_t feed, const std::string& url, bool is_news) {
    const auto count = [&](const std::map<std::string, int>& of) {
      const auto found = of.find(url);
      return found == of.end() ? 0 : found->second;
    };
    ++items;
    alerts += static_cast<std::size_t>(count(made.released));
    const bool comes_again = farm.fault(feed) == Fault::kNewGuids;
    const int stories = count(made.stories);
    if (stories == 0) complain(feed, url, "was missed");
    if (stories > (comes_again ? 2 : 1)) complain(feed, url, "has more than one story");
    if (count(made.released) > (is_news ? 1 : 0)) complain(feed, url, "was alerted too often");
    if (has_alerts && is_news && count(made.released) + count(made.held) == 0) {
      complain(feed, url, "has no alert");
    }
    if (is_news && !comes_again && count(made.held) > 0) complain(feed, url, "was held");
  }

  void complain(std::size_t feed, const std::string& url, const std::string& what) {
    broken.push_back(url + " (" + std::string(text(farm.fault(feed))) + ") " + what);
  }
};

std::size_t print_broken(const char* title, const std::vector<std::string>& broken) {
  constexpr std::size_t kShown = 20;
  std::printf("%s: %zu\n", title, broken.size());
  for (std::size_t i = 0; i < std::min(kShown, broken.size()); ++i) {
    std::printf("  %s\n", broken[i].c_str());
  }
  return broken.size();
}

void print_lags(const std::vector<std::int64_t>& lag) {
  if (lag.empty()) return;
  const auto share = [&](double part) {
    return lag[static_cast<std::size_t>(part * static_cast<double>(lag.size() - 1))];
  };
  std::printf("| lag of polls, ms: p50 / p99 / most | %ld / %ld / %ld |\n", share(0.5), share(0.99),
              lag.back());
}

void print_visits(const Options& options, const FeedFarm& farm, double seconds, Time from) {
  std::map<int, std::size_t> by_status;
  std::size_t count = 0;
  for (std::size_t i = 0; i < options.feeds; ++i) {
    for (const Visit& visit : farm.log(i).visits) {
      if (visit.at < from) continue;
      ++by_status[visit.status];
      ++count;
    }
  }
  std::printf("| requests a second | %.1f |\n", static_cast<double>(count) / seconds);
  for (const auto& [status, times] : by_status) {
    std::printf("| answers %d | %zu |\n", status, times);
  }
}

void allow_open_files() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

struct Measured {
  Time from{};
  Time killed{};
  Time end{};
  double cpu_seconds = 0;
  long memory_kib = 0;
  int status = 0;

  double seconds() const { return seconds_of(end - from); }
};

// The part of the run that is measured.
Measured measure(const Options& options, FeedFarm& farm, const std::string& folder,
                 Program& first) {
  Measured out{.from = system_clock().now()};
  const double cpu_before = first.cpu_seconds();
  std::optional<Program> second;
  Program* program = &first;
  if (options.has_faults) {
    farm.run(options.duration * 2 / 3);
    out.cpu_seconds = first.cpu_seconds() - cpu_before;
    out.killed = system_clock().now();
    first.stop(SIGKILL);
    program = &second.emplace(options.program, folder);
    farm.run(options.duration - options.duration * 2 / 3);
    out.cpu_seconds += second->cpu_seconds();
  } else {
    farm.run(options.duration);
    out.cpu_seconds = first.cpu_seconds() - cpu_before;
  }
  out.memory_kib = program->memory_kib();
  out.end = system_clock().now();
  out.status = program->stop();
  return out;
}

// What the run found wrong.
std::size_t judge(const Options& options, const FeedFarm& farm, const bench::FarmConfig& config,
                  const std::string& folder, const Measured& run) {
  Etiquette etiquette{options, farm, config, run.killed};
  const Made made = read_folder(folder);
  // After a failure a feed is left alone for up to twice its interval, or as it asked.
  const Seconds margin = 2 * std::max(2 * options.interval, config.retry_after) + Seconds(5);
  Completeness completeness{farm, made, run.end - margin, margin, options.has_faults};
  for (std::size_t i = 0; i < options.feeds; ++i) {
    etiquette.check(i);
    completeness.check(i);
  }
  std::printf("| stories | %zu |\n| items checked | %zu |\n| alerts of them | %zu |\n",
              made.stories.size(), completeness.items, completeness.alerts);
  std::printf("| addresses with held alerts | %zu |\n\n", made.held.size());
  return print_broken("items missed or alerted wrongly", completeness.broken) +
         print_broken("breaches of etiquette", etiquette.broken);
}

bool is_all_visited(const Options& options, const FeedFarm& farm) {
  for (std::size_t i = 0; i < options.feeds; ++i) {
    if (farm.log(i).visits.empty()) return false;
  }
  return true;
}

int run(const Options& options, const std::string& folder) {
  constexpr int kWarmUpsMax = 10;
  // The first round finds every feed new; it is left out of what is measured.
  const Seconds warm_up = options.interval + Seconds(20);
  bench::FarmConfig config{.feeds = options.feeds,
                           .has_faults = options.has_faults,
                           .start = system_clock().now(),
                           .duration = warm_up + options.duration};
  if (options.has_faults) {
    config.gap_min = 2 * options.interval;
    config.gap_max = 12 * options.interval;
  }
  FeedFarm farm(config);
  fill_folder(folder, options, farm);
  Program program(options.program, folder);
  for (int round = 0; round < kWarmUpsMax && !is_all_visited(options, farm); ++round) {
    farm.run(warm_up);
  }
  const Measured measured = measure(options, farm, folder, program);
  const double seconds = measured.seconds();

  std::printf("| feeds / interval, s / measured, s | %zu / %ld / %.0f |\n|---|---:|\n",
              options.feeds, options.interval.count(), seconds);
  std::printf("| of one core | %.1f %% |\n", 100 * measured.cpu_seconds / seconds);
  std::printf("| resident memory, MB | %.0f |\n", static_cast<double>(measured.memory_kib) / 1024);
  print_visits(options, farm, seconds, measured.from);
  print_lags(lags(options, farm, measured.from));
  std::size_t broken = judge(options, farm, config, folder, measured);
  if (measured.status != 0) {
    std::printf("the program ended with %d\n", measured.status);
    ++broken;
  }
  return broken == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  const Options options = options_of(argc, argv);
  if (options.program.empty() || options.feeds == 0) {
    std::fprintf(stderr, "bench_farm TOCSIN [--feeds N] [--seconds S] [--interval S] [--faults]\n");
    return 2;
  }
  allow_open_files();
  char folder[] = "/tmp/tocsin-farm-XXXXXX";
  TOCSIN_CHECK(mkdtemp(folder) != nullptr);
  const int status = run(options, std::string(folder) + "/data");
  std::filesystem::remove_all(folder);
  return status;
}
