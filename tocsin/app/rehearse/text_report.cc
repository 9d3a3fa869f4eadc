// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>

#include "tocsin/app/rehearse/report.h"
#include "tocsin/app/rehearse/text.h"
#include "tocsin/app/terminal.h"

namespace tocsin::app {
namespace {

constexpr Millis kRedraw{100};
constexpr Millis kLinePeriod{1'000};
constexpr std::size_t kDrawnMax = 3;  // alerts at a time
constexpr std::size_t kBarWidth = 24;

void print_error_line(const std::string& line) { std::fprintf(stderr, "%s\n", line.c_str()); }

class TextReport final : public RehearsalReport {
 public:
  explicit TextReport(const RehearsalPlan& plan) : plan_(plan) {}

  void begin(const RehearsalPlan& plan, const std::string& folder) override {
    for (const auto& line : plan_lines(plan)) print_error_line(line);
    print_error_line("  in " + folder);
  }

  void preparing(std::string_view step, std::uint64_t done, std::uint64_t total) override {
    if (!is_live_ || !is_due(kRedraw)) return;
    const double share = total == 0 ? 1 : static_cast<double>(done) / static_cast<double>(total);
    live_.show({label(step) + "[" + bar_of(share, kBarWidth) + "]  " + with_commas(done) + " of " +
                with_commas(total)});
  }
  void prepared(std::string_view step, std::uint64_t total, Millis took) override {
    if (is_live_) live_.clear();
    print_error_line(label(step) + with_commas(total) + " in " + duration_text(took));
  }

  void published(const AlertRun& alert) override {
    if (is_live_) return;
    print_error_line(alert_lines(alert, plan_, Millis(0)).front());
    drawn_ = system_clock().instant();
  }
  void progress(const std::vector<const AlertRun*>& running) override {
    // Lines that stay come less and less often.
    const Millis period = is_live_ ? kRedraw : std::max(kLinePeriod, age(*running.front()) / 5);
    if (!is_due(period)) return;
    if (!is_live_) {
      for (const AlertRun* alert : running) print_error_line(alert_line(*alert, age(*alert)));
      return;
    }
    std::vector<std::string> lines;
    for (std::size_t i = 0; i < running.size() && i < kDrawnMax; ++i) {
      for (auto& line : alert_lines(*running[i], plan_, age(*running[i]))) {
        lines.push_back(std::move(line));
      }
    }
    if (running.size() > kDrawnMax) {
      lines.push_back("and " + std::to_string(running.size() - kDrawnMax) + " alerts more");
    }
    live_.show(lines);
  }
  void finished(const AlertRun& alert) override {
    if (is_live_) live_.clear();
    for (const auto& line : alert_lines(alert, plan_, age(alert))) print_error_line(line);
    drawn_ = Instant{};
  }

  void end(const RehearsalResult& result) override {
    if (is_live_) live_.clear();
    print_error_line("");
    for (const auto& line : result_lines(result)) print_line(line);
  }

 private:
  static std::string label(std::string_view step) {
    std::string text = "  " + std::string(step);
    text.resize(30, ' ');
    return text;
  }
  static Millis age(const AlertRun& alert) {
    return alert.decided.value_or(
        std::chrono::duration_cast<Millis>(system_clock().instant() - alert.published));
  }
  bool is_due(Millis period) {
    const Instant now = system_clock().instant();
    if (now - drawn_ < period) return false;
    drawn_ = now;
    return true;
  }

  const RehearsalPlan& plan_;
  LiveLines live_;
  bool is_live_ = LiveLines::is_possible();
  Instant drawn_{};
};

}  // namespace

std::unique_ptr<RehearsalReport> make_text_report(const RehearsalPlan& plan) {
  return std::make_unique<TextReport>(plan);
}

}  // namespace tocsin::app
