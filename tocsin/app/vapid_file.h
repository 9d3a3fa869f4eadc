// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "tocsin/base/result.h"
#include "tocsin/json/json.h"
#include "tocsin/webpush/vapid.h"

namespace tocsin::app {

// Reads {"subject","publicKey","privateKey"} from a file, or from standard input for "-".
//
// Errors: kNotFound, kInvalidArgument: naming the file and the field.
Result<webpush::VapidKey> read_vapid_file(const std::string& path);

// The same JSON, private key included.
Json vapid_json(const webpush::VapidKey& key);

}  // namespace tocsin::app
