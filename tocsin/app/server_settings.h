// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "tocsin/app/settings.h"
#include "tocsin/server/server.h"
#include "tocsin/store/store.h"

namespace tocsin::app {

// The settings as the modules want them.
server::ServerConfig server_config(const Settings& settings);
core::EndpointPolicy endpoint_policy(const Settings& settings);

// Opens the data folder for a command that writes, making what a fresh one lacks; tells the token
// of the administrator if that was made.
Result<std::unique_ptr<store::Store>> open_data_folder(const server::ServerConfig& config);

// Log level and form. Once, before any thread starts.
void configure_log(const Settings& settings);

}  // namespace tocsin::app
