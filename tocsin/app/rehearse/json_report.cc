// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "tocsin/app/rehearse/report.h"
#include "tocsin/app/terminal.h"
#include "tocsin/json/json.h"

namespace tocsin::app {
namespace {

constexpr Millis kPeriod{1'000};

Json seconds(const std::optional<Millis>& time) {
  return time ? Json(static_cast<double>(time->count()) / 1000) : Json();
}

Json millis(const std::optional<Millis>& time) { return time ? Json(time->count()) : Json(); }

Json totals_json(const core::Totals& totals) {
  return Json({{"recipients", totals.recipients},
               {"accepted", totals.accepted},
               {"gone", totals.gone},
               {"rejected", totals.rejected},
               {"failed", totals.failed},
               {"expired", totals.expired},
               {"suppressed", totals.suppressed}});
}

Json clock_json(const AlertRun* alert) {
  const auto within = [&](double share) {
    return alert == nullptr ? Json() : seconds(alert->clock.within(share));
  };
  return Json({{"first_ms", alert == nullptr ? Json() : millis(alert->first)},
               {"p50_seconds", within(0.5)},
               {"p90_seconds", within(0.9)},
               {"p99_seconds", within(0.99)},
               {"p100_seconds", within(1)}});
}

Json ledger_json(const Audit& audit) {
  Json json = totals_json(audit.totals);
  json.set("missed", audit.missed);
  json.set("duplicated", audit.duplicated);
  json.set("outside", audit.outside);
  json.set("decrypted", audit.decrypted);
  json.set("duplicates_max", audit.duplicates_max);
  json.set("unreadable", audit.unreadable);
  json.set("retry_after_ignored", audit.retry_after_ignored);
  return json;
}

Json rounded(double number, double parts) { return std::round(number * parts) / parts; }

class JsonReport final : public RehearsalReport {
 public:
  explicit JsonReport(const RehearsalPlan& plan) : plan_(plan) {}

  void begin(const RehearsalPlan& plan, const std::string& folder) override {
    Json json = event("begin");
    json.set("seed", plan.seed);
    json.set("readers", plan.readers);
    json.set("sender_threads", std::uint64_t{plan.threads});
    json.set("folder", folder);
    print(json);
  }
  void preparing(std::string_view, std::uint64_t, std::uint64_t) override {}
  void prepared(std::string_view step, std::uint64_t total, Millis took) override {
    Json json = event("prepare");
    json.set("step", step);
    json.set("count", total);
    json.set("seconds", seconds(took));
    print(json);
  }
  void published(const AlertRun& alert) override {
    Json json = of_alert("alert", alert);
    json.set("title", alert.plan.headline);
    json.set("importance", core::text(alert.plan.importance));
    print(json);
    told_ = system_clock().instant();
  }
  void progress(const std::vector<const AlertRun*>& running) override {
    const Instant now = system_clock().instant();
    if (now - told_ < kPeriod) return;
    told_ = now;
    for (const AlertRun* alert : running) print(with_services("progress", *alert));
  }
  void finished(const AlertRun& alert) override {
    Json json = with_services("done", alert);
    json.set("clock", clock_json(&alert));
    json.set("ledger", totals_json(alert.totals));
    json.set("rate_per_second", rounded(alert.clock.rate(), 1));
    print(json);
  }
  void end(const RehearsalResult& result) override {
    Json last({{"clock", clock_json(slowest(result.alerts))},
               {"ledger", ledger_json(result.audit)},
               {"rate_per_second", rounded(result.rate_per_second, 1)},
               {"cpu_us_per_push",
                result.cpu_us_per_push ? rounded(*result.cpu_us_per_push, 1000) : Json()},
               {"seed", plan_.seed}});
    print(last);
  }

 private:
  static Json event(std::string_view name) { return Json({{"event", name}}); }
  static Json of_alert(std::string_view name, const AlertRun& alert) {
    return Json({{"event", name}, {"alert", std::uint64_t{alert.number}}});
  }
  Json with_services(std::string_view name, const AlertRun& alert) const {
    Json json = of_alert(name, alert);
    json.set("accepted", alert.totals.accepted);
    json.set("undecided", alert.undecided());
    Json services(Json::Object{});
    for (std::size_t i = 0; i < alert.services.size(); ++i) {
      const auto& view = alert.services[i];
      services.set(plan_.services[i].name,
                   Json({{"accepted", std::uint64_t{view.standings.reached}},
                         {"gone", std::uint64_t{view.standings.gone}},
                         {"rejected", std::uint64_t{view.standings.rejected}},
                         {"retrying", std::uint64_t{view.standings.waiting}},
                         {"rate_per_second", rounded(view.rate_to_tell(), 1)},
                         {"ended_seconds", seconds(view.ended)}}));
    }
    json.set("services", std::move(services));
    return json;
  }
  static void print(const Json& json) { print_line(json.dump()); }

  const RehearsalPlan& plan_;
  Instant told_{};
};

}  // namespace

std::unique_ptr<RehearsalReport> make_json_report(const RehearsalPlan& plan) {
  return std::make_unique<JsonReport>(plan);
}

}  // namespace tocsin::app
