// SPDX-License-Identifier: Apache-2.0
#include "tocsin/live/hub.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "tocsin/base/check.h"
#include "tocsin/http/sse.h"
#include "tocsin/observe/metrics.h"

namespace tocsin::live {
namespace {

constexpr std::uint64_t kNoPositionOfOurs = std::numeric_limits<std::uint64_t>::max();

std::shared_ptr<const std::string> shared(std::string bytes) {
  return std::make_shared<const std::string>(std::move(bytes));
}

}  // namespace

std::optional<std::uint64_t> position_of(const http::Request& request) {
  const auto header = request.headers.find("last-event-id");
  const auto text = header ? std::string(*header) : request.parameter("after").value_or("");
  if (text.empty()) return std::nullopt;
  std::uint64_t position = 0;
  const auto* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, position);
  return read.ec == std::errc{} && read.ptr == end ? position : kNoPositionOfOurs;
}

http::Response stream_response(std::function<void(std::unique_ptr<http::Stream>)> take) {
  http::Response response{.stream = std::move(take)};
  response.headers.add("content-type", "text/event-stream");
  response.headers.add("cache-control", "no-store");
  response.headers.add("x-accel-buffering", "no");
  response.headers.add("x-content-type-options", "nosniff");
  return response;
}

Hub::Hub(const HubConfig& config, Random& random, History& history, const Past& past)
    : config_(config),
      random_(random),
      history_(history),
      log_(config.events_max, config.events_bytes_max, past.after),
      rounds_through_(past.after) {
  for (const auto& event : past.events) log_.append(event);
  // NOLINTNEXTLINE(cppcoreguidelines-prefer-member-initializer): the log is filled by then.
  rounds_through_ = log_.newest();
  std::string comment;
  http::append_sse_comment(comment, "");
  heartbeat_ = shared(comment + '\n');
}

Hub::~Hub() = default;

void Hub::join(std::unique_ptr<http::Stream> stream, std::span<const Channel> listened,
               std::optional<std::uint64_t> after) {
  std::vector<Channel> channels(listened.begin(), listened.end());
  std::sort(channels.begin(), channels.end());
  channels.erase(std::unique(channels.begin(), channels.end()), channels.end());
  TOCSIN_CHECK(!channels.empty() && channels.size() <= kChannelsMax);

  auto bytes = opening();
  if (after && !append_missed(bytes, channels, *after)) {
    bytes = opening() + resync_frame(newest());
    metrics::count("tocsin_live_resyncs_total");
  }
  if (!stream->send(shared(std::move(bytes)))) return;

  if (free_.empty()) {
    free_.push_back(static_cast<Slot>(slots_.size()));
    slots_.emplace_back();
  }
  const auto slot = free_.back();
  free_.pop_back();
  stream->on_close([this, slot] { leave(slot); });
  slots_[slot].stream = std::move(stream);
  // Rounds that are still to come have nothing for it: it has all that was published.
  slots_[slot].sent = newest();
  seat(slot, channels);
  ++streams_;
  metrics::set("tocsin_live_streams", static_cast<double>(streams_));
}

void Hub::publish(const Event& event) { log_.append(event); }

bool Hub::run_slice() {
  std::size_t visits = 0;
  while (visits < config_.slice_streams) {
    if (!round_) {
      if (rounds_through_ == newest()) break;
      start_round();
    }
    visits += 1 + walk(config_.slice_streams - visits);
    leave_all_dropped();
  }
  if (const auto sent = std::exchange(sent_events_, 0)) {
    metrics::count("tocsin_live_events_sent_total", static_cast<double>(sent));
  }
  return round_ || rounds_through_ != newest();
}

void Hub::beat() {
  const auto count = (slots_.size() + kBeatsPerRound - 1) / kBeatsPerRound;
  for (std::size_t i = 0; i < count; ++i) {
    if (next_beat_ >= slots_.size()) next_beat_ = 0;
    const auto slot = static_cast<Slot>(next_beat_++);
    if (slots_[slot].stream) send(slot, heartbeat_);
  }
  leave_all_dropped();
}

std::size_t Hub::listeners(const Channel& channel) const {
  const auto found = lists_.find(channel);
  return found == lists_.end() ? 0 : found->second.members.size();
}

std::string Hub::farewell() {
  const auto span = static_cast<std::uint64_t>((config_.retry_max - config_.retry_min).count());
  std::string out;
  http::append_sse_retry(out, config_.retry_min + Millis(random_.below(span + 1)));
  return out + '\n';
}

std::string Hub::opening() {
  auto out = farewell();
  out.pop_back();
  http::append_sse_comment(out, "live");
  return out + '\n';
}

// False where not all is known, or it is more than one stream may be given.
bool Hub::append_missed(std::string& out, std::span<const Channel> channels,
                        std::uint64_t after) const {
  const auto bytes_max = out.size() + config_.replay_bytes_max;
  if (after > log_.newest()) return false;
  if (after < log_.floor()) {
    const auto older = history_.between(after, log_.floor(), channels);
    if (!older) return false;
    for (const auto& event : *older) {
      out += *frame_event(event).frame;
      if (out.size() > bytes_max) return false;
    }
  }
  for (auto place = log_.find_after(after); place < log_.size(); ++place) {
    if (!log_.at(place).is_for(channels)) continue;
    out += *log_.at(place).frame;
    if (out.size() > bytes_max) return false;
  }
  return true;
}

