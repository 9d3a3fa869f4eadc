// SPDX-License-Identifier: Apache-2.0
#include "tocsin/app/rehearse/run.h"

#include <algorithm>
#include <ctime>
#include <utility>

namespace tocsin::app {
namespace {

constexpr Millis kTick{2};
constexpr Millis kLook{100};
constexpr double kNewRate = 0.4;  // the part of the latest look in the rate that is shown
constexpr const char* kActor = "rehearsal";

std::chrono::nanoseconds cpu_of_this_process() {
  timespec used{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return Seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec);
}

Millis since(Instant start) {
  return std::chrono::duration_cast<Millis>(system_clock().instant() - start);
}

std::uint64_t ended(const pushservice::Standings& standings) {
  return standings.reached + standings.gone + standings.rejected;
}

}  // namespace

RehearsalRun::RehearsalRun(Ports ports, const RehearsalPlan& plan, std::function<void(Status)> done)
    : ports_(ports), plan_(plan), done_(std::move(done)), gone_(plan.services.size()) {
  for (const auto& planned : plan.alerts) {
    AlertRun alert;
    alert.number = alerts_.size() + 1;
    alert.plan = planned;
    alert.id = ids_.next<struct core::AlertKind>();
    alert.story = ids_.next<struct core::StoryKind>();
    alert.services.resize(plan.services.size());
    alerts_.push_back(std::move(alert));
  }
}

void RehearsalRun::execute(newsroom::Body body, std::function<void()> then) {
  newsroom::Command command{.at = system_clock().now(), .actor = kActor, .body = std::move(body)};
  random_.fill(command.id);
  ports_.server.execute(std::move(command),
                        [this, then = std::move(then)](const Result<newsroom::Effects>& effects) {
                          if (effects) return then();
                          if (const auto done = std::exchange(done_, nullptr))
                            done(effects.error());
                        });
}

void RehearsalRun::start() { put_story(0); }

// The stories stand before the night begins; their alerts are what is rehearsed.
void RehearsalRun::put_story(std::size_t index) {
  if (index == alerts_.size()) {
    ticks_ = ports_.loop.every(kTick, [this] { tick(); });
    looks_ = ports_.loop.every(kLook, [this] { look(); });
    return publish();
  }
  const AlertRun& alert = alerts_[index];
  core::Story story{.id = alert.story, .site = ports_.server.content().sites().front().id};
  story.headline = alert.plan.headline;
  story.summary_html = "<p>More as the count goes on.</p>";
  story.published = story.updated = system_clock().now();
  execute(newsroom::PutStory{std::move(story)}, [this, index] { put_story(index + 1); });
}

void RehearsalRun::publish() {
  AlertRun& alert = alerts_[published_];
  newsroom::CreateAlert command;
  command.alert.id = alert.id;
  command.alert.site = ports_.server.content().sites().front().id;
  command.alert.story = alert.story;
  command.alert.title = alert.plan.headline;
  command.alert.importance = alert.plan.importance;
  alert.key = core::collapse_key(command.alert);
  if (working_++ == 0) begin_work();
  alert.published = system_clock().instant();
  alert.published_at = system_clock().now();
  execute(std::move(command), [&alert] { alert.has_begun = true; });
  ++published_;
  ports_.report.published(alert);
  if (published_ == alerts_.size()) return;
  next_ = ports_.loop.after(plan_.interval, [this] { publish(); });
}

void RehearsalRun::tick() {
  std::vector<const AlertRun*> running;
  for (std::size_t i = 0; i < published_; ++i) {
    AlertRun& alert = alerts_[i];
    if (alert.has_begun && !alert.is_finished) read(alert);
    if (!alert.is_finished) running.push_back(&alert);
  }
  if (!running.empty()) ports_.report.progress(running);
}

void RehearsalRun::read(AlertRun& alert) {
  const auto progress = ports_.server.progress(alert.id);
  if (!progress) return;
  if (alert.totals.recipients == 0 && progress->totals.recipients > 0) {
    alert.totals = progress->totals;
    expect(alert);
  }
  alert.totals = progress->totals;
  alert.clock.add(since(alert.published), alert.totals.accepted);
  if (progress->first_accepted) {
    alert.first = std::max(Millis(0), *progress->first_accepted - alert.published_at);
  }
  if (!alert.decided && alert.totals.add_up()) {
    alert.decided = since(alert.published);
    if (--working_ == 0) end_work();
  }
  if (progress->finished) finish(alert);
}

void RehearsalRun::finish(AlertRun& alert) {
  alert.is_finished = true;
  ports_.services.look(ports_.loop, alert.key,
                       [this, &alert](const std::vector<pushservice::Standings>& standings) {
                         see(alert, standings);
                         for (std::size_t i = 0; i < standings.size(); ++i) {
                           gone_[i] += standings[i].gone;
                         }
                         ports_.report.finished(alert);
                         if (++finished_ < alerts_.size()) return;
                         ticks_.reset();
                         looks_.reset();
                         if (const auto done = std::exchange(done_, nullptr)) done(ok());
                       });
}

void RehearsalRun::look() {
  for (std::size_t i = 0; i < published_; ++i) {
    AlertRun& alert = alerts_[i];
    if (alert.is_finished) continue;
    ports_.services.look(ports_.loop, alert.key,
                         [this, &alert](const std::vector<pushservice::Standings>& standings) {
                           if (!alert.is_finished) see(alert, standings);
                         });
  }
}

void RehearsalRun::see(AlertRun& alert, const std::vector<pushservice::Standings>& standings) {
  for (std::size_t i = 0; i < standings.size(); ++i) {
    ServiceView& view = alert.services[i];
    const auto& fresh = standings[i];
    const double per_second = static_cast<double>(fresh.reached - view.standings.reached) /
                              std::chrono::duration<double>(kLook).count();
    view.rate += (per_second - view.rate) * kNewRate;
    view.standings = fresh;
    if (alert.is_finished) view.recipients = ended(fresh);
    const bool is_over = alert.is_finished || ended(fresh) >= view.recipients;
    if (is_over && fresh.last_accepted) view.ended = *fresh.last_accepted - alert.published_at;
  }
}

// How many recipients each service has. Those told to be gone are retired, unless the server does
// not believe the service.
void RehearsalRun::expect(AlertRun& alert) {
  for (std::size_t i = 0; i < alert.services.size(); ++i) {
    const std::uint64_t readers = plan_.services[i].readers;
    const bool is_all = alert.totals.recipients == plan_.readers;
    alert.services[i].recipients = is_all ? readers : readers - std::min(readers, gone_[i]);
  }
}

void RehearsalRun::begin_work() {
  cpu_began_ = cpu_of_this_process() - ports_.services.cpu();
  work_began_ = system_clock().instant();
}

void RehearsalRun::end_work() {
  worked_ += system_clock().instant() - work_began_;
  cpu_used_ += cpu_of_this_process() - ports_.services.cpu() - cpu_began_;
}

void RehearsalRun::interrupt() {
  done_ = nullptr;
  next_.reset();
  ticks_.reset();
  looks_.reset();
}

void RehearsalRun::close() {
  for (std::size_t i = 0; i < published_; ++i) {
    if (alerts_[i].has_begun && !alerts_[i].is_finished) read(alerts_[i]);
  }
  if (working_ > 0) end_work();
  working_ = 0;
}

std::uint64_t RehearsalRun::accepted() const {
  std::uint64_t all = 0;
  for (const auto& alert : alerts_) all += alert.totals.accepted;
  return all;
}

std::optional<double> RehearsalRun::cpu_us_per_push() const {
  if (accepted() == 0) return std::nullopt;
  return std::chrono::duration<double, std::micro>(cpu_used_).count() /
         static_cast<double>(accepted());
}

double RehearsalRun::rate_per_second() const {
  const double seconds = std::chrono::duration<double>(worked_).count();
  return seconds > 0 ? static_cast<double>(accepted()) / seconds : 0;
}

}  // namespace tocsin::app
