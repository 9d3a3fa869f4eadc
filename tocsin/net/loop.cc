// SPDX-License-Identifier: Apache-2.0
#include "tocsin/net/loop.h"

#include <future>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

namespace tocsin::net {
namespace asio = boost::asio;

struct Loop::State {
  asio::io_context context{1};
  asio::executor_work_guard<asio::io_context::executor_type> work = asio::make_work_guard(context);
};

namespace {

// A timer that lives as long as somebody holds it: the pending wait, or the Handle.
struct Timer {
  explicit Timer(asio::io_context& context) : timer(context) {}
  asio::steady_timer timer;
  Millis period{};
  std::function<void()> task;
  bool cancelled = false;
};

void wait(const std::shared_ptr<Timer>& state) {
  state->timer.async_wait([state](const boost::system::error_code& failure) {
    if (failure || state->cancelled) return;
    state->task();
    if (state->period == Millis(0) || state->cancelled) return;
    state->timer.expires_at(state->timer.expiry() + state->period);
    wait(state);
  });
}

Handle start_timer(asio::io_context& context, Millis delay, Millis period,
                   std::function<void()> task) {
  auto state = std::make_shared<Timer>(context);
  state->period = period;
  state->task = std::move(task);
  state->timer.expires_after(delay);
  wait(state);
  return Handle([state] {
    state->cancelled = true;
    state->timer.cancel();
  });
}

// Runs with the next turn: what a timer of no delay would do, without telling the kernel.
Handle start_at_once(asio::io_context& context, std::function<void()> task) {
  struct Posted {
    std::function<void()> task;
    bool cancelled = false;
  };
  auto state = std::make_shared<Posted>();
  state->task = std::move(task);
  asio::post(context, [state] {
    if (!state->cancelled) state->task();
  });
  return Handle([state] { state->cancelled = true; });
}

struct Signals {
  explicit Signals(asio::io_context& context) : set(context) {}
  asio::signal_set set;
  std::function<void(int)> task;
  bool cancelled = false;
};

void wait(const std::shared_ptr<Signals>& state) {
  state->set.async_wait([state](const boost::system::error_code& failure, int number) {
    if (failure || state->cancelled) return;
    state->task(number);
    if (!state->cancelled) wait(state);
  });
}

}  // namespace

Loop::Loop() : state_(std::make_unique<State>()) {}
Loop::~Loop() = default;

void Loop::run() { state_->context.run(); }
void Loop::stop() { state_->context.stop(); }
void Loop::post(std::function<void()> task) { asio::post(state_->context, std::move(task)); }

Handle Loop::after(Millis delay, std::function<void()> task) {
  if (delay <= Millis(0)) return start_at_once(state_->context, std::move(task));
  return start_timer(state_->context, delay, Millis(0), std::move(task));
}

Handle Loop::every(Millis period, std::function<void()> task) {
  return start_timer(state_->context, period, period, std::move(task));
}

Handle Loop::on_signal(std::initializer_list<int> signals, std::function<void(int)> task) {
  auto state = std::make_shared<Signals>(state_->context);
  for (const int number : signals) state->set.add(number);
  state->task = std::move(task);
  wait(state);
  return Handle([state] {
    state->cancelled = true;
    state->set.cancel();
  });
}

asio::io_context& Loop::context() { return state_->context; }

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
