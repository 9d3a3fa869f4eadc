// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "tocsin/conversation/policy.h"
#include "tocsin/newsroom/apply/fields.h"
#include "tocsin/newsroom/apply/steps.h"
#include "tocsin/newsroom/limits.h"
#include "tocsin/newsroom/text.h"
#include "tocsin/url/url.h"

namespace tocsin::newsroom {
namespace {

// scheme://host[:port] of a URL that has no more than that.
Result<std::string> origin_of(std::string_view field, std::string_view text) {
  if (text.empty()) return bad_field(field, "is missing");
  TOCSIN_TRY(std::ignore, check_url(field, text));
  TOCSIN_TRY(const Url url, Url::parse(text));
  if (url.target != "/" || !url.user_info.empty() || !url.fragment.empty()) {
    return bad_field(field, "has more than scheme, host and port: https://news.example");
  }
  return url.origin();
}

Status check_topics(std::string_view field, const std::vector<std::string>& topics,
                    std::size_t count_max) {
  TOCSIN_TRY(std::ignore, check_count(field, topics.size(), count_max));
  for (const auto& topic : topics) {
    TOCSIN_TRY(std::ignore, check_name(field, topic, kTopicCharactersMax));
  }
  return ok();
}

// Topics as the site offers them: in order, none twice.
std::vector<std::string> offered_topics(const std::vector<std::string>& topics) {
  core::Site out;
  for (const auto& topic : topics) {
    const std::string name = collapsed(topic);
    const auto known = normalised_topics({name}, out);
    if (known.front() == name &&
        std::find(out.topics.begin(), out.topics.end(), name) == out.topics.end()) {
      out.topics.push_back(name);
    }
  }
  return out.topics;
}

}  // namespace

Result<Effects> apply_body(const View& view, const Command& command, const PutSite& body) {
  core::Site site = body.site;
  if (!site.id) return bad_field("site.id", "is missing");
  TOCSIN_TRY(std::ignore, check_name("site.name", site.name, kNameCharactersMax));
  TOCSIN_TRY(site.base_url, origin_of("site.base_url", site.base_url));
  TOCSIN_TRY(std::ignore, check_language("site.language", site.language));
  TOCSIN_TRY(std::ignore, check_text("site.tagline", site.tagline, kHeadlineCharactersMax));
  TOCSIN_TRY(std::ignore, check_topics("site.topics", site.topics, kSiteTopicsMax));
  site.topics = offered_topics(site.topics);
  TOCSIN_TRY(std::ignore, check_count("site.origins", site.origins.size(), kOriginsMax));
  for (auto& origin : site.origins) {
    TOCSIN_TRY(origin, origin_of("site.origins", origin));
  }
  TOCSIN_TRY(std::ignore, conversation::check_policy(site.comments));
  const auto known = view.site(site.id);
  const bool was_closed = known && known->comments.is_closed;
  site.comments.closed_since = !site.comments.is_closed ? std::nullopt
                               : was_closed             ? known->comments.closed_since
                                                        : std::optional(command.at);
  site.created = known ? known->created : command.at;
  return Effects{{site}};
}

namespace {

Result<core::Source> checked(const View& view, Time at, core::Source source) {
  if (!source.id) return bad_field("source.id", "is missing");
  if (!view.site(source.site)) return not_found("source.site", "there is no such site");
  TOCSIN_TRY(std::ignore, check_name("source.name", source.name, kNameCharactersMax));
  TOCSIN_TRY(std::ignore, check_url("source.home_url", source.home_url));
  const auto known = view.source(source.id);
  if (known && known->site != source.site) {
    return conflict("source.id", "belongs to another site");
  }
  source.created = known ? known->created : at;
  return source;
}

// `source`: the feed's, where the same command puts it.
Result<core::Feed> checked(const View& view, Time at, core::Feed feed,
                           std::optional<core::Source> source) {
  if (!feed.id) return bad_field("feed.id", "is missing");
  const auto site = view.site(feed.site);
  if (!site) return not_found("feed.site", "there is no such site");
  if (!source) source = view.source(feed.source);
  if (!source) return not_found("feed.source", "there is no such source");
  if (source->site != feed.site) return conflict("feed.source", "belongs to another site");
  if (feed.url.empty()) return bad_field("feed.url", "is missing");
  TOCSIN_TRY(std::ignore, check_url("feed.url", feed.url));
  if (feed.interval && (*feed.interval < kIntervalMin || *feed.interval > kIntervalMax)) {
    return bad_field("feed.interval", "is not between 1 second and 7 days");
  }
  TOCSIN_TRY(std::ignore, check_topics("feed.topics", feed.topics, kTopicsMax));
  feed.topics = normalised_topics(feed.topics, *site);
  const auto known = view.feed(feed.id);
  if (known && known->site != feed.site) return conflict("feed.id", "belongs to another site");
  feed.created = known ? known->created : at;
  return feed;
}

}  // namespace

Result<Effects> apply_body(const View& view, const Command& command, const PutSource& body) {
  TOCSIN_TRY(auto source, checked(view, command.at, body.source));
  return Effects{{std::move(source)}};
}

Result<Effects> apply_body(const View& view, const Command& command, const PutFeed& body) {
  TOCSIN_TRY(auto feed, checked(view, command.at, body.feed, std::nullopt));
  return Effects{{std::move(feed)}};
}

Result<Effects> apply_body(const View& view, const Command& command, const PutFeeds& body) {
  TOCSIN_TRY(std::ignore, check_count("sources", body.sources.size(), kFeedsPerCommand));
  TOCSIN_TRY(std::ignore, check_count("feeds", body.feeds.size(), kFeedsPerCommand));
  Effects effects;
  std::map<core::SourceId, core::Source> sources;
  for (const auto& given : body.sources) {
    TOCSIN_TRY(auto source, checked(view, command.at, given));
    sources.emplace(source.id, source);
    effects.changes.emplace_back(std::move(source));
  }
  for (const auto& given : body.feeds) {
    const auto found = sources.find(given.source);
    TOCSIN_TRY(auto feed,
               checked(view, command.at, given,
                       found == sources.end() ? std::nullopt : std::optional(found->second)));
    effects.changes.emplace_back(std::move(feed));
  }
  return effects;
}

Result<Effects> apply_body(const View& view, const Command&, const RemoveFeed& body) {
  if (!view.feed(body.feed)) return not_found("feed", "there is no such feed");
  return Effects{{FeedRemoved{body.feed}}};
}

}  // namespace tocsin::newsroom
