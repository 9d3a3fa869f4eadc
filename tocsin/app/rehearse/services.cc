// SPDX-License-Identifier: Apache-2.0
#include "tocsin/app/rehearse/services.h"

#include <ctime>
#include <tuple>

#include "tocsin/app/terminal.h"
#include "tocsin/net/loop.h"

namespace tocsin::app {
namespace {

constexpr std::size_t kCaptureBytesMax = std::size_t{1} << 30;

std::chrono::nanoseconds cpu_of_this_thread() {
  timespec used{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return Seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec);
}

}  // namespace

struct PushServices::Host {
  net::LoopThread thread;
};

struct PushServices::Hosted {
  net::LoopThread* thread = nullptr;
  std::string folder;
  pushservice::Account account;
  std::unique_ptr<LocalPushService> service;
};

PushServices::PushServices() = default;

PushServices::~PushServices() { stop(); }

Result<std::unique_ptr<PushServices>> PushServices::start(const RehearsalPlan& plan,
                                                          const std::string& folder,
                                                          const std::vector<std::uint16_t>& ports,
                                                          std::size_t capture) {
  auto all = std::unique_ptr<PushServices>(new PushServices());
  for (std::size_t i = 0; i < plan.service_threads; ++i) {
    all->hosts_.push_back(std::make_unique<Host>());
  }
  const auto certificate = net::make_test_certificate("localhost");
  for (std::size_t i = 0; i < plan.services.size(); ++i) {
    const ServicePlan& of = plan.services[i];
    auto hosted = std::make_unique<Hosted>();
    hosted->thread = &all->hosts_[i % all->hosts_.size()]->thread;
    hosted->folder = folder + "/" + of.name;
    LocalPushServiceConfig config;
    if (i < ports.size()) config.port = ports[i];
    config.streams_max = kStreamsMax;
    config.folder = hosted->folder;
    config.account = &hosted->account;
    config.certificate = certificate;
    config.service.seed = plan.seed + i;
    config.service.virtual_readers = of.readers;
    config.service.latency = of.latency;
    config.service.readers_decrypted_every = plan.decrypt_readers_every;
    config.service.capture = (capture + plan.services.size() - 1) / plan.services.size();
    config.service.faults.seed = plan.seed + i;
    config.service.faults.shares = of.faults;
    Status started = ok();
    hosted->thread->call([&] {
      auto service = LocalPushService::start(hosted->thread->loop(), config);
      if (service) {
        hosted->service = *std::move(service);
      } else {
        started = service.error();
      }
    });
    TOCSIN_TRY(std::ignore, started);
    all->services_.push_back(std::move(hosted));
  }
  all->ca_file_ = all->services_.front()->service->ca_file();
  return all;
}

std::size_t PushServices::size() const { return services_.size(); }
std::uint16_t PushServices::port(std::size_t service) const {
  return services_[service]->service->port();
}
const pushservice::VirtualReaders& PushServices::readers(std::size_t service) const {
  return services_[service]->service->readers();
}

void PushServices::look(net::Loop& owner, const std::string& key,
                        std::function<void(std::vector<pushservice::Standings>)> done) const {
  struct Asked {
    std::vector<pushservice::Standings> answers;
    std::size_t missing;
    std::function<void(std::vector<pushservice::Standings>)> done;
  };
  const auto asked = std::make_shared<Asked>(Asked{
      std::vector<pushservice::Standings>(services_.size()), services_.size(), std::move(done)});
  for (std::size_t i = 0; i < services_.size(); ++i) {
    services_[i]->thread->loop().post([&owner, asked, i, key, hosted = services_[i].get()] {
      owner.post([asked, i, standings = hosted->account.standings(key)] {
        asked->answers[i] = standings;
        if (--asked->missing == 0) asked->done(std::move(asked->answers));
      });
    });
  }
}

std::size_t PushServices::connections() const {
  std::size_t all = 0;
  for (const auto& hosted : services_) {
    hosted->thread->call([&] { all += hosted->service->connections(); });
  }
  return all;
}

std::chrono::nanoseconds PushServices::cpu() const {
  std::chrono::nanoseconds all{0};
  for (const auto& host : hosts_) {
    host->thread.call([&] { all += cpu_of_this_thread(); });
  }
  return all;
}

void PushServices::stop() {
  for (const auto& host : hosts_) host->thread.stop();
}

const pushservice::Account& PushServices::account(std::size_t service) const {
  return services_[service]->account;
}

// A reset stream was accepted and not answered; so was, at worst, every stream of a connection that
// was closed.
std::uint64_t PushServices::duplicates_max(std::size_t service) const {
  const auto& of = services_[service]->service->service();
  return of.count(pushservice::Deed::kReset) + of.count(pushservice::Deed::kClose) * kStreamsMax;
}

Status PushServices::write_capture(const std::string& file) const {
  std::string lines;
  for (const auto& hosted : services_) {
    TOCSIN_TRY(std::ignore, hosted->service->write_capture());
    TOCSIN_TRY(const auto own, read_input(hosted->folder + "/capture.jsonl", kCaptureBytesMax));
    lines += own;
  }
  return write_private_file(file, lines);
}

}  // namespace tocsin::app
