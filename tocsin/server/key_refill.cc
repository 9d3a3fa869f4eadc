// SPDX-License-Identifier: Apache-2.0
#include "tocsin/server/key_refill.h"

#include <chrono>
#include <tuple>
#include <utility>

#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>

#include "tocsin/base/clock.h"
#include "tocsin/fanout/key_material_cache.h"
#include "tocsin/observe/log.h"
#include "tocsin/observe/metrics.h"

namespace tocsin::server {
namespace {

constexpr int kNicest = 19;

// The calling thread runs when no other wants to. Where that is refused it is merely nice.
void yield_to_all_others() {
  const sched_param parameters{};
  if (pthread_setschedparam(pthread_self(), SCHED_IDLE, &parameters) == 0) return;
  // On Linux this is of the thread alone. That it fails too only makes others slower.
  (void)setpriority(PRIO_PROCESS, 0, kNicest);
}

void report(const Status& saved) {
  if (!saved) log::warn("key_material.not_saved", {{"why", saved.error().message}});
}

Status save_all(const std::string& folder, const fanout::SubscriptionTable& table) {
  TOCSIN_TRY(auto file, KeyCacheFile::create(folder));
  TOCSIN_TRY(std::ignore, file.append(fanout::key_material_header()));
  for (std::uint32_t partition = 0; partition < core::kPartitions; ++partition) {
    TOCSIN_TRY(std::ignore, file.append(fanout::key_material_blocks(table, partition)));
  }
  return file.commit();
}

}  // namespace

KeyRefill::KeyRefill(net::Loop& owner, fanout::SubscriptionTable& table, std::string data_folder)
    : owner_(owner), table_(table), folder_(std::move(data_folder)), refill_(table) {
  thread_ = std::thread([this] {
    yield_to_all_others();
    loop_.run();
  });
}

KeyRefill::~KeyRefill() { end_thread(); }

void KeyRefill::end_thread() {
  loop_.stop();
  if (thread_.joinable()) thread_.join();
}

void KeyRefill::load() {
  const Instant started = system_clock().instant();
  const auto bytes = read_key_cache(folder_);
  const auto loaded = bytes ? fanout::load_key_material(*bytes, table_)
                            : Result<fanout::LoadedMaterial>(bytes.error());
  if (loaded) {
    const auto took = std::chrono::duration_cast<Millis>(system_clock().instant() - started);
    log::info("key_material.loaded", {{"count", loaded->entries},
                                      {"stale", loaded->stale},
                                      {"damaged_blocks", loaded->damaged_blocks},
                                      {"ms", took.count()}});
  } else if (!bytes || !bytes->empty()) {
    log::warn("key_material.not_loaded",
              {{"why", loaded.error().message}, {"remedy", "none needed: it is derived again"}});
  }
  refill_.begin(fanout::Refill::Extent::kMissing);
  go_on();
}

void KeyRefill::begin() {
  refill_.begin(fanout::Refill::Extent::kAll);
  go_on();
}

void KeyRefill::add(const core::SubscriptionId& id) {
  const auto address = table_.find(id);
  const auto row = address ? table_.row(*address) : std::nullopt;
  if (!row || !row->is_active || row->material != nullptr) return;
  refill_.add(*address);
  go_on();
}

void KeyRefill::pause(bool is_paused) {
  refill_.pause(is_paused);
  go_on();
}

void KeyRefill::go_on() {
  while (auto chunk = refill_.next()) {
    loop_.post([this, chunk = *std::move(chunk)] {
      owner_.post([this, derived = fanout::derive(chunk)] { on_derived(derived); });
    });
  }
  metrics::set("tocsin_key_material_ready", static_cast<double>(table_.material_count()));
  if (std::exchange(passes_seen_, refill_.passes()) != refill_.passes()) on_pass_ended();
}

void KeyRefill::on_derived(const fanout::DerivedChunk& derived) {
  refill_.take(derived);
  go_on();
}

void KeyRefill::on_pass_ended() {
  log::info("key_material.ready", {{"count", table_.material_count()}});
  if (std::exchange(off_curve_told_, refill_.off_curve()) != refill_.off_curve()) {
    log::warn("key_material.off_curve",
              {{"count", refill_.off_curve()},
               {"meaning", "keys that are no points on P-256: these readers get nothing"}});
  }
  const bool is_saved = std::exchange(derived_saved_, refill_.derived()) == refill_.derived();
  if (is_saved || std::exchange(is_saving_, true)) return;
  loop_.post([this] {
    auto created = KeyCacheFile::create(folder_);
    const Status begun =
        created ? created->append(fanout::key_material_header()) : Status(created.error());
    report(begun);
    if (begun) file_.emplace(*std::move(created));
    owner_.post([this] { save_partition(0); });
  });
}

// One partition at a time, so that the owner's loop is kept for a millisecond or two.
void KeyRefill::save_partition(std::uint32_t partition) {
  if (partition == core::kPartitions) {
    loop_.post([this] {
      if (file_) report(file_->commit());
      file_.reset();
      owner_.post([this] { is_saving_ = false; });
    });
    return;
  }
  loop_.post([this, partition, bytes = fanout::key_material_blocks(table_, partition)] {
    if (const auto written = file_ ? file_->append(bytes) : ok(); !written) {
      report(written);
      file_.reset();
    }
    owner_.post([this, partition] { save_partition(partition + 1); });
  });
}

void KeyRefill::end() {
  end_thread();
  file_.reset();
  report(save_all(folder_, table_));
}

}  // namespace tocsin::server
