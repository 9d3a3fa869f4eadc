// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tocsin/core/delivery.h"

namespace tocsin::fanout {

// The way to the senders. Of each message, Broadcasts::on_decisions() is told later, on the main
// loop and never inside send(). Batches of one push service may go to different senders.
class Dispatch {
 public:
  virtual ~Dispatch() = default;
  virtual void send(core::Batch batch) = 0;
  // Sends nothing more: what has not left is returned, what is in flight is waited for.
  virtual void stop() = 0;
};

}  // namespace tocsin::fanout
