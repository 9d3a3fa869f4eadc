// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "tocsin/base/clock.h"
#include "tocsin/core/content.h"

// Messages to one device that are no news, outside of any broadcast.
namespace tocsin::server {

// What a push message is made of. The story is in no store.
struct OwnMessage {
  core::Story story;
  core::Alert alert;
};

// "Alerts from ... work on this device."
OwnMessage test_message(const core::Site& site, IdSource& ids, Time now);

// A link that signs in.
OwnMessage link_message(core::SiteId site, const std::string& title, const std::string& body,
                        const std::string& url, IdSource& ids, Time now);

}  // namespace tocsin::server
