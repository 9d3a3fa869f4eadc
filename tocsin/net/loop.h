// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <initializer_list>
#include <memory>
#include <thread>

#include "tocsin/base/clock.h"
#include "tocsin/base/handle.h"
#include "tocsin/base/result.h"

namespace boost::asio {
class io_context;
}

namespace tocsin::net {

// One thread's event loop (Boost.Asio's io_context). An object belongs to one loop; loops exchange
// values with post(), the one call that is safe from any thread.
class Loop {
 public:
  Loop();
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  // Runs on the calling thread until stop().
  void run();
  // Safe from any thread. What was posted before may not run.
  void stop();
  // Runs `task` on the loop's thread, after the present event. Safe from any thread.
  void post(std::function<void()> task);
  // Runs `task` once, `delay` from this moment, unless the handle goes before.
  Handle after(Millis delay, std::function<void()> task);
  // Runs `task` every `period`, unless the handle goes.
  Handle every(Millis period, std::function<void()> task);
  // Runs `task(signal number)` for each of the signals while the handle lives.
  Handle on_signal(std::initializer_list<int> signals, std::function<void(int)> task);

  // For the other files of net/ only.
  boost::asio::io_context& context();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// A Loop that runs on a thread of its own. What lives on that loop is made and destroyed by
// call(), or destroyed after stop().
class LoopThread {
 public:
  LoopThread() : thread_([this] { loop_.run(); }) {}
  ~LoopThread() { stop(); }
  LoopThread(const LoopThread&) = delete;
  LoopThread& operator=(const LoopThread&) = delete;

  Loop& loop() { return loop_; }
  // Runs `task` on the thread and returns when it is done. Not from that thread, nor after stop().
  void call(const std::function<void()>& task);
  // Ends the thread. What was posted before may not run.
  void stop();

 private:
  Loop loop_;
  std::thread thread_;
};

}  // namespace tocsin::net
