// SPDX-License-Identifier: Apache-2.0
#include "tocsin/newsroom/text.h"
#include "tocsin/pages/text.h"
#include "tocsin/pages/views.h"

namespace tocsin::pages {
namespace {

constexpr std::size_t kCardExcerptCharactersMax = 200;
constexpr std::size_t kLeadExcerptCharactersMax = 320;

Html picture(const core::Story& story, bool is_lead) {
  return h("img", {{"class", "thumb"},
                   {"src", story.image_url},
                   {"alt", ""},
                   {"loading", is_lead ? "eager" : "lazy"},
                   {"decoding", "async"},
                   {"referrerpolicy", "no-referrer"},
                   {"width", is_lead ? "640" : "160"},
                   {"height", is_lead ? "360" : "120"}});
}

Html meta_line(const core::Story& story) {
  Html out = time_element(story.published);
  if (story.state == core::StoryState::kCorrected) {
    out += h("span", {{"class", "flag"}}, "Corrected");
  }
  if (!story.credits.empty() && !story.credits.front().name.empty()) {
    out += h("span", {}, story.credits.front().name);
  }
  return h("p", {{"class", "meta"}}, out);
}

Html onward(const River& river) {
  Html links;
  if (!river.is_first_page) {
    links += h("a", {{"href", river.topic.empty() ? "/" : topic_path(river.topic)}}, "Latest");
  }
  if (river.has_older && !river.stories.empty()) {
    const auto base = river.topic.empty() ? std::string("/?") : topic_path(river.topic) + "&";
    links += h("a", {{"href", base + "before=" + river.stories.back().id.text()}, {"rel", "next"}},
               "Earlier stories");
  }
  if (links.empty()) return {};
  return h("nav", {{"class", "onward"}, {"aria-label", "More stories"}}, links);
}

}  // namespace

Html card(const Frame& frame, const core::Story& story, bool is_lead, int heading_level) {
  const bool is_foreign = !story.language.empty() && story.language != frame.site.language;
  const bool is_pictured = !story.image_url.empty() && is_safe_address(story.image_url);
  const auto excerpt =
      newsroom::cut(newsroom::plain_text(story.summary_html),
                    is_lead ? kLeadExcerptCharactersMax : kCardExcerptCharactersMax);
  const Html link = h("a", {{"href", story_path(story)}}, story.headline);

  Html text;
  if (!story.dateline.empty()) text += h("p", {{"class", "kicker"}}, story.dateline);
  text += heading_level == 2 ? h("h2", {}, link) : h("h3", {}, link);
  if (!excerpt.empty()) text += h("p", {{"class", "excerpt"}}, excerpt);
  text += meta_line(story);

  std::string classes = "card";
  if (is_lead) classes += " lead";
  if (is_pictured) classes += " pictured";
  const Html inside = h("div", {}, text);
  const Html image = is_pictured ? picture(story, is_lead) : Html();
  if (!is_foreign) return h("article", {{"class", classes}}, inside, image);
  return h("article",
           {{"class", classes}, {"lang", story.language}, {"dir", direction(story.language)}},
           inside, image);
}

std::string river_page(const Frame& frame, const River& river) {
  Html items;
  for (std::size_t i = 0; i < river.stories.size(); ++i) {
    const bool is_lead = i == 0 && river.is_first_page;
    items += h("li", {}, card(frame, river.stories[i], is_lead, 2));
  }
  const auto title = river.topic.empty() ? "Latest news" : river.topic;
  Html stream = h("h1", {{"class", "unseen"}}, title);
  if (river.is_first_page) {
    const Html elements =
        river.topic.empty()
            ? h("tocsin-live", {{"front", true}, {"after", std::to_string(river.sequence)}})
            : h("tocsin-live", {{"topic", river.topic}, {"after", std::to_string(river.sequence)}});
    stream += elements;
  }
  stream += items.empty() ? h("p", {{"class", "empty"}}, "No stories yet. They will appear here.")
                          : h("ol", {{"class", "stories"}}, items);
  stream += onward(river);

  Head head;
  head.title = river.topic.empty() ? frame.site.name : river.topic;
  head.path = river.is_first_page ? (river.topic.empty() ? "/" : topic_path(river.topic)) : "";
  head.description = frame.site.tagline;
  head.topic = river.topic;
  head.feed.topic = river.topic;
  return document(frame, head,
                  h("div", {{"class", "river"}}, follow_box(frame.site, false),
                    h("div", {{"class", "stream"}}, stream)));
}

}  // namespace tocsin::pages
