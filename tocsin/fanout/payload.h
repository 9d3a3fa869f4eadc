// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "tocsin/core/content.h"
#include "tocsin/core/delivery.h"

namespace tocsin::fanout {

// The notification as Safari's declarative Web Push has it, which the service worker reads in all
// other browsers: one plaintext for everybody. At most webpush::kMaxPortablePlaintextBytes,
// whatever the texts: the body is shortened first, then image and actions go.
std::string declarative_notification(const core::Alert& alert, const core::Story& story,
                                     const core::Site& site);

// What the senders need of an alert: the notification, and TTL, urgency and collapse key for the
// push services.
core::Payload payload_of(const core::Alert& alert, const core::Story& story,
                         const core::Site& site);

}  // namespace tocsin::fanout
