// SPDX-License-Identifier: Apache-2.0
#include "tocsin/newsroom/feed_list.h"

#include <map>
#include <set>
#include <utility>

#include "tocsin/newsroom/limits.h"
#include "tocsin/newsroom/text.h"
#include "tocsin/url/url.h"

namespace tocsin::newsroom {
namespace {

// One outlet is one host, whichever of its pages a list names.
std::string host_of(const std::string& address) {
  const auto url = Url::parse(address);
  if (!url) return {};
  return url->host.starts_with("www.") ? url->host.substr(4) : url->host;
}

class Planner {
 public:
  Planner(const Content& content, core::SiteId site, IdSource& ids) : site_(site), ids_(ids) {
    for (const auto& feed : content.feeds(site)) urls_.insert(feed.url);
    for (const auto& source : content.sources(site)) {
      sources_.emplace(host_of(source.home_url), source.id);
      names_.emplace(folded(source.name), source.id);
    }
  }

  void add(const feed::OpmlFeed& listed, std::optional<core::Importance> alert) {
    if (!urls_.insert(listed.url).second) {
      ++plan_.known;
      return;
    }
    if (plan_.body.feeds.size() >= kFeedsPerCommand || listed.url.size() > kUrlBytesMax) {
      ++plan_.left_out;
      return;
    }
    core::Feed feed{.id = ids_.next<core::FeedKind>(), .site = site_, .url = listed.url};
    feed.source = source_of(listed);
    feed.alert = alert;
    for (const auto& folder : listed.folders) {
      const auto topic = cut(folder, kTopicCharactersMax);
      if (!topic.empty() && feed.topics.size() < kTopicsMax) feed.topics.push_back(topic);
    }
    plan_.body.feeds.push_back(std::move(feed));
  }
  FeedListPlan take() { return std::move(plan_); }

 private:
  core::SourceId source_of(const feed::OpmlFeed& listed) {
    const auto& home = listed.page_url.empty() ? listed.url : listed.page_url;
    const auto host = host_of(home);
    const auto name = cut(listed.title, kNameCharactersMax);
    if (const auto found = sources_.find(host); found != sources_.end()) return found->second;
    if (const auto found = names_.find(folded(name)); found != names_.end()) return found->second;
    core::Source source{.id = ids_.next<core::SourceKind>(), .site = site_, .name = name};
    if (listed.page_url.size() <= kUrlBytesMax) source.home_url = listed.page_url;
    sources_.emplace(host, source.id);
    names_.emplace(folded(name), source.id);
    plan_.body.sources.push_back(source);
    return source.id;
  }

  core::SiteId site_;
  IdSource& ids_;
  std::set<std::string> urls_;
  std::map<std::string, core::SourceId> sources_;  // by host
  std::map<std::string, core::SourceId> names_;    // by folded name
  FeedListPlan plan_;
};

}  // namespace

FeedListPlan plan_feeds(const Content& content, core::SiteId site, const feed::Opml& list,
                        std::optional<core::Importance> alert, IdSource& ids) {
  Planner planner(content, site, ids);
  for (const auto& listed : list.feeds) planner.add(listed, alert);
  auto plan = planner.take();
  plan.left_out += list.left_out;
  return plan;
}

std::string feed_list(const Content& content, const core::Site& site) {
  std::vector<feed::OpmlFeed> feeds;
  for (const auto& followed : content.feeds(site.id)) {
    const auto source = content.source(followed.source);
    feed::OpmlFeed listed{.url = followed.url, .folders = followed.topics};
    if (source) {
      listed.title = source->name;
      listed.page_url = source->home_url;
    }
    feeds.push_back(std::move(listed));
  }
  return feed::write_opml(site.name, feeds);
}

}  // namespace tocsin::newsroom
