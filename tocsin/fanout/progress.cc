// SPDX-License-Identifier: Apache-2.0
#include "tocsin/fanout/progress.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "tocsin/json/json.h"

namespace tocsin::fanout {
namespace {

constexpr double kFirstBoundMillis = 10;
constexpr double kBoundGrowth = 1.2;

Millis bound_of(std::size_t bucket) {
  return Millis(std::llround(kFirstBoundMillis * std::pow(kBoundGrowth, bucket)));
}

// One table for writing and reading.
struct Count {
  const char* name;
  std::uint64_t core::Totals::*count;
};
constexpr std::array<Count, 7> kCounts = {{{"recipients", &core::Totals::recipients},
                                           {"accepted", &core::Totals::accepted},
                                           {"gone", &core::Totals::gone},
                                           {"rejected", &core::Totals::rejected},
                                           {"failed", &core::Totals::failed},
                                           {"expired", &core::Totals::expired},
                                           {"suppressed", &core::Totals::suppressed}}};

Json json_of(const core::Totals& totals) {
  Json out(Json::Object{});
  for (const auto& [name, count] : kCounts) out.set(name, totals.*count);
  return out;
}

Json json_of(std::optional<Time> time) {
  return time ? Json(std::int64_t{time->time_since_epoch().count()}) : Json();
}

// Reading: each sets `ok` to false where the value is not what was written.
std::uint64_t read_count(const Json* json, bool& ok) {
  const auto number = json ? json->if_int() : std::nullopt;
  if (!number || *number < 0) ok = false;
  return number ? static_cast<std::uint64_t>(*number) : 0;
}

core::Totals read_totals(const Json* json, bool& ok) {
  core::Totals out;
  for (const auto& [name, count] : kCounts) {
    out.*count = read_count(json ? json->find(name) : nullptr, ok);
  }
  return out;
}

std::optional<Time> read_time(const Json* json, bool& ok) {
  if (json && json->is_null()) return std::nullopt;
  const auto number = json ? json->if_int() : std::nullopt;
  if (!number) ok = false;
  return number ? std::optional(Time(Millis(*number))) : std::nullopt;
}

template <class Value, class Read>
std::map<std::string, Value> read_map(const Json* json, bool& ok, Read read) {
  std::map<std::string, Value> out;
  const auto* members = json ? json->if_object() : nullptr;
  if (!members) {
    ok = false;
    return out;
  }
  for (const auto& [name, value] : *members) out.emplace(name, read(&value, ok));
  return out;
}

AcceptanceTimes read_times(const Json* json, bool& ok) {
  AcceptanceTimes out{};
  const auto* items = json ? json->if_array() : nullptr;
  if (!items || items->size() > out.size()) {
    ok = false;
    return out;
  }
  for (std::size_t i = 0; i < items->size(); ++i) out[i] = read_count(&(*items)[i], ok);
  return out;
}

}  // namespace

void count_acceptances(Progress& progress, std::uint64_t count, Time now) {
  if (count == 0) return;
  if (!progress.first_accepted) progress.first_accepted = now;
  const Millis after = std::max(Millis(0), now - progress.started);
  const double doublings =
      std::log(static_cast<double>(after.count()) / kFirstBoundMillis) / std::log(kBoundGrowth);
  std::size_t bucket = doublings > 0 ? static_cast<std::size_t>(std::ceil(doublings)) : 0;
  bucket = std::min(bucket, kTimeBuckets - 1);
  // Bounds are rounded to milliseconds.
  while (bucket > 0 && after <= bound_of(bucket - 1)) --bucket;
  while (bucket < kTimeBuckets - 1 && after > bound_of(bucket)) ++bucket;
  progress.accepted_after[bucket] += count;
}

std::optional<Millis> accepted_within(const Progress& progress, double share) {
  const double needed = std::ceil(share * static_cast<double>(progress.totals.recipients));
  std::uint64_t accepted = 0;
  for (std::size_t bucket = 0; bucket < kTimeBuckets; ++bucket) {
    accepted += progress.accepted_after[bucket];
    if (accepted > 0 && static_cast<double>(accepted) >= needed) return bound_of(bucket);
  }
  return std::nullopt;
}

std::string to_text(const Progress& progress) {
  Json services(Json::Object{});
  for (const auto& [name, totals] : progress.services) services.set(name, json_of(totals));
  Json suppressed(Json::Object{});
  for (const auto& [reason, count] : progress.suppressed_because) suppressed.set(reason, count);
  Json times(Json::Array{});
  std::size_t used = kTimeBuckets;
  while (used > 0 && progress.accepted_after[used - 1] == 0) --used;
  for (std::size_t i = 0; i < used; ++i) times.push(progress.accepted_after[i]);
  return Json({{"alert", progress.alert.text()},
               {"totals", json_of(progress.totals)},
               {"services", std::move(services)},
               {"suppressed_because", std::move(suppressed)},
               {"started", json_of(progress.started)},
               {"first_accepted", json_of(progress.first_accepted)},
               {"finished", json_of(progress.finished)},
               {"accepted_after", std::move(times)}})
      .dump();
}

Result<Progress> parse_progress(std::string_view text) {
  const auto json = Json::parse(text);
  if (!json) return Error{Errc::kCorrupt, "broadcast progress: " + json.error().message};

  bool ok = true;
  Progress out;
  const auto alert = core::AlertId::parse(json->text("alert").value_or(""));
  const auto started = read_time(json->find("started"), ok);
  out.totals = read_totals(json->find("totals"), ok);
  out.services = read_map<core::Totals>(json->find("services"), ok, read_totals);
  out.suppressed_because =
      read_map<std::uint64_t>(json->find("suppressed_because"), ok, read_count);
  out.first_accepted = read_time(json->find("first_accepted"), ok);
  out.finished = read_time(json->find("finished"), ok);
  out.accepted_after = read_times(json->find("accepted_after"), ok);
  if (!ok || !alert || !started) return Error{Errc::kCorrupt, "broadcast progress: not ours"};
  out.alert = *alert;
  out.started = *started;
  return out;
}

}  // namespace tocsin::fanout
