// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tocsin/markup/xml.h"

namespace tocsin::markup {

// What a prefix customarily means, for documents that forget to declare it.
Namespace namespace_of_prefix(std::string_view prefix);

// Which namespace each prefix means at one place of a document (Namespaces in XML 1.0, section 6).
class NamespaceScope {
 public:
  // Holds a view of `prefix` until the element at `depth` is left.
  void declare(std::string_view prefix, std::string_view uri, std::size_t depth);
  void leave(std::size_t depth);
  // Nothing if the prefix is not declared; the empty prefix always is.
  std::optional<Namespace> find(std::string_view prefix) const;

 private:
  struct Binding {
    std::string_view prefix;
    Namespace space;
    std::size_t depth;
  };
  std::vector<Binding> bindings_;
};

}  // namespace tocsin::markup
