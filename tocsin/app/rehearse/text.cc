// SPDX-License-Identifier: Apache-2.0
#include "tocsin/app/rehearse/text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <utility>

#include "tocsin/app/terminal.h"

namespace tocsin::app {
namespace {

constexpr std::size_t kBarWidth = 18;
constexpr std::size_t kTitleCharacters = 54;

// `text` at the right end of so many characters.
std::string right(const std::string& text, std::size_t width) {
  return std::string(width - std::min(width, text.size()), ' ') + text;
}
std::string right(std::uint64_t number, std::size_t width) {
  return right(with_commas(number), width);
}
std::string left(std::string text, std::size_t width) {
  text.resize(std::max(width, text.size()), ' ');
  return text;
}

std::string decimal(double number, int decimals) {
  char text[32];
  std::snprintf(text, sizeof text, "%.*f", decimals, number);
  return text;
}

std::string rate_text(double rate) { return with_commas(static_cast<std::uint64_t>(rate)); }

std::string mark(const std::optional<Millis>& time) { return time ? duration_text(*time) : "-"; }

std::string title_line(const AlertRun& alert, const RehearsalPlan& plan) {
  return "Alert " + std::to_string(alert.number) + " of " + std::to_string(plan.alerts.size()) +
         ", " + std::string(core::text(alert.plan.importance)) + ": " +
         alert.plan.headline.substr(0, kTitleCharacters);
}

// The columns of services, and of their sum.
std::string standing_line(const std::string& name, const ServiceView& view, double rate) {
  const auto& of = view.standings;
  const std::uint64_t ended = of.reached + of.gone + of.rejected;
  // The readers retired by an alert before are not known to the end while it is on its way.
  const std::uint64_t all = std::max<std::uint64_t>(view.recipients, ended);
  const double share = all == 0 ? 0 : static_cast<double>(ended) / static_cast<double>(all);
  return "  " + left(name, 8) + "[" + bar_of(share, kBarWidth) + "]" +
         right(decimal(std::floor(share * 100), 0), 4) + " %" + right(of.reached, 11) +
         right(of.gone, 9) + right(of.waiting, 10) + right(rate_text(rate), 11);
}

ServiceView sum_of(const AlertRun& alert) {
  ServiceView sum;
  for (const auto& view : alert.services) {
    sum.recipients += view.recipients;
    sum.standings.reached += view.standings.reached;
    sum.standings.gone += view.standings.gone;
    sum.standings.rejected += view.standings.rejected;
    sum.standings.waiting += view.standings.waiting;
    sum.rate += view.rate;
  }
  return sum;
}

double rate_of(const AlertRun& alert) {
  return alert.decided ? alert.clock.rate() : sum_of(alert).rate;
}

// Those who may yet accept, or have: what the marks are shares of.
std::uint64_t reachable(const AlertRun& alert) { return alert.totals.accepted + alert.undecided(); }

std::string clock_line(const AlertRun& alert) {
  std::string line = "  first " + mark(alert.first);
  for (const auto& [name, share] :
       {std::pair{"50", 0.5}, {"90", 0.9}, {"99", 0.99}, {"100", 1.0}}) {
    line += std::string("   ") + name + " % " + mark(alert.clock.within(share, reachable(alert)));
  }
  return line;
}

std::string alert_name(const AlertRun& alert) {
  return std::to_string(alert.number) + " " + std::string(core::text(alert.plan.importance));
}

std::string ledger_line(const std::string& name, const std::array<std::string, 7>& columns) {
  constexpr std::array<std::size_t, 7> kWidths{10, 10, 9, 9, 8, 9, 11};
  std::string line = left(name, 13);
  for (std::size_t i = 0; i < columns.size(); ++i) line += right(columns[i], kWidths[i]);
  return line;
}

std::string ledger_line(const std::string& name, const core::Totals& of) {
  return ledger_line("  " + name,
                     {with_commas(of.recipients), with_commas(of.accepted), with_commas(of.gone),
                      with_commas(of.rejected), with_commas(of.failed), with_commas(of.expired),
                      with_commas(of.suppressed)});
}

void add_clocks(const RehearsalResult& result, std::vector<std::string>& lines) {
  lines.emplace_back("Clock          first     50 %     90 %     99 %    100 %   a second");
  for (const auto& alert : result.alerts) {
    std::string line = "  " + left(alert_name(alert), 11) + right(mark(alert.first), 7);
    for (const double share : {0.5, 0.9, 0.99, 1.0}) {
      line += right(mark(alert.clock.within(share)), 9);
    }
    lines.push_back(line + right(rate_text(alert.clock.rate()), 11));
  }
}

void add_ledger(const RehearsalResult& result, std::vector<std::string>& lines) {
  lines.push_back(ledger_line(
      "Ledger", {"recipients", "accepted", "gone", "rejected", "failed", "expired", "suppressed"}));
  for (const auto& alert : result.alerts) {
    lines.push_back(ledger_line(alert_name(alert), alert.totals));
  }
  if (result.alerts.size() > 1) lines.push_back(ledger_line("all", result.audit.totals));
}

void add_books(const Audit& audit, std::vector<std::string>& lines) {
  const auto add = [&](std::uint64_t count, const std::string& what) {
    lines.push_back("  " + right(count, 11) + "  " + what);
  };
  lines.emplace_back("The push services' books");
  add(audit.missed, "missed");
  add(audit.duplicated,
      "duplicated; the faults explain at most " + with_commas(audit.duplicates_max));
  add(audit.outside, "outside: sent to who is no recipient");
  add(audit.decrypted, "decrypted by their readers, with the text meant");
  add(audit.unreadable, "unreadable, or with another text");
  add(audit.retry_after_ignored, "sent before Retry-After was over");
}

}  // namespace

std::string duration_text(Millis time) {
  if (time < Seconds(1)) return std::to_string(time.count()) + " ms";
  const double seconds = static_cast<double>(time.count()) / 1000;
  return decimal(seconds, time < Seconds(100) ? 2 : 0) + " s";
}

std::vector<std::string> plan_lines(const RehearsalPlan& plan) {
  std::vector<std::string> lines;
  lines.push_back("Rehearsal: " + with_commas(plan.readers) + " readers, " +
                  std::to_string(plan.alerts.size()) + " alerts " + duration_text(plan.interval) +
                  " apart, " + std::to_string(plan.threads) + " sender thread" +
                  (plan.threads == 1 ? "" : "s") + ", seed " + std::to_string(plan.seed));
  for (const auto& service : plan.services) {
    std::string line = "  " + left(service.name, 8) + right(service.readers, 10) +
                       " readers, answers after " + std::to_string(service.latency.min.count()) +
                       "-" + std::to_string(service.latency.max.count()) + " ms";
    if (!service.faults.empty()) line += ", with faults";
    lines.push_back(line);
  }
  return lines;
}

std::string verdict_text(const AlertRun& alert, Millis now) {
  const auto within = alert.clock.within(kPromisedShare, reachable(alert));
  const std::string promise = "90 % within two minutes: ";
  if (within && *within <= kPromisedWithin) return promise + "met in " + duration_text(*within);
  if (now > kPromisedWithin || alert.decided) return promise + "MISSED";
  return promise + "not yet";
}

std::vector<std::string> alert_lines(const AlertRun& alert, const RehearsalPlan& plan, Millis now) {
  std::vector<std::string> lines{title_line(alert, plan),
                                 "  " + left("", 34) + right("accepted", 11) + right("gone", 9) +
                                     right("retrying", 10) + right("a second", 11)};
  for (std::size_t i = 0; i < alert.services.size(); ++i) {
    const ServiceView& view = alert.services[i];
    lines.push_back(standing_line(plan.services[i].name, view, view.rate_to_tell()));
  }
  if (alert.services.size() > 1) {
    lines.push_back(standing_line("all", sum_of(alert), rate_of(alert)));
  }
  lines.push_back(clock_line(alert));
  lines.push_back("  " + verdict_text(alert, now) +
                  (alert.decided ? "" : " (" + duration_text(now) + " so far)"));
  return lines;
}

std::string alert_line(const AlertRun& alert, Millis now) {
  return "alert " + std::to_string(alert.number) + ": " + duration_text(now) + ", " +
         with_commas(alert.totals.accepted) + " accepted, " + with_commas(alert.totals.gone) +
         " gone, " + with_commas(sum_of(alert).standings.waiting) + " retrying, " +
         rate_text(rate_of(alert)) + "/s";
}

std::vector<std::string> result_lines(const RehearsalResult& result) {
  if (result.alerts.empty()) return {"Interrupted before the first alert."};
  std::vector<std::string> lines;
  add_clocks(result, lines);
  lines.emplace_back();
  add_ledger(result, lines);
  lines.emplace_back();
  add_books(result.audit, lines);
  lines.emplace_back();
  lines.push_back(rate_text(result.rate_per_second) + " pushes a second" +
                  (result.cpu_us_per_push ? ", " + decimal(*result.cpu_us_per_push, 2) +
                                                " us of processor each (push services apart)"
                                          : ""));
  lines.emplace_back(
      "Over loopback, to built-in push services: no network card, no Internet. Real");
  lines.emplace_back("ones throttle: at FCM's documented 600,000 a minute a million takes 100 s.");
  if (result.was_interrupted) lines.emplace_back("Interrupted: this is what was known by then.");
  for (const auto& complaint : result.audit.complaints()) lines.push_back("WRONG: " + complaint);
  return lines;
}

}  // namespace tocsin::app
