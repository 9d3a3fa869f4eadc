// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "tocsin/base/clock.h"
#include "tocsin/base/random.h"
#include "tocsin/http/message.h"
#include "tocsin/http/stream.h"
#include "tocsin/live/event.h"
#include "tocsin/live/event_log.h"

namespace tocsin::live {

inline constexpr std::size_t kChannelsMax = 16;  // that one stream listens to

struct HubConfig {
  std::size_t events_max = 4096;            // kept in memory for those who come back
  std::size_t events_bytes_max = 8 << 20;   // of these together
  std::size_t replay_bytes_max = 48 << 10;  // to one stream; who missed more gets a resync
  std::size_t batch_bytes_max = 24 << 10;   // of events that gathered and are sent as one
  std::size_t slice_streams = 1024;         // that one slice visits
  Millis retry_min{2'000};                  // before a page connects again: spread evenly
  Millis retry_max{10'000};                 // between the two
};

// The last events before the start, for pages that come back to a restarted server: all with
// sequences above `after`, oldest first.
struct Past {
  std::uint64_t after = 0;
  std::vector<Event> events;
};

// Where a page that connects stands: its Last-Event-ID, else the parameter `after`, else nothing:
// it wants what comes from here on. What is no number of ours becomes one that leads to a resync.
std::optional<std::uint64_t> position_of(const http::Request& request);

// A response that opens an event stream: its fields, and that no proxy may store or gather it.
http::Response stream_response(std::function<void(std::unique_ptr<http::Stream>)> take);

// Tells open pages what happens, each event once and in order, over http::Stream. Sends in slices,
// so that the loop can do other work between them:
//
//   hub.publish(event);
//   while (hub.run_slice()) { ... }  // or: post the next one to the loop
//
// A page that comes back is given what it missed, or the event `resync` where that is not known:
// it then loads its content again. Events that gather while a round is under way and go to the
// same channels are sent together, so a busy channel costs rounds, not events. A stream costs some
// 50 bytes and 24 a channel here. One loop.
class Hub {
 public:
  static constexpr Millis kBeatPeriod{500};
  static constexpr std::size_t kBeatsPerRound = 50;  // so each stream has one every 25 s

  Hub(const HubConfig& config, Random& random, History& history, const Past& past);
  ~Hub();
  Hub(const Hub&) = delete;
  Hub& operator=(const Hub&) = delete;

  // Takes a stream and says, first of all, when to connect again; then what was published above
  // `after`; then what comes. One to kChannelsMax channels; more than that is a bug.
  void join(std::unique_ptr<http::Stream> stream, std::span<const Channel> channels,
            std::optional<std::uint64_t> after);

  // Queues an event for every stream that listens to any of its channels. Its sequence must be
  // above newest(). When slices do not keep up with events_max events, the streams get a resync in
  // the place of those that are dropped.
  void publish(const Event& event);
  // Sends to the next slice_streams streams at most. False: there is nothing left to send.
  bool run_slice();
  // Sends a comment to the next fiftieth of the streams, so that proxies keep them open and
  // clients that vanished are noticed. Call it every kBeatPeriod.
  void beat();

  std::size_t streams() const { return streams_; }
  std::size_t listeners(const Channel& channel) const;
  // The sequence of the last event: what is rendered from this moment on stands there.
  std::uint64_t newest() const { return log_.newest(); }
  // The last words on a stream when the server ends, each time with another delay, so that the
  // pages do not all come back at once.
  std::string farewell();

 private:
  using Slot = std::uint32_t;
  struct Listeners;
  // A stream's place among the listeners of a channel.
  struct Seat {
    Listeners* list = nullptr;
    std::uint32_t place = 0;
  };
  struct Listener {
    std::unique_ptr<http::Stream> stream;  // none: the slot is free
    std::unique_ptr<Seat[]> seats;         // NOLINT(*-avoid-c-arrays): a vector has 16 bytes more
    std::uint32_t seats_count = 0;
    std::uint64_t sent = 0;  // nothing up to this event is still to be sent
  };
  // Who listens to one channel.
  struct Listeners {
    std::map<Channel, Listeners>::iterator self;
    std::vector<std::pair<Slot, std::uint32_t>> members;  // and which of its seats
  };
  // Events on their way to all who listen.
  struct Round {
    std::vector<FramedEvent> events;           // of the same channels
    std::shared_ptr<const std::string> bytes;  // all of them
    bool is_resync = false;                    // to every stream, in place of lost events
    std::size_t channel = 0;                   // which of them is walked
    std::size_t left = 0;                      // members of it, or slots, not yet visited
    bool is_entered = false;                   // `left` is of this channel
  };

  std::string opening();
  bool append_missed(std::string& out, std::span<const Channel> channels,
                     std::uint64_t after) const;
  void seat(Slot slot, std::span<const Channel> channels);
  void leave(Slot slot);
  void leave_all_dropped();

  void start_round();
  std::size_t walk(std::size_t visits_max);
  std::size_t walk_slots(std::size_t visits_max);
  std::size_t walk_listeners(std::size_t visits_max);
  void send_round(Slot slot);
  bool send(Slot slot, const std::shared_ptr<const std::string>& bytes);

  HubConfig config_;
  Random& random_;
  History& history_;
  EventLog log_;
  std::uint64_t rounds_through_;  // the last event that a round has taken up
  std::optional<Round> round_;

  std::vector<Listener> slots_;
  std::vector<Slot> free_;
  std::vector<Slot> dropped_;  // whose stream has failed, until the walk is over
  std::size_t streams_ = 0;
  std::map<Channel, Listeners> lists_;
  std::size_t next_beat_ = 0;
  std::shared_ptr<const std::string> heartbeat_;
  std::uint64_t sent_events_ = 0;  // not yet counted in the metrics
};

}  // namespace tocsin::live
