// SPDX-License-Identifier: Apache-2.0
#include "tocsin/pushservice/ledger.h"

#include <algorithm>
#include <limits>
#include <unordered_map>
#include <utility>

#include "tocsin/pushservice/virtual_readers.h"

namespace tocsin::pushservice {
namespace {

bool is_accepted(int status) { return status >= 200 && status < 300; }
bool is_gone(int status) { return status == 404 || status == 410; }

bool is_rejected(int status) {
  return status >= 400 && status < 500 && status != 429 && !is_gone(status);
}

constexpr std::uint8_t kAcceptedBits = 0x1f;
constexpr std::uint8_t kTriedBit = 0x20;
constexpr std::uint8_t kGoneBit = 0x40;
constexpr std::uint8_t kRejectedBit = 0x80;

Standing standing_of(std::uint8_t tally) {
  if ((tally & kAcceptedBits) != 0) return Standing::kReached;
  if ((tally & kGoneBit) != 0) return Standing::kGone;
  if ((tally & kRejectedBit) != 0) return Standing::kRejected;
  return tally == 0 ? Standing::kUntried : Standing::kWaiting;
}

void count(Standings& standings, Standing standing, std::size_t by) {
  switch (standing) {
    case Standing::kUntried:
      return;
    case Standing::kWaiting:
      standings.waiting += by;
      return;
    case Standing::kReached:
      standings.reached += by;
      return;
    case Standing::kGone:
      standings.gone += by;
      return;
    case Standing::kRejected:
      standings.rejected += by;
      return;
  }
}

// A record: four bytes, two, two and eight, least significant first. The first four are the
// subscription of an entry, or one of these.
constexpr std::uint32_t kStart = 0xffffffff;        // a run of a service: kMagic, number of readers
constexpr std::uint32_t kKeyName = 0xfffffffe;      // key, bytes of the name; then the name
constexpr std::uint32_t kChannelName = 0xfffffffd;  // -, bytes of the name, channel; then the name
constexpr std::uint32_t kTooEarly = 0xfffffffc;     // -, -, time
constexpr std::uint16_t kMagic = 0x7c1e;
constexpr std::uint32_t kChannelsMax = std::uint32_t{1} << 22;
// An entry's last two bytes: the status, and above it:
constexpr std::uint16_t kStatusBits = 0x3ff;
constexpr std::uint16_t kDecryptedBit = 0x400;
constexpr std::uint16_t kUnreadableBit = 0x800;

template <class Number>
Number read_number(ByteView bytes, std::size_t at) {
  Number out = 0;
  for (std::size_t i = sizeof(Number); i-- > 0;) {
    out = static_cast<Number>(static_cast<std::uint64_t>(out) << 8 | bytes[at + i]);
  }
  return out;
}

template <class Number>
void write_number(std::uint8_t* at, Number number) {
  for (std::size_t i = 0; i < sizeof(Number); ++i) {
    at[i] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(number) >> (8 * i) & 0xff);
  }
}

std::size_t padded(std::size_t bytes) {
  constexpr std::size_t kRecord = LedgerWriter::kRecordBytes;
  return (bytes + kRecord - 1) / kRecord * kRecord;
}

std::uint8_t& tally_at(std::vector<std::uint8_t>& tallies, std::size_t number) {
  if (number >= tallies.size()) tallies.resize(std::max(number + 1, tallies.size() * 2));
  return tallies[number];
}

}  // namespace

// --- in memory ---

Account::OfKey& Account::of_key(std::uint16_t key) {
  if (key >= keys_.size()) keys_.resize(std::size_t{key} + 1);
  return keys_[key];
}

void Account::name_key(std::uint16_t key, std::string_view name) { of_key(key).name = name; }

void Account::name_channel(std::uint32_t subscription, std::string_view name) {
  channel_names_[subscription] = name;
}