void Hub::seat(Slot slot, std::span<const Channel> channels) {
  auto& listener = slots_[slot];
  // NOLINTNEXTLINE(*-avoid-c-arrays): a vector has 16 bytes more.
  listener.seats = std::make_unique<Seat[]>(channels.size());
  listener.seats_count = static_cast<std::uint32_t>(channels.size());
  for (std::uint32_t i = 0; i < listener.seats_count; ++i) {
    const auto [found, is_new] = lists_.try_emplace(channels[i]);
    auto& list = found->second;
    if (is_new) list.self = found;
    listener.seats[i] = {&list, static_cast<std::uint32_t>(list.members.size())};
    list.members.emplace_back(slot, i);
  }
}

// The last member takes the free place. A walk goes from the last place to the first, so whoever
// moves has been visited.
void Hub::leave(Slot slot) {
  auto& listener = slots_[slot];
  for (std::uint32_t i = 0; i < listener.seats_count; ++i) {
    const auto [list, place] = listener.seats[i];
    const auto last = list->members.back();
    list->members[place] = last;
    slots_[last.first].seats[last.second].place = place;
    list->members.pop_back();
    if (list->members.empty()) lists_.erase(list->self);
  }
  listener = {};
  free_.push_back(slot);
  --streams_;
  metrics::set("tocsin_live_streams", static_cast<double>(streams_));
}

void Hub::leave_all_dropped() {
  if (dropped_.empty()) return;
  metrics::count("tocsin_live_streams_dropped_total", static_cast<double>(dropped_.size()));
  for (const Slot slot : std::exchange(dropped_, {})) leave(slot);
}

void Hub::start_round() {
  round_ = Round{};
  if (rounds_through_ < log_.floor()) {
    rounds_through_ = log_.floor();
    round_->is_resync = true;
    round_->left = slots_.size();
    round_->bytes = shared(resync_frame(rounds_through_));
    return;
  }
  std::size_t bytes = 0;
  for (auto place = log_.find_after(rounds_through_); place < log_.size(); ++place) {
    const auto& event = log_.at(place);
    bytes += event.frame->size();
    const bool is_first = round_->events.empty();
    if (!is_first &&
        (event.channels != round_->events.front().channels || bytes > config_.batch_bytes_max)) {
      break;
    }
    round_->events.push_back(event);
  }
  rounds_through_ = round_->events.back().sequence;
  if (round_->events.size() == 1) {
    round_->bytes = round_->events.front().frame;
    return;
  }
  std::string all;
  for (const auto& event : round_->events) all += *event.frame;
  round_->bytes = shared(std::move(all));
}

std::size_t Hub::walk(std::size_t visits_max) {
  return round_->is_resync ? walk_slots(visits_max) : walk_listeners(visits_max);
}

std::size_t Hub::walk_slots(std::size_t visits_max) {
  std::size_t visits = 0;
  for (; visits < visits_max && round_->left > 0; ++visits) {
    const auto slot = static_cast<Slot>(--round_->left);
    auto& listener = slots_[slot];
    if (!listener.stream || listener.sent >= rounds_through_) continue;
    listener.sent = rounds_through_;
    metrics::count("tocsin_live_resyncs_total");
    send(slot, round_->bytes);
  }
  if (round_->left == 0) round_.reset();
  return visits;
}

std::size_t Hub::walk_listeners(std::size_t visits_max) {
  const auto& channels = round_->events.front().channels;
  if (round_->channel == channels.size()) {
    round_.reset();
    return 0;
  }
  std::size_t visits = 0;
  const auto found = lists_.find(channels[round_->channel]);
  if (found != lists_.end()) {
    const auto& members = found->second.members;
    if (!round_->is_entered) round_->left = members.size();
    round_->is_entered = true;
    round_->left = std::min(round_->left, members.size());
    for (; visits < visits_max && round_->left > 0; ++visits) {
      send_round(members[--round_->left].first);
    }
    if (round_->left > 0) return visits;
  }
  ++round_->channel;
  round_->is_entered = false;
  return visits;
}

void Hub::send_round(Slot slot) {
  auto& listener = slots_[slot];
  const auto& events = round_->events;
  const auto had = std::exchange(listener.sent, std::max(listener.sent, events.back().sequence));
  if (had >= events.back().sequence) return;
  if (had < events.front().sequence) {
    if (send(slot, round_->bytes)) sent_events_ += events.size();
    return;
  }
  // It came when a part of them was published already, and has that part.
  for (const auto& event : events) {
    if (event.sequence <= had) continue;
    if (!send(slot, event.frame)) return;
    ++sent_events_;
  }
}

bool Hub::send(Slot slot, const std::shared_ptr<const std::string>& bytes) {
  if (slots_[slot].stream->send(bytes)) return true;
  dropped_.push_back(slot);
  return false;
}

}  // namespace tocsin::live
