// SPDX-License-Identifier: Apache-2.0
#include "tocsin/fanout/broadcasts.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "tocsin/base/check.h"
#include "tocsin/fanout/payload.h"
#include "tocsin/observe/log.h"
#include "tocsin/observe/metrics.h"

namespace tocsin::fanout {
namespace {

using core::Importance;
using core::Outcome;

constexpr Millis kCheckpointPeriod{200};
constexpr std::uint64_t kCheckpointOutcomes = 5'000;
constexpr Millis kSaveAgainAfter{1'000};
constexpr std::size_t kMessagesPerTurn = 8'192;  // about a millisecond
constexpr std::string_view kUnsubscribed = "unsubscribed";

// A message's token: the broadcast's number in this process, partition, slot.
constexpr unsigned kSlotBits = 26;
static_assert(kSlotsMax == 1u << kSlotBits && core::kPartitions << kSlotBits == 0);

std::uint64_t token_of(std::uint32_t number, const Address& address) {
  return std::uint64_t{number} << 32 | address.partition << kSlotBits | address.slot;
}
std::uint32_t number_of(std::uint64_t token) { return static_cast<std::uint32_t>(token >> 32); }
Address address_of(std::uint64_t token) {
  const auto low = static_cast<std::uint32_t>(token);
  return {low >> kSlotBits, low & (kSlotsMax - 1)};
}

// Sorts messages into batches of one kind: one application server key, one sender's key material.
class Batches {
 public:
  Batches(const SubscriptionTable& table, bool uses_material)
      : table_(table), uses_material_(uses_material) {}

  void add(std::uint64_t token, const Address& address, const SubscriptionTable::Row& row) {
    const bool is_warm = uses_material_ && row.material != nullptr;
    core::Batch& batch = of(row.vapid_key, is_warm ? row.sender : nullptr);
    if (!is_warm) {
      batch.add(token, row.path, table_.keys(address));
    } else {
      batch.add(token, row.path, *row.material);
    }
  }

  // Sends all of them; how many messages there were.
  std::size_t send(const std::string& origin, const std::shared_ptr<const core::Payload>& payload,
                   Dispatch& dispatch) {
    std::size_t sent = 0;
    for (auto& [key, sender, batch] : kinds_) {
      sent += batch.messages.size();
      batch.origin = origin;
      batch.vapid_key = key;
      batch.payload = payload;
      if (sender != nullptr) batch.sender = *sender;
      dispatch.send(std::move(batch));
    }
    return sent;
  }

 private:
  struct OfKind {
    core::VapidKeyId vapid_key;
    const crypto::PublicKey* sender;
    core::Batch batch;
  };

  core::Batch& of(core::VapidKeyId vapid_key, const crypto::PublicKey* sender) {
    const auto found = std::find_if(kinds_.begin(), kinds_.end(), [&](const OfKind& kind) {
      return kind.vapid_key == vapid_key && kind.sender == sender;
    });
    if (found != kinds_.end()) return found->batch;
    return kinds_.emplace_back(OfKind{vapid_key, sender, {}}).batch;
  }

  const SubscriptionTable& table_;
  bool uses_material_;
  std::vector<OfKind> kinds_;  // few
};

}  // namespace

Broadcasts::Broadcasts(const Ports& ports, const Settings& settings, Events events)
    : ports_(ports), settings_(settings), events_(std::move(events)) {}

bool Broadcasts::is_running(core::AlertId alert) const {
  return std::any_of(runs_.begin(), runs_.end(), [&](const auto& entry) {
    return entry.second.broadcast.progress().alert == alert;
  });
}

Status Broadcasts::start(const core::Alert& alert, const core::Story& story,
                         const core::Site& site) {
  if (is_running(alert.id)) return Error{Errc::kConflict, "alert: is being sent"};
  Run run(Broadcast(ports_.table, alert, story, ports_.clock.now()),
          payload_of(alert, story, site));
  run.story_recorded = story.recorded;
  run.uses_material = !site.per_message_keys;
  log::info("broadcast.started", {{"alert", alert.id.text()},
                                  {"recipients", run.broadcast.progress().totals.recipients}});
  add(std::move(run));
  return ok();
}

Status Broadcasts::resume(const Unfinished& saved, const core::Alert& alert,
                          const core::Story& story, const core::Site& site) {
  if (is_running(alert.id)) return Error{Errc::kConflict, "alert: is being sent"};
  TOCSIN_TRY(Broadcast broadcast, Broadcast::restore(ports_.table, saved));
  Run run(std::move(broadcast), payload_of(alert, story, site));
  run.story_recorded = story.recorded;
  run.uses_material = !site.per_message_keys;
  run.state = State::kSending;
  log::info("broadcast.resumed", {{"alert", alert.id.text()}});
  add(std::move(run));
  return ok();
}

void Broadcasts::add(Run run) {
  runs_.emplace(++last_number_, std::move(run));
  metrics::set("tocsin_broadcasts_running", static_cast<double>(runs_.size()));
  on_time();
}

Status Broadcasts::send_test(const core::Alert& alert, const core::Story& story,
                             const core::Site& site, const core::SubscriptionId& to,
                             TestDone done) {
  const auto address = ports_.table.find(to);
  const auto row = address ? ports_.table.row(*address) : std::nullopt;
  if (!row || !row->is_active) return Error{Errc::kNotFound, "subscription: none of that id"};
  const std::uint64_t token = token_of(++last_number_, *address);
  tests_.emplace(token, std::move(done));
  Batches batches(ports_.table, !site.per_message_keys);
  batches.add(token, *address, *row);
  batches.send(std::string(row->origin),
               std::make_shared<const core::Payload>(payload_of(alert, story, site)),
               ports_.dispatch);
  return ok();
}

void Broadcasts::go_on() {
  send_what_fits();
  save_what_is_due();
  wake();
  finish_stop();
}

void Broadcasts::on_time() {
  armed_.reset();
  go_on();
}

void Broadcasts::on_decisions(const core::Decisions& news) {
  const auto& all = news.decisions;
  for (auto first = all.begin(); first != all.end();) {
    const std::uint32_t number = number_of(first->token);
    const auto last = std::find_if(first, all.end(), [number](const core::Decision& decision) {
      return number_of(decision.token) != number;
    });
    take(news.origin, number, {first, last});
    first = last;
  }
  for (const core::Returned& returned : news.returned) take_back(news.origin, returned);
  go_on();
}

// Decisions on messages of one broadcast, or of one test.
void Broadcasts::take(const std::string& origin, std::uint32_t number,
                      std::span<const core::Decision> decisions) {
  const auto found = runs_.find(number);
  if (found == runs_.end()) return end_test(decisions);
  Run& run = found->second;
  Lane& lane = lanes_[{origin, run.payload->importance}];
  decided_.clear();
  std::uint64_t accepted = 0;
  for (const core::Decision& decision : decisions) {
    if (decision.outcome == Outcome::kThrottled) {
      --lane.untried;
      ++lane.waiting;
      continue;
    }
    --(decision.waited ? lane.waiting : lane.untried);
    decided_.push_back({address_of(decision.token), decision.outcome});
    if (decision.outcome == Outcome::kAccepted) ++accepted;
  }
  const Time now = ports_.clock.now();
  run.broadcast.decide(origin, decided_, now);
  if (accepted > 0) {
    metrics::observe("tocsin_story_to_accepted_seconds",
                     std::chrono::duration<double>(now - run.story_recorded).count(), accepted);
  }
}

void Broadcasts::end_test(std::span<const core::Decision> decisions) {
  for (const core::Decision& decision : decisions) {
    if (!core::is_final(decision.outcome)) continue;
    const auto test = tests_.extract(decision.token);
    TOCSIN_CHECK(!test.empty());  // a broadcast ends after its last decision
    test.mapped()(decision.outcome);
  }
}

// A sender stops: the message is for the next start.
void Broadcasts::take_back(const std::string& origin, const core::Returned& returned) {
  const auto run = runs_.find(number_of(returned.token));
  if (run == runs_.end()) {
    const auto test = tests_.extract(returned.token);
    if (!test.empty()) test.mapped()(Outcome::kFailed);
    return;
  }
  Lane& lane = lanes_[{origin, run->second.payload->importance}];
  --(returned.waited ? lane.waiting : lane.untried);
}

void Broadcasts::send_what_fits() {
  is_cut_short_ = false;
  if (is_stopping_) return;
  std::size_t sent = 0;
  for (const auto importance : {Importance::kBreaking, Importance::kMajor, Importance::kMinor}) {
    for (auto& [number, run] : runs_) {
      if (run.state != State::kSending || run.payload->importance != importance) continue;
      sent += send_in_turn(number, run, kMessagesPerTurn - sent);
      // It is time to look at what comes back.
      is_cut_short_ = sent >= kMessagesPerTurn;
      if (is_cut_short_) return;
    }
  }
}

// A batch to each push service in turn, until nothing fits or there are `most`; how many.
std::size_t Broadcasts::send_in_turn(std::uint32_t number, Run& run, std::size_t most) {
  std::size_t sent = 0;
  std::size_t before = 0;
  do {
    before = sent;
    for (auto& [origin, origin_run] : run.broadcast.origins()) {
      if (origin_run.has_more()) sent += send_at(origin, origin_run, number, run);
    }
  } while (sent > before && sent < most);
  return sent;
}

// One batch, if there is room for it; how many messages are dealt with.
std::size_t Broadcasts::send_at(const std::string& origin, OriginRun& origin_run,
                                std::uint32_t number, Run& run) {
  Lane& lane = lanes_[{origin, run.payload->importance}];
  const std::size_t all = lane.untried + lane.waiting;
  if (lane.untried >= settings_.untried_max || all >= settings_.outstanding_max) return 0;
  const std::size_t room =
      std::min({settings_.untried_max - lane.untried, settings_.outstanding_max - all,
                settings_.batch_messages_max});
  // A few now would only make work of more, while the senders have plenty.
  if (room < settings_.untried_max / 16) return 0;
  const auto addresses = origin_run.take(room);
  lane.untried += send_some(origin, addresses, number, run);
  return addresses.size();
}

std::size_t Broadcasts::send_some(const std::string& origin, const std::vector<Address>& addresses,
                                  std::uint32_t number, Run& run) {
  Batches batches(ports_.table, run.uses_material);
  for (const Address& address : addresses) {
    const auto row = ports_.table.row(address);
    if (row && row->is_active) {
      batches.add(token_of(number, address), address, *row);
    } else {
      run.broadcast.suppress(address, kUnsubscribed);
    }
  }
  return batches.send(origin, run.payload, ports_.dispatch);
}

void Broadcasts::save_what_is_due() {
  const Instant now = ports_.clock.instant();
  for (auto& [number, run] : runs_) {
    if (run.is_saving) continue;
    const bool is_soon = run.broadcast.unsaved() >= kCheckpointOutcomes && !run.has_failed_to_save;
    if (run.state == State::kPlanning) {
      if (now >= run.save_at) save_plan(number, run);
    } else if (run.broadcast.is_decided()) {
      if (now >= run.save_at || run.state == State::kSending) save_finished(number, run);
    } else if (run.broadcast.unsaved() > 0 && (now >= run.save_at || is_soon)) {
      save_checkpoint(number, run);
    }
  }
}

void Broadcasts::save_plan(std::uint32_t number, Run& run) {
  run.is_saving = true;
  ports_.store.save_plan(run.broadcast.plan(), [this, number](const Status& status) {
    if (!status && status.error().code == Errc::kConflict) {
      log::error("broadcast.repeated", {{"error", status.error().message}});
      runs_.erase(number);
    } else if (Run* found = saved(number, status)) {
      found->state = State::kSending;
    }
    on_time();
  });
}

void Broadcasts::save_checkpoint(std::uint32_t number, Run& run) {
  run.is_saving = true;
  run.save_at = ports_.clock.instant() + kCheckpointPeriod;
  ports_.store.save_checkpoint(
      run.broadcast.take_checkpoint(), [this, number](const Status& status) {
        if (Run* found = saved(number, status)) {
          retire(found->broadcast.settle(false), found->broadcast.progress().started);
        }
        on_time();
      });
}

void Broadcasts::save_finished(std::uint32_t number, Run& run) {
  run.state = State::kFinishing;
  run.is_saving = true;
  run.broadcast.finish(ports_.clock.now());
  TOCSIN_CHECK(run.broadcast.progress().totals.add_up());
  ports_.store.save_finished(run.broadcast.take_checkpoint(), [this, number](const Status& status) {
    if (Run* found = saved(number, status)) {
      const Progress progress = found->broadcast.progress();
      auto gone = found->broadcast.settle(true);
      runs_.erase(number);
      metrics::set("tocsin_broadcasts_running", static_cast<double>(runs_.size()));
      log::info("broadcast.finished", {{"alert", progress.alert.text()},
                                       {"recipients", progress.totals.recipients},
                                       {"accepted", progress.totals.accepted},
                                       {"gone", progress.totals.gone}});
      retire(std::move(gone), progress.started);
      events_.on_finished(progress);
    }
    on_time();
  });
}

Broadcasts::Run* Broadcasts::saved(std::uint32_t number, const Status& status) {
  const auto found = runs_.find(number);
  TOCSIN_CHECK(found != runs_.end());
  Run& run = found->second;
  run.is_saving = false;
  run.has_failed_to_save = !status;
  if (status) return &run;
  log::error("broadcast.unsaved",
             {{"alert", run.broadcast.progress().alert.text()}, {"error", status.error().message}});
  run.broadcast.put_back();
  run.save_at = ports_.clock.instant() + kSaveAgainAfter;
  return nullptr;
}

void Broadcasts::retire(std::vector<core::SubscriptionId> gone, Time as_of) const {
  if (!gone.empty()) events_.on_gone(std::move(gone), as_of);
}

Result<std::optional<Progress>> Broadcasts::progress(core::AlertId alert) const {
  for (const auto& [number, run] : runs_) {
    if (run.broadcast.progress().alert == alert) return std::optional(run.broadcast.progress());
  }
  return ports_.store.load_progress(alert);
}

std::vector<Progress> Broadcasts::running() const {
  std::vector<Progress> out;
  for (const auto& [number, run] : runs_) out.push_back(run.broadcast.progress());
  return out;
}

std::size_t Broadcasts::outstanding() const {
  std::size_t out = tests_.size();
  for (const auto& [name, lane] : lanes_) out += lane.untried + lane.waiting;
  return out;
}

void Broadcasts::stop(std::function<void()> done) {
  is_stopping_ = true;
  on_stopped_ = std::move(done);
  ports_.dispatch.stop();
  on_time();
}

// A broadcast whose plan is not on disk has sent nothing.
bool Broadcasts::is_settled() const {
  return outstanding() == 0 && std::all_of(runs_.begin(), runs_.end(), [](const auto& entry) {
           const Run& run = entry.second;
           return run.state == State::kPlanning || (!run.is_saving && run.broadcast.unsaved() == 0);
         });
}

void Broadcasts::finish_stop() {
  if (!on_stopped_ || !is_settled()) return;
  const auto done = std::exchange(on_stopped_, nullptr);
  done();
}

void Broadcasts::wake() {
  std::optional<Instant> at;
  for (const auto& [number, run] : runs_) {
    const bool waits =
        run.state != State::kSending || run.broadcast.unsaved() > 0 || run.broadcast.is_decided();
    if (!run.is_saving && waits && (!at || run.save_at < *at)) at = run.save_at;
  }
  if (is_cut_short_) at = ports_.clock.instant();
  if (!at || (armed_ && *armed_ <= *at)) return;
  armed_ = at;
  events_.wake_at(*at);
}

}  // namespace tocsin::fanout
