// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "tocsin/base/result.h"
#include "tocsin/core/conversation.h"
#include "tocsin/json/json.h"

namespace tocsin::conversation {

// What is behind it in CommentPolicy::external_secret is base64 (https://www.standardwebhooks.com).
inline constexpr std::string_view kWebhookSecretPrefix = "whsec_";

// Every field but closed_since has one name in the API and in what is stored. The secret of the
// classifier is in it only if asked.
Json policy_json(const core::CommentPolicy& policy, bool with_secret);

// Overwrites the fields that `json` has; what has another type is left as it was.
void take_policy(const Json& json, core::CommentPolicy& policy);

// What policy_json() wrote, with its secret; defaults for what cannot be read.
core::CommentPolicy policy_of(std::string_view text);

// Errors: kInvalidArgument: a field out of its limits; the message starts with "comments.<field>".
Status check_policy(const core::CommentPolicy& policy);

}  // namespace tocsin::conversation
