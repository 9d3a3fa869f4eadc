// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tocsin/app/settings.h"
#include "tocsin/server/server.h"

namespace tocsin::app {

// The settings as the modules want them.
server::ServerConfig server_config(const Settings& settings);
core::EndpointPolicy endpoint_policy(const Settings& settings);

// Log level and form. Once, before any thread starts.
void configure_log(const Settings& settings);

}  // namespace tocsin::app
