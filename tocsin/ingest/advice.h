// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "tocsin/ingest/fetch.h"

namespace tocsin::ingest {

// What is wrong with a fetch that brought nothing to read, and what to do about it, in one sentence
// for the newsroom.
std::string advice(const FetchResult& result);

// The same for a body that is no feed, because of `reason`.
std::string advice_not_a_feed(std::string_view reason);

}  // namespace tocsin::ingest
