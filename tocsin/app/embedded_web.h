// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "tocsin/pages/assets.h"

namespace tocsin::app {

// The files of web/dist that the program carries.
const std::vector<pages::EmbeddedFile>& embedded_web();
// demo/stories.json.
std::string_view embedded_demo_stories();

}  // namespace tocsin::app
