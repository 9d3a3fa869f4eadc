// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tocsin/app/rehearse/alert_run.h"
#include "tocsin/app/rehearse/books.h"
#include "tocsin/app/rehearse/plan.h"
#include "tocsin/base/clock.h"

namespace tocsin::app {

// What came of a rehearsal.
struct RehearsalResult {
  std::vector<AlertRun> alerts;  // those that were published
  Audit audit;
  std::optional<double> cpu_us_per_push;  // of all but the push services, while alerts went out
  double rate_per_second = 0;             // acceptances while alerts went out
  bool was_interrupted = false;
};

// Tells whoever started a rehearsal how it goes.
class RehearsalReport {
 public:
  virtual ~RehearsalReport() = default;
  virtual void begin(const RehearsalPlan& plan, const std::string& folder) = 0;
  // A step of the preparation; `done` of `total`. As often as one likes.
  virtual void preparing(std::string_view step, std::uint64_t done, std::uint64_t total) = 0;
  // That step is over.
  virtual void prepared(std::string_view step, std::uint64_t total, Millis took) = 0;
  virtual void published(const AlertRun& alert) = 0;
  // About ten times a second, with all that are under way.
  virtual void progress(const std::vector<const AlertRun*>& running) = 0;
  virtual void finished(const AlertRun& alert) = 0;
  virtual void end(const RehearsalResult& result) = 0;
};

// For people: standard error, drawn in place on a terminal, and the result on standard output. For
// programs: a JSON object a line on standard output. docs/commands.md has the form of both.
std::unique_ptr<RehearsalReport> make_text_report(const RehearsalPlan& plan);
std::unique_ptr<RehearsalReport> make_json_report(const RehearsalPlan& plan);

}  // namespace tocsin::app
