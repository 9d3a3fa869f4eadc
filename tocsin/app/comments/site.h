// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "tocsin/base/result.h"
#include "tocsin/newsroom/content.h"

namespace tocsin::app {

// The site of that id, name or address; without `wanted` the only one.
//
// Errors: kInvalidArgument: there is none, or there are several; the message lists them.
Result<core::Site> pick_site(const newsroom::Content& content, const std::string& wanted);

}  // namespace tocsin::app
