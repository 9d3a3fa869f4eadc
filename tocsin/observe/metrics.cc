// SPDX-License-Identifier: Apache-2.0
#include "tocsin/observe/metrics.h"

#include <iterator>
#include <map>
#include <memory>
#include <sstream>
#include <variant>
#include <vector>

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include "tocsin/base/check.h"

namespace tocsin::metrics {
namespace {

enum class Kind { kCounter, kGauge, kHistogram };

struct Row {
  Kind kind;
  const char* name;
  const char* label;  // "" where the metric has none
  const char* help;
  std::vector<double> buckets;  // upper bounds, of histograms
};

// Of open pages, conversations and what devices report.
std::vector<Row> page_rows() {
  return {
      {Kind::kGauge, "tocsin_live_streams", "", "Live streams to open pages.", {}},
      {Kind::kCounter,
       "tocsin_live_events_sent_total",
       "",
       "Events given to live streams, counted once a stream.",
       {}},
      {Kind::kCounter,
       "tocsin_live_streams_dropped_total",
       "",
       "Live streams ended since their client was gone or too far behind.",
       {}},
      {Kind::kCounter,
       "tocsin_live_resyncs_total",
       "",
       "Pages told to load their content again, since what they missed is not known.",
       {}},
      {Kind::kCounter,
       "tocsin_conversation_notices_total",
       "outcome",
       "Notifications about conversations, by what became of them.",
       {}},
      {Kind::kCounter,
       "tocsin_mails_total",
       "outcome",
       "E-mails: sent, failed, or limited, which are dropped.",
       {}},
      {Kind::kCounter,
       "tocsin_receipts_total",
       "event",
       "Devices that reported an alert shown, clicked or dismissed; each once an alert.",
       {}},
  };
}

std::vector<Row> server_rows() {
  return {
      {Kind::kGauge, "tocsin_build_info", "version", "1, for the version that runs.", {}},
      {Kind::kCounter,
       "tocsin_http_requests_total",
       "status",
       "HTTP requests answered, by the first digit of the status (2xx).",
       {}},
  };
}

std::vector<Row> feed_rows() {
  return {
      {Kind::kCounter,
       "tocsin_feed_fetches_total",
       "result",
       "Fetches of feeds, by what came of them.",
       {}},
      {Kind::kCounter,
       "tocsin_feed_items_total",
       "",
       "Items of feed documents that were new, or said something else than before.",
       {}},
      {Kind::kGauge,
       "tocsin_alerts_held",
       "",
       "Alerts of feeds that the flood guard held, which wait for a person to decide.",
       {}},
      {Kind::kCounter,
       "tocsin_hub_pings_total",
       "result",
       "WebSub hubs that were told of news in our feeds: taken or failed.",
       {}},
      {Kind::kCounter,
       "tocsin_websub_pushes_total",
       "result",
       "Pushes of hubs: signed, a hint, ignored (unsigned or forged), or to no callback of ours.",
       {}},
      {Kind::kCounter,
       "tocsin_websub_requests_total",
       "result",
       "Requests to hubs: accepted, redirected or failed.",
       {}},
      {Kind::kGauge,
       "tocsin_websub_subscriptions",
       "",
       "Feeds whose hub has verified the subscription, with a lease that lasts.",
       {}},
  };
}

std::vector<Row> push_rows() {
  return {
      {Kind::kCounter,
       "tocsin_push_answers_total",
       "outcome",
       "Push messages with a final outcome, by outcome.",
       {}},
      {Kind::kCounter, "tocsin_push_retries_total", "", "Push messages that were sent again.", {}},
      {Kind::kGauge, "tocsin_subscriptions", "", "Subscriptions that can be sent to.", {}},
      {Kind::kGauge,
       "tocsin_key_material_ready",
       "",
       "Subscriptions whose key material is derived ahead of the next broadcast.",
       {}},
      {Kind::kGauge, "tocsin_broadcasts_running", "", "Broadcasts that are not finished.", {}},
      {Kind::kHistogram,
       "tocsin_story_to_accepted_seconds",
       "",
       "From a story's arrival to the push service's acceptance, a message.",
       {0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800}},
      {Kind::kHistogram,
       "tocsin_store_commit_seconds",
       "",
       "Writing one group of commands to the disk.",
       {0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5}},
  };
}

const std::vector<Row>& table() {
  static const std::vector<Row> rows = [] {
    std::vector<Row> out;
    for (const auto& part : {server_rows(), feed_rows(), push_rows(), page_rows()}) {
      out.insert(out.end(), part.begin(), part.end());
    }
    return out;
  }();
  return rows;
}

// The label's values are made by our code, so they are few; a mistake there is cut off here.
constexpr std::size_t kLabelBytesMax = 64;

struct Metric {
  const Row* row = nullptr;
  std::variant<prometheus::Family<prometheus::Counter>*, prometheus::Family<prometheus::Gauge>*,
               prometheus::Family<prometheus::Histogram>*>
      family;

