// SPDX-License-Identifier: Apache-2.0
#include "tocsin/feed/sanitize/beacons.h"

#include <algorithm>
#include <string>

#include "tocsin/markup/text.h"

namespace tocsin::feed {
namespace {

// A host, with all hosts below it, and what the path and query of a counting address start with.
struct Counter {
  std::string_view host;
  std::string_view start = "/";
};
constexpr Counter kCounters[] = {
    {"analytics.twitter.com"},
    {"bat.bing.com"},
    {"counter.theconversation.com"},
    {"doubleclick.net"},
    {"facebook.com", "/tr"},
    {"feedads.g.doubleclick.net"},
    {"feedburner.com", "/~r/"},
    {"feeds.wordpress.com", "/1.0/"},
    {"feedsportal.com"},
    {"google-analytics.com"},
    {"googletagmanager.com"},
    {"ivwbox.de"},
    {"medium.com", "/_/stat"},
    {"pheedo.com"},
    {"pixel.propublica.org"},
    {"pixel.quantserve.com"},
    {"pixel.wp.com"},
    {"px.ads.linkedin.com"},
    {"scorecardresearch.com"},
    {"stats.wordpress.com"},
    {"stats.wp.com"},
    {"t.co", "/i/adsct"},
    {"tracking.feedpress.com"},
    {"tracking.feedpress.it"},
    {"vgwort.de"},
    {"xiti.com"},
};

// The last part of a path.
constexpr std::string_view kCountingNames[] = {
    "1px.gif",    "1px.png",     "1x1.gif",         "1x1.png",   "__utm.gif",
    "beacon.gif", "blank.gif",   "clear.gif",       "count.gif", "matomo.php",
    "piwik.php",  "pixel.gif",   "pixel.png",       "shim.gif",  "spacer.gif",
    "track.gif",  "tracker.gif", "transparent.gif", "utm.gif",
};

bool is_at(std::string_view host, std::string_view domain) {
  if (!host.ends_with(domain)) return false;
  host.remove_suffix(domain.size());
  return host.empty() || host.ends_with('.');
}

bool is_counting_address(const Url& url) {
  const bool is_known =
      std::any_of(std::begin(kCounters), std::end(kCounters), [&](const Counter& counter) {
        return is_at(url.host, counter.host) && url.target.starts_with(counter.start);
      });
  if (is_known) return true;
  const auto path = std::string_view(url.target).substr(0, url.target.find('?'));
  const std::string name = markup::lower(path.substr(path.rfind('/') + 1));
  return std::find(std::begin(kCountingNames), std::end(kCountingNames), name) !=
         std::end(kCountingNames);
}

// "0", "1", "1px", "1.0", "0.5": a length of one pixel or less.
bool is_tiny(std::string_view length) {
  length = markup::trim(length);
  const auto end = std::find_if_not(length.begin(), length.end(), markup::is_digit);
  const auto digits = length.substr(0, static_cast<std::size_t>(end - length.begin()));
  const auto unit = length.substr(digits.size());
  if (digits.empty() || unit.starts_with('%')) return false;
  const auto significant = digits.find_first_not_of('0');
  return significant == digits.npos || digits.substr(significant) == "1";
}

bool is_hidden_by(std::string_view declaration) {
  const auto colon = std::min(declaration.find(':'), declaration.size());
  const auto name = declaration.substr(0, colon);
  const auto value = declaration.substr(std::min(colon + 1, declaration.size()));
  if (name == "display") return value.starts_with("none");
  if (name == "visibility") return value.starts_with("hidden");
  if (name == "opacity") return value == "0" || value == "0.0";
  const bool is_length =
      name == "width" || name == "height" || name == "max-width" || name == "max-height";
  return is_length && is_tiny(value);
}

bool is_hidden(const markup::HtmlToken& tag) {
  if (tag.find("hidden")) return true;
  const auto* const style = tag.find("style");
  if (!style) return false;
  std::string text = markup::lower(*style);
  std::erase_if(text, markup::is_space);
  for (std::string_view rest = text; !rest.empty();) {
    const auto declaration = rest.substr(0, rest.find(';'));
    if (is_hidden_by(declaration)) return true;
    rest.remove_prefix(std::min(declaration.size() + 1, rest.size()));
  }
  return false;
}

}  // namespace

bool is_beacon(const markup::HtmlToken& tag, const Url& base) {
  for (const char* const side : {"width", "height"}) {
    const auto* const length = tag.find(side);
    if (length && is_tiny(*length)) return true;
  }
  if (is_hidden(tag)) return true;
  const auto* const source = tag.find("src");
  if (!source) return false;
  const auto url = base.scheme.empty() ? Url::parse(*source) : base.resolve(*source);
  return url && is_counting_address(*url);
}

}  // namespace tocsin::feed
