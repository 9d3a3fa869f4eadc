// SPDX-License-Identifier: Apache-2.0
#include "tocsin/ingest/discovery.h"

#include <algorithm>
#include <cctype>
#include <optional>
#include <utility>

#include "tocsin/http/link.h"
#include "tocsin/markup/html.h"
#include "tocsin/markup/text.h"
#include "tocsin/url/url.h"

namespace tocsin::ingest {
namespace {

constexpr std::size_t kHeadTagsMax = 2'000;

// Collects links of one place, read relative to the document's address.
class Links {
 public:
  explicit Links(const std::string& address) {
    if (auto base = Url::parse(address)) base_ = *std::move(base);
  }

  void add(std::string_view rel, std::string_view target) {
    if (rel != "hub" && rel != "self") return;
    auto url = base_ ? base_->resolve(target) : Url::parse(target);
    if (!url || !url->is_http()) return;
    const bool has_user = !std::exchange(url->user_info, {}).empty();
    url->fragment.clear();
    std::string text = url->text();
    if (text.size() > kHubUrlBytesMax) return;
    if (has_user) {
      if (rel == "hub") found_.refused_hub = std::move(text);
      return;
    }
    if (rel == "self") {
      if (found_.topic.empty()) found_.topic = std::move(text);
    } else if (found_.hubs.size() < kHubsMax &&
               std::find(found_.hubs.begin(), found_.hubs.end(), text) == found_.hubs.end()) {
      found_.hubs.push_back(std::move(text));
    }
  }

  Advertised take() {
    if (!found_.hubs.empty()) found_.refused_hub.clear();
    return std::move(found_);
  }

 private:
  std::optional<Url> base_;
  Advertised found_;
};

Advertised in_headers(const http::Headers& headers, const std::string& address) {
  Links links(address);
  for (const auto& [name, value] : headers.fields) {
    if (name != "link") continue;
    for (const auto& link : http::parse_link(value)) {
      if (!link.anchor.empty()) continue;  // it is about another document
      for (const auto& rel : link.rels) links.add(rel, link.target);
    }
  }
  return links.take();
}

// What stands in <head>, whose content the reader would leave out. The tag need not be there.
std::string_view head_of(std::string_view html) {
  constexpr std::string_view kTag = "<head";
  const auto found = std::search(html.begin(), html.end(), kTag.begin(), kTag.end(),
                                 [](char c, char wanted) { return markup::lower(c) == wanted; });
  const auto behind = static_cast<std::size_t>(found - html.begin()) + kTag.size();
  // Not <header>.
  if (behind >= html.size() || std::isalpha(static_cast<unsigned char>(html[behind])) != 0) {
    return html;
  }
  return html.substr(std::min(html.find('>', behind), html.size() - 1) + 1);
}

Advertised in_page(std::string_view html, const std::string& address) {
  Links links(address);
  markup::HtmlReader reader(head_of(html));
  for (std::size_t tags = 0; tags < kHeadTagsMax; ++tags) {
    const auto& token = reader.next();
    using Kind = markup::HtmlToken::Kind;
    // What stands behind the head may be a stranger's.
    const bool is_over = token.kind == Kind::kEndOfInput ||
                         (token.kind == Kind::kEnd && token.name == "head") ||
                         (token.kind == Kind::kStart && token.name == "body");
    if (is_over) break;
    if (token.kind != Kind::kStart || token.name != "link") continue;
    const auto* rels = token.find("rel");
    const auto* target = token.find("href");
    if (rels == nullptr || target == nullptr) continue;
    const std::string words = " " + markup::lower(*rels) + " ";
    for (const std::string rel : {"hub", "self"}) {
      if (words.find(" " + rel + " ") != words.npos) links.add(rel, *target);
    }
  }
  return links.take();
}

// The first place that names a hub counts.
Advertised first_of(Advertised header, Advertised document) {
  if (header.hubs.empty()) {
    if (document.refused_hub.empty() && document.hubs.empty()) {
      document.refused_hub = std::move(header.refused_hub);
    }
    if (document.hubs.empty()) document.topic.clear();
    return document;
  }
  if (header.topic.empty()) header.topic = std::move(document.topic);
  return header;
}

}  // namespace

Advertised discover(const http::Headers& headers, const feed::ParsedFeed& feed,
                    const std::string& address) {
  Links links(address);
  for (const auto& hub : feed.hubs) links.add("hub", hub);
  // An empty reference would be the address itself.
  if (!feed.self.empty()) links.add("self", feed.self);
  return first_of(in_headers(headers, address), links.take());
}

std::optional<Advertised> discover_in_fields(const http::Headers& headers,
                                             const std::string& address) {
  auto found = in_headers(headers, address);
  if (found.hubs.empty()) return std::nullopt;
  return found;
}

Advertised discover_in_page(const http::Headers& headers, std::string_view html,
                            const std::string& address) {
  return first_of(in_headers(headers, address), in_page(html, address));
}

}  // namespace tocsin::ingest
