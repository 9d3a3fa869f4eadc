// SPDX-License-Identifier: Apache-2.0
#include "tocsin/pages/layout.h"

#include "tocsin/http/percent.h"
#include "tocsin/pages/text.h"

namespace tocsin::pages {
namespace {

constexpr const char* kThemeLight = "#fdfcfa";  // --paper in web/src/app.css
constexpr const char* kThemeDark = "#161514";

Html property(const char* name, const std::string& content) {
  if (content.empty()) return {};
  return h("meta", {{"property", name}, {"content", content}});
}

Html named(const char* name, const std::string& content) {
  if (content.empty()) return {};
  return h("meta", {{"name", name}, {"content", content}});
}

Html share_tags(const Frame& frame, const Head& head) {
  const bool has_image = is_safe_address(head.image_url);
  const auto image = has_image ? head.image_url : frame.site.base_url + "/icons/share.png";
  Html out = named("description", head.description);
  if (head.path.empty()) {
    out += named("robots", "noindex");
    return out;
  }
  out += h("link", {{"rel", "canonical"}, {"href", frame.site.base_url + head.path}});
  out += property("og:type", head.is_article ? "article" : "website");
  out += property("og:site_name", frame.site.name);
  out += property("og:title", head.title);
  out += property("og:description", head.description);
  out += property("og:url", frame.site.base_url + head.path);
  out += property("og:image", image);
  out += named("twitter:card", "summary_large_image");
  return out;
}

Html icon_links() {
  Html out =
      h("link", {{"rel", "icon"}, {"type", "image/svg+xml"}, {"href", "/icons/favicon.svg"}});
  out += h("link", {{"rel", "apple-touch-icon"}, {"href", "/icons/apple-touch-180.png"}});
  out += h("link", {{"rel", "manifest"}, {"href", "/manifest.webmanifest"}});
  return out;
}

Html feed_link(FeedFormat format, const std::string& title, const FeedScope& scope) {
  const bool is_atom = format == FeedFormat::kAtom;
  return h("link", {{"rel", "alternate"},
                    {"type", is_atom ? "application/atom+xml" : "application/feed+json"},
                    {"title", title},
                    {"href", feed_path(format, scope)}});
}

// What the page is about comes first: readers of feeds offer the first.
Html feed_links(const std::string& site, const Head& head) {
  Html out;
  if (head.feed != FeedScope{}) {
    const auto title = site + ": " + head.title;
    out += feed_link(FeedFormat::kAtom, title, head.feed);
    out += feed_link(FeedFormat::kJson, title, head.feed);
  }
  out += feed_link(FeedFormat::kAtom, site, {});
  out += feed_link(FeedFormat::kJson, site, {});
  return out;
}

Html head_element(const Frame& frame, const Head& head) {
  const std::string& site = frame.site.name;
  const auto title = head.title.empty() || head.title == site ? site : head.title + " — " + site;
  Html theme = h("meta", {{"name", "theme-color"},
                          {"media", "(prefers-color-scheme: light)"},
                          {"content", kThemeLight}});
  theme += h("meta", {{"name", "theme-color"},
                      {"media", "(prefers-color-scheme: dark)"},
                      {"content", kThemeDark}});
  return h("head", {}, h("meta", {{"charset", "utf-8"}}), h("title", {}, title),
           named("viewport", "width=device-width, initial-scale=1, viewport-fit=cover"), theme,
           h("link", {{"rel", "stylesheet"}, {"href", frame.assets.address("/app.css")}}),
           h("script", {{"src", frame.assets.address("/tocsin.js")}, {"async", true}}),
           icon_links(), share_tags(frame, head), feed_links(site, head), head.more);
}

Html topic_navigation(const core::Site& site, const std::string& current) {
  if (site.topics.empty()) return {};
  Html items;
  for (const auto& topic : site.topics) {
    const bool is_current = topic == current;
    items += h("li", {},
               is_current ? h("a", {{"href", topic_path(topic)}, {"aria-current", "page"}}, topic)
                          : h("a", {{"href", topic_path(topic)}}, topic));
  }
  return h("nav", {{"class", "topics"}, {"aria-label", "Topics"}}, h("ul", {}, items));
}

Html masthead(const Frame& frame, const Head& head) {
  const auto& site = frame.site;
  const Html mark = h("img", {{"src", frame.assets.address("/icons/favicon.svg")},
                              {"width", "24"},
                              {"height", "24"},
                              {"alt", ""}});
  Html tagline;
  if (!site.tagline.empty()) tagline = h("p", {{"class", "tagline"}}, site.tagline);
  return h("header", {{"class", "masthead"}},
           h("div", {{"class", "bar"}},
             h("p", {{"class", "site"}}, h("a", {{"href", "/"}}, mark, site.name)), tagline),
           head.is_bare ? Html() : topic_navigation(site, head.topic));
}

Html footer() {
  return h("footer", {}, h("a", {{"href", "/"}}, "Latest news"),
           h("a", {{"href", "/following"}}, "Your alerts"),
           h("a", {{"href", "/feed.atom"}}, "Feed"));
}

}  // namespace

std::string document(const Frame& frame, const Head& head, const Html& main) {
  const auto& language = frame.site.language;
  const Html page =
      h("html", {{"lang", language}, {"dir", direction(language)}}, head_element(frame, head),
        h("body", {}, h("a", {{"class", "skip"}, {"href", "#content"}}, "To the content"),
          masthead(frame, head), h("main", {{"id", "content"}, {"tabindex", "-1"}}, main),
          head.is_bare ? Html() : footer()));
  return "<!doctype html>\n" + page.markup() + "\n";
}

Html time_element(Time time, bool is_long) {
  return h("time", {{"datetime", rfc3339(time)}, {"data-local", true}, {"data-long", is_long}},
           utc_text(time));
}

Html follow_box(const core::Site& site, bool is_full) {
  return h("tocsin-follow", {{"site", site.name}, {"full", is_full}},
           h("noscript", {},
             h("p", {}, "Alerts need JavaScript. Without it, ",
               h("a", {{"href", "/feed.atom"}}, "the feed"), " has every story.")));
}

std::string topic_path(const std::string& topic) {
  return "/?topic=" + http::percent_encode(topic);
}

std::string story_path(const core::Story& story) { return "/s/" + core::slug(story); }

}  // namespace tocsin::pages
