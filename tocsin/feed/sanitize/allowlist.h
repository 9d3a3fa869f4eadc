// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tocsin/url/url.h"

// What of HTML may stand in a page of ours.
namespace tocsin::feed {

// What an element is, where its own end tag may be missing.
enum class Group : std::uint8_t {
  kInline,
  kVoid,
  kBlock,      // ends a paragraph
  kParagraph,  // ends at the next block
  kListItem,
  kDefinition,  // dt, dd
  kCell,
  kRow,
  kRows,  // thead, tbody, tfoot
  kTable,
  kLink,
};

struct Element {
  std::string_view name;
  Group group;
  std::string_view attributes;  // separated by spaces, beside those every element may have
  std::string_view fixed = {};  // written at the end of every start tag
  bool needs_address = false;   // worth nothing without href or src
};

// Null pointer if the element may not stand there. `name` is in lower case.
const Element* allowed_element(std::string_view name);

// The value to write for an attribute of `element`, before escaping; none if the attribute or such
// a value may not stand there. Addresses are read at `base`, which is none without a scheme.
std::optional<std::string> allowed_value(const Element& element, std::string_view name,
                                         std::string_view value, const Url& base);

}  // namespace tocsin::feed
