// SPDX-License-Identifier: Apache-2.0
#include "tocsin/feed/discover.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "tocsin/feed/readers.h"
#include "tocsin/markup/encoding.h"
#include "tocsin/markup/html.h"
#include "tocsin/markup/text.h"

namespace tocsin::feed {
namespace {

using markup::HtmlToken;

constexpr std::size_t kTitleBytesMax = 200;

bool has_word(std::string_view list, std::string_view word) {
  while (!list.empty()) {
    list = markup::trim(list);
    const auto end = std::find_if(list.begin(), list.end(), markup::is_space);
    const auto length = static_cast<std::size_t>(end - list.begin());
    if (markup::equal_ignoring_case(list.substr(0, length), word)) return true;
    list.remove_prefix(length);
  }
  return false;
}

bool is_feed_type(std::string_view type) {
  const auto end = type.find(';');
  const auto essence = markup::lower(markup::trim(type.substr(0, end)));
  return essence == "application/rss+xml" || essence == "application/atom+xml" ||
         essence == "application/rdf+xml" || essence == "application/feed+json" ||
         essence == "application/json" || essence == "text/xml" || essence == "application/xml" ||
         essence == "application/x-rss+xml" || essence == "text/rss+xml";
}

// "/rss", "/feed/", "/news.atom", "?format=rss": the last part of the address says it.
bool looks_like_feed(const Url& url) {
  const auto target = markup::lower(url.target);
  const auto mark = target.find('?');
  auto path = std::string_view(target).substr(0, mark);
  const auto query = mark == std::string::npos ? "" : std::string_view(target).substr(mark + 1);
  while (path.ends_with('/')) path.remove_suffix(1);
  const auto name = path.substr(path.rfind('/') == path.npos ? 0 : path.rfind('/') + 1);
  for (const std::string_view end : {".rss", ".atom", ".rdf"}) {
    if (name.ends_with(end)) return true;
  }
  for (const std::string_view known : {"rss", "feed", "feeds", "atom", "rss.xml", "feed.xml",
                                       "atom.xml", "feed.json", "rss2", "index.xml"}) {
    if (name == known) return true;
  }
  for (const std::string_view known : {"format=rss", "format=atom", "feed=rss2", "feed=atom"}) {
    if (query.find(known) != query.npos) return true;
  }
  return false;
}

// What a page links to, in the order of likelihood at the end.
class Finder {
 public:
  explicit Finder(Base base) : base_(std::move(base)) {}

  void take(const HtmlToken& token) {
    if (token.kind != HtmlToken::Kind::kStart) return;
    const auto* href = token.find("href");
    if (href == nullptr) return;
    if (token.name == "base" && !has_base_) {
      if (auto url = resolve(*href)) base_ = std::make_shared<const Url>(*std::move(url));
      has_base_ = true;
    } else if (token.name == "link") {
      take_link(token, *href);
    } else if (token.name == "a" && declared_.empty()) {
      take_anchor(token, *href);
    }
  }
  std::vector<FoundLink> finish() && {
    return declared_.empty() ? std::move(linked_) : std::move(declared_);
  }

 private:
  void take_link(const HtmlToken& token, const std::string& href) {
    const auto* rel = token.find("rel");
    const auto* type = token.find("type");
    if (rel == nullptr) return;
    // rel="feed" needs no type; alternates are translations and apps as well.
    const bool is_feed = has_word(*rel, "feed") ||
                         (has_word(*rel, "alternate") && type != nullptr && is_feed_type(*type));
    if (!is_feed || has_word(*rel, "stylesheet")) return;
    const auto* title = token.find("title");
    add(declared_, href, title == nullptr ? "" : *title);
  }
  void take_anchor(const HtmlToken& token, const std::string& href) {
    const auto url = resolve(href);
    if (!url || !looks_like_feed(*url)) return;
    const auto* title = token.find("title");
    add(linked_, href, title == nullptr ? "" : *title);
  }
  void add(std::vector<FoundLink>& links, const std::string& href, const std::string& title) {
    const auto url = resolve(href);
    if (!url || links.size() >= kFoundLinksMax) return;
    auto text = url->text();
    const bool is_known = std::any_of(links.begin(), links.end(),
                                      [&](const FoundLink& link) { return link.url == text; });
    if (is_known) return;
    const auto name = markup::fold_space(title);
    links.push_back({std::move(text), std::string(markup::cut(name, kTitleBytesMax))});
  }
  std::optional<Url> resolve(const std::string& href) const {
    auto url = base_ ? base_->resolve(href) : Url::parse(href);
    if (!url || !url->is_http()) return std::nullopt;
    url->fragment.clear();
    return *std::move(url);
  }

  Base base_;
  bool has_base_ = false;
  std::vector<FoundLink> declared_;
  std::vector<FoundLink> linked_;
};

}  // namespace

std::vector<FoundLink> find_feeds(ByteView page, const ParseOptions& options) {
  if (page.size() > kFeedBytesMax) return {};
  markup::Warnings warnings;
  const auto decoded = markup::decode(page, options.content_type, warnings);
  Finder finder(usable_base(Url::parse(options.base_url)));
  markup::HtmlReader reader(decoded.text(), true);
  while (true) {
    const HtmlToken& token = reader.next();
    if (token.kind == HtmlToken::Kind::kEndOfInput) break;
    finder.take(token);
  }
  return std::move(finder).finish();
}

std::vector<std::string> usual_addresses(const Url& site) {
  std::vector<std::string> out;
  for (const std::string_view path : {"/feed", "/rss", "/rss.xml", "/feed.xml", "/atom.xml",
                                      "/index.xml", "/feed.json", "/feeds/posts/default"}) {
    out.push_back(site.origin() + std::string(path));
  }
  return out;
}

}  // namespace tocsin::feed
