// SPDX-License-Identifier: Apache-2.0
#include "tocsin/net/loop_thread.h"

#include <future>
#include <memory>

namespace tocsin::net {

void LoopThread::call(const std::function<void()>& task) {
  // Shared: the other thread may still be inside set_value() when the wait is over.
  const auto done = std::make_shared<std::promise<void>>();
  loop_.post([&task, done] {
    task();
    done->set_value();
  });
  done->get_future().wait();
}

void LoopThread::stop() {
  if (!thread_.joinable()) return;
  loop_.stop();
  thread_.join();
}

}  // namespace tocsin::net
