// SPDX-License-Identifier: Apache-2.0
#include "tocsin/ingest/discovery.h"

#include <algorithm>
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
    if (!url || !url->is_http() || !url->user_info.empty()) return;
    url->fragment.clear();
    std::string text = url->text();
    if (text.size() > kHubUrlBytesMax) return;
    if (rel == "self") {
      if (found_.topic.empty()) found_.topic = std::move(text);
    } else if (found_.hubs.size() < kHubsMax &&
               std::find(found_.hubs.begin(), found_.hubs.end(), text) == found_.hubs.end()) {
      found_.hubs.push_back(std::move(text));
    }
  }

  Advertised take() { return std::move(found_); }

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

Advertised in_page(std::string_view html, const std::string& address) {
  Links links(address);
  markup::HtmlReader reader(html);
  for (std::size_t tags = 0; tags < kHeadTagsMax; ++tags) {
    const auto& token = reader.next();
    using Kind = markup::HtmlToken::Kind;
    if (token.kind == Kind::kEndOfInput) break;
    if (token.kind != Kind::kStart) continue;
    if (token.name == "body") break;  // what stands behind may be a stranger's
    const auto* rels = token.find("rel");
    const auto* target = token.find("href");
    if (token.name != "link" || rels == nullptr || target == nullptr) continue;
    const std::string words = " " + markup::lower(*rels) + " ";
    for (const auto* rel : {"hub", "self"}) {
      if (words.find(" " + std::string(rel) + " ") != words.npos) links.add(rel, *target);
    }
  }
  return links.take();
}

// The first place that names a hub counts.
Advertised first_of(Advertised header, Advertised document, const std::string& address) {
  Advertised out = std::move(header.hubs.empty() ? document : header);
  if (out.hubs.empty()) return {};
  if (out.topic.empty()) out.topic = std::move(document.topic);
  if (out.topic.empty()) out.topic = address;
  return out;
}

}  // namespace

Advertised discover(const http::Headers& headers, const feed::ParsedFeed& feed,
                    const std::string& address) {
  Links links(address);
  for (const auto& hub : feed.hubs) links.add("hub", hub);
  links.add("self", feed.self);
  return first_of(in_headers(headers, address), links.take(), address);
}

Advertised discover_in_page(const http::Headers& headers, std::string_view html,
                            const std::string& address) {
  return first_of(in_headers(headers, address), in_page(html, address), address);
}

}  // namespace tocsin::ingest
