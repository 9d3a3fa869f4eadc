// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "tocsin/json/json.h"

namespace tocsin::api {

// The OpenAPI 3.1 description of all routes; docs/openapi.json is its pretty() form.
Json openapi_document(std::string_view version);

}  // namespace tocsin::api
