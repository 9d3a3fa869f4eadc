// SPDX-License-Identifier: Apache-2.0
#include "tocsin/markup/namespaces.h"

#include <algorithm>

#include "tocsin/markup/text.h"

namespace tocsin::markup {
namespace {

struct Known {
  std::string_view prefix;  // customary; empty for none
  std::string_view uri;     // in lower case, without scheme and without a slash at the end
  Namespace space;
};

// Feeds write the same names with http or https, with and without a slash, in any case.
constexpr Known kKnown[] = {
    {"atom", "www.w3.org/2005/atom", Namespace::kAtom10},
    {"", "purl.org/atom/ns#", Namespace::kAtom03},
    {"rdf", "www.w3.org/1999/02/22-rdf-syntax-ns#", Namespace::kRdf},
    {"", "purl.org/rss/1.0", Namespace::kRss10},
    {"", "my.netscape.com/rdf/simple/0.9", Namespace::kRss09},
    {"", "channel.netscape.com/rdf/simple/0.9", Namespace::kRss09},
    {"dc", "purl.org/dc/elements/1.1", Namespace::kDublinCore},
    {"", "purl.org/dc/elements/1.0", Namespace::kDublinCore},
    {"dcterms", "purl.org/dc/terms", Namespace::kDublinCoreTerms},
    {"content", "purl.org/rss/1.0/modules/content", Namespace::kContent},
    {"sy", "purl.org/rss/1.0/modules/syndication", Namespace::kSyndication},
    {"feedburner", "rssnamespace.org/feedburner/ext/1.0", Namespace::kFeedburner},
    {"slash", "purl.org/rss/1.0/modules/slash", Namespace::kSlash},
    {"thr", "purl.org/syndication/thread/1.0", Namespace::kThreading},
    {"media", "search.yahoo.com/mrss", Namespace::kMedia},
    {"itunes", "www.itunes.com/dtds/podcast-1.0.dtd", Namespace::kItunes},
    {"xhtml", "www.w3.org/1999/xhtml", Namespace::kXhtml},
};

Namespace namespace_of_uri(std::string_view uri) {
  uri = trim(uri);
  if (uri.empty()) return Namespace::kNone;
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!equal_ignoring_case(uri.substr(0, scheme.size()), scheme)) continue;
    uri.remove_prefix(scheme.size());
    break;
  }
  if (uri.ends_with('/')) uri.remove_suffix(1);
  for (const auto& known : kKnown) {
    if (equal_ignoring_case(known.uri, uri)) return known.space;
  }
  return Namespace::kUnknown;
}

}  // namespace

Namespace namespace_of_prefix(std::string_view prefix) {
  for (const auto& known : kKnown) {
    if (!known.prefix.empty() && known.prefix == prefix) return known.space;
  }
  return Namespace::kUnknown;
}

void NamespaceScope::declare(std::string_view prefix, std::string_view uri, std::size_t depth) {
  if (bindings_.size() == kXmlNamespacesMax) return;
  auto space = namespace_of_uri(uri);
  // RSS 2.0 has no namespace, and feeds that give it one give it many.
  if (prefix.empty() && space == Namespace::kUnknown) space = Namespace::kNone;
  bindings_.push_back({prefix, space, depth});
}

void NamespaceScope::leave(std::size_t depth) {
  while (!bindings_.empty() && bindings_.back().depth >= depth) bindings_.pop_back();
}

std::optional<Namespace> NamespaceScope::find(std::string_view prefix) const {
  const auto found = std::find_if(bindings_.rbegin(), bindings_.rend(),
                                  [&](const Binding& each) { return each.prefix == prefix; });
  if (found != bindings_.rend()) return found->space;
  if (prefix.empty()) return Namespace::kNone;
  if (prefix == "xml") return Namespace::kXml;
  return std::nullopt;
}

}  // namespace tocsin::markup