void Account::record(const Entry& entry, std::string_view text) {
  OfKey& of = of_key(entry.key);
  const bool is_reader = entry.subscription < kChannels;
  Tally& tally = is_reader ? tally_at(of.readers, entry.subscription)
                           : tally_at(of.channels, entry.subscription - kChannels);
  const Standing before = standing_of(tally);
  tally |= kTriedBit;
  if (is_accepted(entry.status)) {
    if ((tally & kAcceptedBits) != kAcceptedBits) ++tally;
    ++of.accepted;
    of.first_accepted = std::min(of.first_accepted, entry.at);
    of.last_accepted = std::max(of.last_accepted, entry.at);
  } else if (is_gone(entry.status)) {
    tally |= kGoneBit;
  } else if (is_rejected(entry.status)) {
    tally |= kRejectedBit;
  }
  if (const Standing after = standing_of(tally); is_reader && after != before) {
    count(of.standings, before, std::size_t{0} - 1);
    count(of.standings, after, 1);
  }
  auto posts = std::find_if(of.by_status.begin(), of.by_status.end(),
                            [&](const auto& one) { return one.first == entry.status; });
  if (posts == of.by_status.end()) posts = of.by_status.insert(posts, {entry.status, 0});
  ++posts->second;
  if (entry.is_unreadable) ++of.unreadable;
  if (!entry.is_decrypted) return;
  ++of.decrypted;
  if (const auto found = of.texts.find(text); found != of.texts.end()) {
    ++found->second;
  } else if (of.texts.size() < kTextsMax) {
    of.texts.emplace(text, 1);
  }
}

Summary Account::summarise(const Expectation& expectation) const {
  Summary summary;
  summary.retry_after_ignored = too_early_;
  std::vector<Tally> readers(expectation.readers);
  std::vector<Tally> channels;
  const auto merge = [](std::vector<Tally>& into, const std::vector<Tally>& tallies) {
    if (into.size() < tallies.size()) into.resize(tallies.size());
    for (std::size_t i = 0; i < tallies.size(); ++i) into[i] |= tallies[i];
  };
  for (const OfKey& of : keys_) {
    if (expectation.collapse_key && *expectation.collapse_key != of.name) continue;
    for (const auto& [status, count] : of.by_status) {
      summary.posts += count;
      summary.posts_by_status[status] += count;
    }
    summary.accepted += of.accepted;
    summary.decrypted += of.decrypted;
    summary.unreadable += of.unreadable;
    if (of.accepted > 0) {
      summary.first_accepted =
          std::min(summary.first_accepted.value_or(Time::max()), of.first_accepted);
      summary.last_accepted =
          std::max(summary.last_accepted.value_or(Time::min()), of.last_accepted);
    }
    merge(readers, of.readers);
    merge(channels, of.channels);
  }
  const auto is_recipient = [&](std::size_t reader) {
    if (reader >= expectation.readers) return false;
    const std::vector<bool>* chosen = expectation.recipients;
    return chosen == nullptr || (reader < chosen->size() && (*chosen)[reader]);
  };
  for (std::size_t i = 0; i < readers.size(); ++i) {
    const bool is_reached = (readers[i] & kAcceptedBits) != 0;
    const bool is_wanted = is_recipient(i);
    summary.recipients += is_wanted ? 1 : 0;
    if (is_reached && !is_wanted) summary.outside.push_back(static_cast<std::uint32_t>(i));
    if (!is_wanted) continue;
    switch (standing_of(readers[i])) {
      case Standing::kReached:
        ++summary.reached;
        break;
      case Standing::kGone:
        ++summary.gone;
        break;
      case Standing::kRejected:
        ++summary.rejected;
        break;
      case Standing::kUntried:
      case Standing::kWaiting:
        summary.missed.push_back(static_cast<std::uint32_t>(i));
        break;
    }
  }
  for (std::size_t i = 0; i < channels.size(); ++i) {
    if ((channels[i] & kAcceptedBits) == 0) continue;
    summary.outside.push_back(kChannels + static_cast<std::uint32_t>(i));
  }
  summary.duplicates = summary.accepted - summary.reached - summary.outside.size();
  return summary;
}

