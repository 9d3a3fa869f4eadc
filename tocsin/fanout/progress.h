// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tocsin/base/bytes.h"
#include "tocsin/base/clock.h"
#include "tocsin/base/result.h"
#include "tocsin/core/ids.h"
#include "tocsin/core/outcome.h"
#include "tocsin/core/subscription.h"

// How far broadcasts are, and the port that keeps it. A broadcast delivers one alert and is named
// by the alert's id.
namespace tocsin::fanout {

// How many acceptances came how long after the start. Bucket n counts those within its bound and
// beyond the one before; bounds grow by a fifth from 10 ms, the last bucket has none.
inline constexpr std::size_t kTimeBuckets = 96;
using AcceptanceTimes = std::array<std::uint64_t, kTimeBuckets>;

// What is told of a broadcast, running or finished.
struct Progress {
  core::AlertId alert;
  core::Totals totals;
  std::map<std::string, core::Totals> services;  // by push service: "fcm", "mozilla", ...
  std::map<std::string, std::uint64_t> suppressed_because;  // by reason: "unsubscribed"
  Time started;
  std::optional<Time> first_accepted;
  std::optional<Time> finished;
  AcceptanceTimes accepted_after{};

  bool operator==(const Progress&) const = default;
};

// Counts acceptances of one moment in the times; not in the totals.
void count_acceptances(Progress& progress, std::uint64_t count, Time now);

// The time after the start within which `share` (0 to 1) of the recipients had accepted; nothing
// while fewer have. Exact to a fifth.
std::optional<Millis> accepted_within(const Progress& progress, double share);

// Progress as one line of JSON, for keeping.
std::string to_text(const Progress& progress);
// kCorrupt: not what to_text() writes.
Result<Progress> parse_progress(std::string_view text);

// Sets of slots are serialized bitmaps (CRoaring's portable format); the empty byte string is the
// empty set. Outcomes are a format of fanout's own. A store keeps both as they are.

// Written before the first message is sent.
struct Plan {
  Progress progress;              // names the alert; nothing is decided yet
  std::vector<Bytes> recipients;  // one set for each of core::kPartitions
};

struct PartitionOutcomes {
  std::uint32_t partition = 0;
  Bytes outcomes;  // of this partition, all so far: replaces what was kept
};

// What was decided, absolute: a repeated or skipped checkpoint does no harm.
struct Checkpoint {
  Progress progress;                       // replaces what was kept
  std::vector<PartitionOutcomes> changed;  // partitions that differ from the last checkpoint
};

// A broadcast as it stands in the store.
struct Unfinished {
  Progress progress;
  std::vector<Bytes> recipients;  // core::kPartitions
  std::vector<Bytes> outcomes;    // core::kPartitions; empty where none was saved
};

// Where broadcasts outlive the process. Calls and callbacks are on the main loop; a callback never
// runs inside the call, runs once, after the write is on disk or has failed, in the order of the
// calls. Callbacks may be dropped when the store closes.
class ProgressStore {
 public:
  using Done = std::function<void(Status)>;

  virtual ~ProgressStore() = default;
  // One transaction. kConflict: there is a broadcast of this alert.
  virtual void save_plan(Plan plan, Done done) = 0;
  // One transaction.
  virtual void save_checkpoint(Checkpoint checkpoint, Done done) = 0;
  // `last.progress.finished` is set. Recipients and outcomes stay, for corrections.
  virtual void save_finished(Checkpoint last, Done done) = 0;
  // Those not finished, oldest first. Once, before the first save.
  virtual Result<std::vector<Unfinished>> load_unfinished() = 0;
  // What was saved last of this alert's broadcast; nothing if there was none.
  virtual Result<std::optional<Progress>> load_progress(core::AlertId alert) = 0;
};

}  // namespace tocsin::fanout
