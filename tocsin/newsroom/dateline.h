// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace tocsin::newsroom {

// Where a report was filed, as wire copy begins: "PORT ELLERY, Nov 23 (Northline) - The ferry ...".
struct Dateline {
  std::string place;  // "PORT ELLERY"; empty: the text has no dateline
  std::string html;   // the text without it
};

// Takes the dateline off sanitised HTML: capital letters at the very start, perhaps a date and an
// agency in brackets, then a dash or a colon. Text that only begins with a capitalised word keeps
// it.
Dateline take_dateline(std::string_view html);

}  // namespace tocsin::newsroom