const Account::OfKey* Account::find_key(std::string_view name) const {
  const auto found =
      std::find_if(keys_.begin(), keys_.end(), [&](const OfKey& of) { return of.name == name; });
  return found == keys_.end() ? nullptr : &*found;
}

Standings Account::standings(std::string_view key) const {
  const OfKey* of = find_key(key);
  if (of == nullptr) return {};
  Standings standings = of->standings;
  if (of->accepted > 0) standings.last_accepted = of->last_accepted;
  return standings;
}

std::vector<Standing> Account::standing_of_each(std::string_view key) const {
  std::vector<Standing> all;
  const OfKey* of = find_key(key);
  if (of == nullptr) return all;
  all.reserve(of->readers.size());
  for (const Tally tally : of->readers) all.push_back(standing_of(tally));
  return all;
}

std::string Account::name(std::uint32_t subscription) const {
  if (subscription < kChannels) return VirtualReaders::name(subscription);
  const auto found = channel_names_.find(subscription);
  return found == channel_names_.end() ? "?" : found->second;
}

std::map<std::string, std::size_t> Account::texts(std::string_view key) const {
  std::map<std::string, std::size_t> all;
  for (const OfKey& of : keys_) {
    if (of.name != key) continue;
    for (const auto& [text, count] : of.texts) all[text] += count;
  }
  return all;
}

// --- in a file ---

LedgerWriter::LedgerWriter(std::uint64_t readers) { append(kStart, kMagic, 0, readers); }

void LedgerWriter::append(std::uint32_t what, std::uint16_t key, std::uint16_t rest,
                          std::uint64_t number) {
  const std::size_t at = pending_.size();
  pending_.resize(at + kRecordBytes);
  std::uint8_t* out = pending_.data() + at;
  write_number(out, what);
  write_number(out + 4, key);
  write_number(out + 6, rest);
  write_number(out + 8, number);
}

void LedgerWriter::append_name(std::string_view name) {
  const std::size_t at = pending_.size();
  pending_.resize(at + padded(name.size()));
  std::copy(name.begin(), name.end(), pending_.begin() + static_cast<std::ptrdiff_t>(at));
}

void LedgerWriter::name_key(std::uint16_t key, std::string_view name) {
  append(kKeyName, key, static_cast<std::uint16_t>(name.size()), 0);
  append_name(name);
}

void LedgerWriter::name_channel(std::uint32_t subscription, std::string_view name) {
  append(kChannelName, 0, static_cast<std::uint16_t>(name.size()), subscription);
  append_name(name);
}

void LedgerWriter::record(const Entry& entry, std::string_view /*text*/) {
  const int rest = entry.status | (entry.is_decrypted ? kDecryptedBit : 0) |
                   (entry.is_unreadable ? kUnreadableBit : 0);
  append(entry.subscription, entry.key, static_cast<std::uint16_t>(rest),
         static_cast<std::uint64_t>(entry.at.time_since_epoch().count()));
}

void LedgerWriter::record_too_early(Time at) {
  append(kTooEarly, 0, 0, static_cast<std::uint64_t>(at.time_since_epoch().count()));
}

namespace {

// The numbers of one kind of name: each run of a service has its own.
template <class Number>
class Numbers {
 public:
  explicit Numbers(Number first) : next_(first) {}
  void start_run() { of_run_.clear(); }
  // The number that stands for that name in every run; true if it is given out for the first time.
  std::pair<Number, bool> define(Number in_run, std::string name) {
    const auto [place, is_fresh] = by_name_.try_emplace(std::move(name), next_);
    if (is_fresh) ++next_;
    of_run_[in_run] = place->second;
    return {place->second, is_fresh};
  }
  std::optional<Number> find(Number in_run) const {
    const auto found = of_run_.find(in_run);
    if (found == of_run_.end()) return std::nullopt;
    return found->second;
  }
  bool is_full(Number last) const { return next_ == last; }

