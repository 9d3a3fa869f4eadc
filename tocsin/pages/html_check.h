// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Reads what the pages write, strictly: every element closed in order, every attribute quoted and
// there once, every '<' and '&' of the text escaped. A browser would mend what this refuses.
namespace tocsin::pages::check {

struct Element {
  std::string name;
  std::map<std::string, std::string> attributes;  // values as written, escaped
  std::string text;                               // directly inside, up to the first child
};

struct Reading {
  std::vector<Element> elements;  // in the order they begin
  std::string problem;            // empty: well formed

  const Element* find(std::string_view name) const;
  // The first that has this attribute with this value.
  const Element* with(std::string_view attribute, std::string_view value) const;
  // "html head meta title ..."
  std::string outline() const;
};

Reading read(std::string_view html);

}  // namespace tocsin::pages::check
