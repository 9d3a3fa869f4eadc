// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tocsin/base/clock.h"
#include "tocsin/core/ids.h"

namespace tocsin::core {

// The run that delivers one alert, as stored. Its progress is stored per partition.
struct BroadcastRecord {
  AlertId alert;
  SiteId site;
  Time created;
  bool planned = false;   // the recipients of every partition are stored
  bool finished = false;  // every recipient has its outcome

  bool operator==(const BroadcastRecord&) const = default;
};

}  // namespace tocsin::core
