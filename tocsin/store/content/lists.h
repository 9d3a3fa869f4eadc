// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tocsin/core/content.h"

// Lists as the JSON they are stored as. A list that cannot be read is read as empty.
namespace tocsin::store {

std::string to_text(const std::vector<std::string>& list);
std::string to_text(const std::vector<core::SourceId>& list);
std::string to_text(const std::vector<core::Credit>& list);
std::string to_text(const std::vector<core::AlertAction>& list);

std::vector<std::string> strings_of(std::string_view text);
std::vector<core::SourceId> sources_of(std::string_view text);
std::vector<core::Credit> credits_of(std::string_view text);
std::vector<core::AlertAction> actions_of(std::string_view text);

}  // namespace tocsin::store
