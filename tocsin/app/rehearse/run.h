// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "tocsin/app/rehearse/alert_run.h"
#include "tocsin/app/rehearse/plan.h"
#include "tocsin/app/rehearse/report.h"
#include "tocsin/app/rehearse/services.h"
#include "tocsin/base/clock.h"
#include "tocsin/base/id.h"
#include "tocsin/base/result.h"
#include "tocsin/crypto/crypto.h"
#include "tocsin/net/loop.h"
#include "tocsin/server/server.h"

namespace tocsin::app {

// The alerts of a rehearsal, from the first command to the last outcome. Each goes to the server as
// the API hands it in. The loop's thread.
//
// Clocks start when the command is handed in. The server's count of acceptances is read every two
// milliseconds: marks are exact to that. The first acceptance is the one the server recorded.
class RehearsalRun {
 public:
  struct Ports {
    net::Loop& loop;
    server::Server& server;
    const PushServices& services;
    RehearsalReport& report;
  };

  // All outlive it. `done` is called once: every alert is finished, or the newsroom refused one.
  RehearsalRun(Ports ports, const RehearsalPlan& plan, std::function<void(Status)> done);
  RehearsalRun(const RehearsalRun&) = delete;
  RehearsalRun& operator=(const RehearsalRun&) = delete;

  void start();
  // Publishes nothing more, and does not call `done`.
  void interrupt();
  // Reads the server's word for the last time.
  void close();

  // Those published.
  std::vector<AlertRun> alerts() const { return {alerts_.begin(), end_of_published()}; }
  std::optional<double> cpu_us_per_push() const;
  double rate_per_second() const;

 private:
  std::vector<AlertRun>::const_iterator end_of_published() const {
    return alerts_.begin() + static_cast<std::ptrdiff_t>(published_);
  }
  void execute(newsroom::Body body, std::function<void()> then);
  void put_story(std::size_t index);
  void publish();
  void tick();
  void read(AlertRun& alert);
  void finish(AlertRun& alert);
  void look();
  void see(AlertRun& alert, const std::vector<pushservice::Standings>& standings);
  void expect(AlertRun& alert);
  void begin_work();
  void end_work();
  std::uint64_t accepted() const;

  Ports ports_;
  const RehearsalPlan& plan_;
  std::function<void(Status)> done_;
  crypto::SecureRandom random_;
  IdSource ids_{system_clock(), random_};
  std::vector<AlertRun> alerts_;
  std::size_t published_ = 0;
  std::size_t finished_ = 0;
  std::vector<std::uint64_t> gone_;  // by service, in alerts that are finished
  std::size_t working_ = 0;          // alerts under way
  Instant work_began_;
  std::chrono::nanoseconds cpu_began_{0};
  std::chrono::nanoseconds cpu_used_{0};
  std::chrono::nanoseconds worked_{0};
  Handle ticks_;
  Handle looks_;
  Handle next_;
};

}  // namespace tocsin::app
