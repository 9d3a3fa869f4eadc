// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tocsin/http/sse.h"
#include "tocsin/http/stream.h"
#include "tocsin/live/event.h"

// A client's end of a stream, and a history that a test fills.
namespace tocsin::live {

// What the two ends of a fake stream share.
struct FakeWire {
  std::deque<std::string> sent;  // not yet read by the client
  bool takes_more = true;        // false: the next send fails, as for a client too far behind
  bool is_open = true;
  std::function<void()> told;

  // The client leaves; what it has not read is lost.
  void hang_up() {
    is_open = false;
    sent.clear();
    if (const auto tell = std::exchange(told, nullptr)) tell();
  }
};

class FakeStream final : public http::Stream {
 public:
  explicit FakeStream(std::shared_ptr<FakeWire> wire) : wire_(std::move(wire)) {}
  ~FakeStream() override { close(); }

  void on_close(std::function<void()> told) override { wire_->told = std::move(told); }
  bool send(std::shared_ptr<const std::string> bytes) override {
    if (!wire_->is_open) return false;
    if (!wire_->takes_more) {
      wire_->is_open = false;
      return false;
    }
    wire_->sent.push_back(*bytes);
    return true;
  }
  void close() override {
    wire_->is_open = false;
    wire_->told = nullptr;
  }

 private:
  std::shared_ptr<FakeWire> wire_;
};

class FakeHistory final : public History {
 public:
  std::optional<std::vector<Event>> between(std::uint64_t after, std::uint64_t through,
                                            std::span<const Channel> channels) override {
    ++asked;
    if (after < forgotten_through) return std::nullopt;
    std::vector<Event> out;
    for (const auto& event : events) {
      if (event.sequence <= after || event.sequence > through) continue;
      if (is_any_of(event, channels)) out.push_back(event);
    }
    return out;
  }

  static bool is_any_of(const Event& event, std::span<const Channel> channels) {
    for (const auto& channel : channels) {
      for (const auto& one : event.channels) {
        if (one == channel) return true;
      }
    }
    return false;
  }

  std::vector<Event> events;
  std::uint64_t forgotten_through = 0;
  int asked = 0;
};

}  // namespace tocsin::live