 private:
  Number next_;
  std::map<std::string, Number> by_name_;
  std::unordered_map<Number, Number> of_run_;
};

class Reader {
 public:
  Reader(ByteView bytes, Ledger& ledger) : rest_(bytes), ledger_(ledger) {}
  // False once nothing is left, or for what is no ledger.
  bool next();
  bool is_corrupt() const { return is_corrupt_; }

 private:
  bool fail() {
    is_corrupt_ = true;
    return false;
  }
  bool name(std::uint32_t what, std::uint16_t key, std::size_t bytes, std::uint64_t number);
  bool entry(std::uint32_t subscription, std::uint16_t key, std::uint16_t rest,
             std::uint64_t number);

  ByteView rest_;
  Ledger& ledger_;
  std::uint64_t readers_ = 0;
  bool is_started_ = false;
  bool is_corrupt_ = false;
  Numbers<std::uint16_t> keys_{1};
  Numbers<std::uint32_t> channels_{kChannels};
};

bool Reader::next() {
  constexpr std::size_t kRecord = LedgerWriter::kRecordBytes;
  if (rest_.size() < kRecord) return false;
  const ByteView record = rest_.first(kRecord);
  const auto what = read_number<std::uint32_t>(record, 0);
  const auto key = read_number<std::uint16_t>(record, 4);
  const auto rest = read_number<std::uint16_t>(record, 6);
  const auto number = read_number<std::uint64_t>(record, 8);
  if (!is_started_ && what != kStart) return fail();
  if (what == kKeyName || what == kChannelName) return name(what, key, rest, number);
  rest_ = rest_.subspan(kRecord);
  if (what == kTooEarly) {
    ledger_.record_too_early(Time(Millis(static_cast<std::int64_t>(number))));
    return true;
  }
  if (what != kStart) return entry(what, key, rest, number);
  if (key != kMagic || number > VirtualReaders::kReadersMax) return fail();
  is_started_ = true;
  readers_ = number;
  keys_.start_run();
  channels_.start_run();
  return true;
}

bool Reader::name(std::uint32_t what, std::uint16_t key, std::size_t bytes, std::uint64_t number) {
  constexpr std::size_t kRecord = LedgerWriter::kRecordBytes;
  if (rest_.size() < kRecord + padded(bytes)) return false;
  std::string name(as_text(rest_.subspan(kRecord, bytes)));
  rest_ = rest_.subspan(kRecord + padded(bytes));
  if (what == kKeyName) {
    if (keys_.is_full(std::numeric_limits<std::uint16_t>::max())) return fail();
    const auto [ours, is_fresh] = keys_.define(key, name);
    if (is_fresh) ledger_.name_key(ours, name);
    return true;
  }
  if (number < kChannels || number >= kChannels + kChannelsMax) return fail();
  if (channels_.is_full(kChannels + kChannelsMax)) return fail();
  const auto [ours, is_fresh] = channels_.define(static_cast<std::uint32_t>(number), name);
  if (is_fresh) ledger_.name_channel(ours, name);
  return true;
}

bool Reader::entry(std::uint32_t subscription, std::uint16_t key, std::uint16_t rest,
                   std::uint64_t number) {
  const auto ours = key == 0 ? std::uint16_t{0} : keys_.find(key);
  const auto whom = subscription < kChannels ? subscription : channels_.find(subscription);
  const bool is_known = whom && (subscription >= kChannels || subscription < readers_);
  if (!ours || !is_known || (rest & kStatusBits) > 999) return fail();
  ledger_.record({.at = Time(Millis(static_cast<std::int64_t>(number))),
                  .subscription = *whom,
                  .key = *ours,
                  .status = static_cast<std::uint16_t>(rest & kStatusBits),
                  .is_decrypted = (rest & kDecryptedBit) != 0,
                  .is_unreadable = (rest & kUnreadableBit) != 0},
                 {});
  return true;
}

}  // namespace

Status read_ledger(ByteView bytes, Ledger& ledger) {
  Reader reader(bytes, ledger);
  while (reader.next()) {
  }
  if (reader.is_corrupt()) return Error{Errc::kCorrupt, "no ledger of a push service"};
  return ok();
}

}  // namespace tocsin::pushservice
