// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tocsin::feed {

// The month, 1 to 12, that `word` names in full, inflected or cut short to three letters or more.
// English, German, French, Spanish, Italian, Portuguese, Dutch, Polish, Czech, Swedish, Danish,
// Norwegian, Finnish, Hungarian, Turkish, Romanian, Russian, Ukrainian and Greek, in any case, with
// or without accents.
std::optional<int> month_of(std::string_view word);

// `text`, if it is a date in Chinese, Japanese or Korean, with ISO 8601's signs for their words:
// "2026年11月23日 午後3時30分" is "2026-11-23 3:30 pm". Else as it is.
std::string with_iso_signs(std::string_view text);

}  // namespace tocsin::feed
