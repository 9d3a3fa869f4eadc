// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tocsin/app/push_service.h"
#include "tocsin/app/rehearse/plan.h"
#include "tocsin/base/result.h"
#include "tocsin/net/loop.h"
#include "tocsin/pushservice/ledger.h"

namespace tocsin::app {

// The push services of a rehearsal, on threads of their own. Everything here is for the thread that
// started them; what waits for the other threads says so.
class PushServices {
 public:
  // Each in a folder of its own below `folder`. `ports` are for senders, one a service; none: any.
  //
  // Errors: those of LocalPushService::start().
  static Result<std::unique_ptr<PushServices>> start(const RehearsalPlan& plan,
                                                     const std::string& folder,
                                                     const std::vector<std::uint16_t>& ports,
                                                     std::size_t capture);
  ~PushServices();
  PushServices(const PushServices&) = delete;
  PushServices& operator=(const PushServices&) = delete;

  std::size_t size() const;
  // The authority that vouches for all of them.
  const std::string& ca_file() const { return ca_file_; }
  std::uint16_t port(std::size_t service) const;
  const pushservice::VirtualReaders& readers(std::size_t service) const;

  // Asks all of them where readers stand under a key, and calls `done` on `owner`, which must run
  // until then or not at all any more, with an answer for each.
  void look(net::Loop& owner, const std::string& key,
            std::function<void(std::vector<pushservice::Standings>)> done) const;
  // Connections of senders to all of them. Waits.
  std::size_t connections() const;
  // What their threads have used of the processor. Waits.
  std::chrono::nanoseconds cpu() const;

  // Ends the threads. The books are closed: the rest is for afterwards.
  void stop();
  const pushservice::Account& account(std::size_t service) const;
  // The most messages that it may have accepted twice because of what it did to connections.
  std::uint64_t duplicates_max(std::size_t service) const;
  // Writes the messages that were kept to one file.
  Status write_capture(const std::string& file) const;

 private:
  struct Hosted;
  struct Host;
  PushServices();

  std::vector<std::unique_ptr<Host>> hosts_;
  std::vector<std::unique_ptr<Hosted>> services_;
  std::string ca_file_;
};

}  // namespace tocsin::app
