// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <thread>

#include "tocsin/net/loop.h"

namespace tocsin::net {

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