  prometheus::Labels labels(std::string_view value) const {
    TOCSIN_CHECK((*row->label == '\0') == value.empty());
    if (value.empty()) return {};
    return {{row->label, std::string(value.substr(0, kLabelBytesMax))}};
  }
};

// The one registry of the process.
struct Metrics {
  Metrics() {
    for (const Row& row : table()) by_name.emplace(row.name, make(row));
  }
  Metric make(const Row& row) {
    switch (row.kind) {
      case Kind::kCounter:
        return {&row, &prometheus::BuildCounter().Name(row.name).Help(row.help).Register(registry)};
      case Kind::kGauge:
        return {&row, &prometheus::BuildGauge().Name(row.name).Help(row.help).Register(registry)};
      case Kind::kHistogram:
        break;
    }
    return {&row, &prometheus::BuildHistogram().Name(row.name).Help(row.help).Register(registry)};
  }
  const Metric& find(std::string_view name) const {
    const auto found = by_name.find(name);
    TOCSIN_CHECK(found != by_name.end());
    return found->second;
  }

  prometheus::Registry registry;
  std::map<std::string_view, Metric> by_name;
};

Metrics& metrics() {
  static Metrics the_metrics;
  return the_metrics;
}

template <class Of>
prometheus::Family<Of>& family(const Metric& metric) {
  auto* const* found = std::get_if<prometheus::Family<Of>*>(&metric.family);
  TOCSIN_CHECK(found != nullptr);
  return **found;
}

const char* kind_name(Kind kind) {
  switch (kind) {
    case Kind::kCounter:
      return "counter";
    case Kind::kGauge:
      return "gauge";
    case Kind::kHistogram:
      break;
  }
  return "histogram";
}

}  // namespace

void count(std::string_view name, double by, std::string_view label) {
  const Metric& metric = metrics().find(name);
  family<prometheus::Counter>(metric).Add(metric.labels(label)).Increment(by);
}

void set(std::string_view name, double value, std::string_view label) {
  const Metric& metric = metrics().find(name);
  family<prometheus::Gauge>(metric).Add(metric.labels(label)).Set(value);
}

void observe(std::string_view name, double value, std::uint64_t times) {
  const Metric& metric = metrics().find(name);
  const auto& buckets = metric.row->buckets;
  auto& histogram = family<prometheus::Histogram>(metric).Add({}, buckets);
  if (times == 1) return histogram.Observe(value);
  std::vector<double> increments(buckets.size() + 1);  // the last bucket has no bound
  const auto bucket = std::lower_bound(buckets.begin(), buckets.end(), value) - buckets.begin();
  const auto all = static_cast<double>(times);
  increments[static_cast<std::size_t>(bucket)] = all;
  histogram.ObserveMultiple(increments, value * all);
}

std::string expose() {
  std::ostringstream out;
  prometheus::TextSerializer().Serialize(out, metrics().registry.Collect());
  return out.str();
}

std::string describe() {
  std::ostringstream out;
  out << "| metric | kind | label | meaning | buckets |\n|---|---|---|---|---|\n";
  for (const Row& row : table()) {
    out << "| `" << row.name << "` | " << kind_name(row.kind) << " | ";
    if (*row.label != '\0') out << '`' << row.label << '`';
    out << " | " << row.help << " | ";
    for (const double bound : row.buckets)
      out << bound << (bound == row.buckets.back() ? "" : ", ");
    out << " |\n";
  }
  return out.str();
}

}  // namespace tocsin::metrics
