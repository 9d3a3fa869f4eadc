// SPDX-License-Identifier: Apache-2.0
// The program, with a clock that its standard input moves: "3600" and a newline are an hour on.
#include <atomic>
#include <iostream>
#include <thread>

#include "tocsin/app/commands.h"
#include "tocsin/base/clock.h"

namespace {

class SteeredClock final : public tocsin::Clock {
 public:
  tocsin::Time now() const override {
    return tocsin::system_clock().now() + tocsin::Seconds(ahead_.load());
  }
  tocsin::Instant instant() const override { return tocsin::system_clock().instant(); }
  void advance(std::int64_t seconds) { ahead_ += seconds; }

 private:
  std::atomic<std::int64_t> ahead_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  static SteeredClock clock;
  // It may wait for a line for ever, and ends with the process.
  std::thread([] {
    for (std::int64_t seconds = 0; std::cin >> seconds;) clock.advance(seconds);
  }).detach();
  return tocsin::app::run_command_line(argc, argv, clock);
}
