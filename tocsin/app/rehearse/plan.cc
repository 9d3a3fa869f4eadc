// SPDX-License-Identifier: Apache-2.0
#include "tocsin/app/rehearse/plan.h"

#include <algorithm>
#include <array>

#include "tocsin/base/random.h"

namespace tocsin::app {
namespace {

using core::Importance;

constexpr std::array<std::string_view, kServicesMax> kNames{"alpha",   "beta", "gamma", "delta",
                                                            "epsilon", "zeta", "eta",   "theta"};
// With answers after 50 ms each carries 2,000 messages a second.
constexpr std::uint64_t kReadersPerConnection = 3'000;
constexpr std::size_t kConnectionsLeast = 64;  // as the server's setting has it
constexpr std::uint64_t kReadersDecrypted = 1'000;

constexpr std::array<std::string_view, 12> kHeadlines{
    "Polls close; first exit poll due at ten",
    "Exit poll: too close to call",
    "First result: Ellery North held, turnout at 71 %",
    "Sancroft changes hands after thirty years",
    "Speaker of the house loses her seat by 12 votes",
    "Recount ordered in Kettle Bay",
    "Opposition passes the half-way mark",
    "Prime minister concedes",
    "Islands vote by lamplight after a power cut",
    "Youngest member ever elected at 18",
    "Count suspended at Port Ellery: fire alarm",
    "Final result: majority of three"};

// The first service has about half of the readers, each further one half as many as the one before.
std::vector<std::uint64_t> shares_of(std::uint64_t readers, std::size_t services) {
  const std::uint64_t parts = (std::uint64_t{1} << services) - 1;
  std::vector<std::uint64_t> shares(services);
  std::uint64_t left = readers;
  for (std::size_t i = services; i-- > 1;) {
    shares[i] = std::min(left, (readers << (services - 1 - i)) / parts);
    left -= shares[i];
  }
  shares[0] = left;
  return shares;
}

// Sets the faults of one item of --faults.
Status put_faults(std::string_view text, std::vector<ServicePlan>& services) {
  const auto sign = text.find('=');
  const auto name = sign == text.npos ? std::string_view() : text.substr(0, sign);
  TOCSIN_TRY(const auto faults,
             pushservice::parse_fault_shares(sign == text.npos ? text : text.substr(sign + 1)));
  bool is_known = false;
  for (ServicePlan& service : services) {
    if (sign != text.npos && service.name != name) continue;
    service.faults = faults;
    is_known = true;
  }
  if (is_known) return ok();
  return Error{Errc::kInvalidArgument,
               "faults: there is no push service \"" + std::string(name) + "\""};
}

Result<std::vector<ServicePlan>> services_of(const RehearseOptions& options) {
  const auto count = static_cast<std::size_t>(options.services);
  const auto shares = shares_of(static_cast<std::uint64_t>(options.readers), count);
  std::vector<ServicePlan> services;
  for (std::size_t i = 0; i < count; ++i) {
    ServicePlan service{.name = std::string(kNames[i]), .readers = shares[i]};
    const auto slower = static_cast<std::int64_t>(i);
    service.latency = {Millis(20 + 15 * slower), Millis(40 + 30 * slower)};
    if (!options.latency.empty()) {
      TOCSIN_TRY(service.latency, pushservice::parse_latency(options.latency));
    }
    services.push_back(std::move(service));
  }
  for (const auto& text : options.faults) {
    TOCSIN_TRY(std::ignore, put_faults(text, services));
  }
  return services;
}

// The first is breaking news; of any three in a row each has another importance.
std::vector<AlertPlan> alerts_of(std::size_t count, std::uint64_t seed) {
  SeededRandom random(seed);
  std::array rest{Importance::kMajor, Importance::kMinor};
  if (random.below(2) == 1) std::swap(rest[0], rest[1]);
  const std::uint64_t first = random.below(kHeadlines.size());
  std::vector<AlertPlan> alerts;
  for (std::size_t i = 0; i < count; ++i) {
    alerts.push_back({.headline = std::string(kHeadlines[(first + i) % kHeadlines.size()]),
                      .importance = i % 3 == 0 ? Importance::kBreaking : rest[i % 3 - 1]});
  }
  return alerts;
}

}  // namespace

Result<RehearsalPlan> plan_rehearsal(const RehearseOptions& options, std::uint64_t seed,
                                     std::size_t cores) {
  RehearsalPlan plan;
  plan.seed = options.seed.value_or(seed);
  plan.readers = static_cast<std::uint64_t>(options.readers);
  TOCSIN_TRY(plan.services, services_of(options));
  plan.alerts = alerts_of(static_cast<std::size_t>(options.alerts), plan.seed);
  plan.interval = Seconds(options.interval);
  plan.threads = options.threads > 0 ? static_cast<std::size_t>(options.threads)
                                     : std::max<std::size_t>(cores, 2) - 1;
  plan.connections_max = std::max<std::size_t>(
      kConnectionsLeast, 1 + plan.services[0].readers / kReadersPerConnection);
  if (options.connections > 0) plan.connections_max = static_cast<std::size_t>(options.connections);
  const std::size_t left = cores > plan.threads ? cores - plan.threads : 1;
  plan.service_threads = std::min(left, plan.services.size());
  plan.decrypt_readers_every = std::max<std::uint64_t>(1, plan.readers / kReadersDecrypted);
  return plan;
}

Json fingerprint(const RehearsalPlan& plan) {
  Json services(Json::Array{});
  for (const auto& service : plan.services) {
    services.push(Json({{"name", service.name}, {"readers", service.readers}}));
  }
  return Json({{"seed", plan.seed}, {"services", std::move(services)}});
}

}  // namespace tocsin::app
