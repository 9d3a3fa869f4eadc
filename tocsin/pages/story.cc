// SPDX-License-Identifier: Apache-2.0
#include "tocsin/json/json.h"
#include "tocsin/newsroom/text.h"
#include "tocsin/pages/text.h"
#include "tocsin/pages/views.h"

namespace tocsin::pages {
namespace {

constexpr std::size_t kDescriptionCharactersMax = 200;
constexpr Seconds kUpdateWorthTelling{60};

// "Ana Rojas, Luis Soto and Eva Diaz".
std::string in_words(const std::vector<std::string>& names) {
  std::string out;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) out += i + 1 == names.size() ? " and " : ", ";
    out += names[i];
  }
  return out;
}

Html credit_links(const core::Story& story) {
  Html out;
  for (const auto& credit : story.credits) {
    if (credit.name.empty()) continue;
    if (!out.empty()) out += ", ";
    out += is_safe_address(credit.url)
               ? h("a", {{"href", credit.url}, {"rel", "noopener"}}, credit.name)
               : Html(credit.name);
  }
  return out;
}

Html byline(const core::Story& story) {
  Html who;
  if (!story.authors.empty()) who += h("span", {}, "By " + in_words(story.authors));
  if (const Html credits = credit_links(story); !credits.empty()) {
    if (!who.empty()) who += " · ";
    who += credits;
  }
  Html when = time_element(story.published, true);
  if (story.updated - story.published >= kUpdateWorthTelling) {
    when += " · updated ";
    when += time_element(story.updated);
  }
  return h("div", {{"class", "byline"}}, who.empty() ? Html() : h("p", {}, who), h("p", {}, when));
}

Html correction_notice(const core::Story& story) {
  if (story.state != core::StoryState::kCorrected) return {};
  const auto what =
      story.correction.empty() ? "An earlier version of this report was wrong." : story.correction;
  return h("aside", {{"class", "notice"}, {"aria-label", "Correction"}},
           h("p", {}, h("strong", {}, "Correction:"), " ", what));
}

Html figure(const core::Story& story) {
  if (story.image_url.empty() || !is_safe_address(story.image_url)) return {};
  return h("figure", {},
           h("img", {{"src", story.image_url},
                     {"alt", ""},
                     {"decoding", "async"},
                     {"referrerpolicy", "no-referrer"},
                     {"width", "1280"},
                     {"height", "720"}}));
}

// The link to the whole report, where it stands elsewhere.
Html source_link(const core::Story& story) {
  if (story.url.empty() || !is_safe_address(story.url)) return {};
  const bool has_name = !story.credits.empty() && !story.credits.front().name.empty();
  const auto where = has_name ? " at " + story.credits.front().name : " at its source";
  const auto what = story.body_html.empty() ? "Read the full report" : "Read this report";
  return h("p", {{"class", "source"}},
           h("a", {{"href", story.url}, {"rel", "noopener"}}, what + where));
}

Html tags(const core::Story& story) {
  if (story.topics.empty()) return {};
  Html items;
  for (const auto& topic : story.topics) {
    items += h("li", {}, h("a", {{"href", topic_path(topic)}}, topic));
  }
  return h("ul", {{"class", "tags"}, {"aria-label", "Topics"}}, items);
}

Html related(const Frame& frame, const StoryView& view) {
  Html out;
  if (!view.related.empty()) {
    Html items;
    for (const auto& story : view.related) items += h("li", {}, card(frame, story, false, 3));
    const auto title =
        view.related_topic.empty() ? std::string("Latest news") : "More on " + view.related_topic;
    out += h("h2", {}, title);
    out += h("ol", {{"class", "stories"}}, items);
  }
  if (view.previous) {
    out += h("nav", {{"class", "onward"}, {"aria-label", "Earlier"}},
             h("a", {{"href", story_path(*view.previous)}, {"rel", "prev"}},
               "Before this: " + view.previous->headline));
  }
  if (out.empty()) return {};
  return h("section", {{"class", "related"}, {"aria-label", "More stories"}}, out);
}

// https://schema.org/NewsArticle, for search engines.
Html linked_data(const Frame& frame, const core::Story& story) {
  const auto& site = frame.site;
  Json authors = Json::array({});
  for (const auto& name : story.authors) {
    authors.push(Json({{"@type", "Person"}, {"name", name}}));
  }
  Json article({{"@context", "https://schema.org"},
                {"@type", "NewsArticle"},
                {"headline", story.headline},
                {"datePublished", rfc3339(story.published)},
                {"dateModified", rfc3339(story.updated)},
                {"mainEntityOfPage", site.base_url + story_path(story)},
                {"inLanguage", story.language.empty() ? site.language : story.language},
                {"publisher", Json({{"@type", "Organization"},
                                    {"name", site.name},
                                    {"logo", site.base_url + "/icons/icon-512.png"}})}});
  if (!story.authors.empty()) article.set("author", std::move(authors));
  if (is_safe_address(story.image_url)) article.set("image", story.image_url);
  if (is_safe_address(story.url)) article.set("isBasedOn", story.url);
  if (!story.dateline.empty()) article.set("dateline", story.dateline);
  if (!story.correction.empty()) article.set("correction", story.correction);
  return Html::data_block("application/ld+json", article.dump());
}

Html article_times(const core::Story& story) {
  const auto tag = [](const char* name, const std::string& content) {
    return h("meta", {{"property", name}, {"content", content}});
  };
  Html out = tag("article:published_time", rfc3339(story.published));
  out += tag("article:modified_time", rfc3339(story.updated));
  return out;
}

}  // namespace

std::string story_page(const Frame& frame, const StoryView& view) {
  const auto& story = view.story;
  const auto& language = story.language.empty() ? frame.site.language : story.language;
  const auto& text = story.body_html.empty() ? story.summary_html : story.body_html;

  Html article;
  if (!story.dateline.empty()) article += h("p", {{"class", "kicker"}}, story.dateline);
  article += h("h1", {}, story.headline);
  article += byline(story);
  article += correction_notice(story);
  article += figure(story);
  article += h("div", {{"class", "prose"}}, Html::sanitised(text));
  article += source_link(story);
  article += tags(story);

  Head head;
  head.title = story.headline;
  head.path = story_path(story);
  head.description = newsroom::cut(newsroom::plain_text(text), kDescriptionCharactersMax);
  head.image_url = story.image_url;
  head.is_article = true;
  head.more = article_times(story);
  head.more += linked_data(frame, story);

  if (view.thread) {
    article += h("p", {{"class", "source"}},
                 h("a", {{"href", "/t/" + view.thread->id.text()}},
                   "Follow the developing story: " + view.thread->headline));
  }
  article += h("tocsin-live",
               {{"story", story.id.text()}, {"after", std::to_string(view.conversation.sequence)}});
  Html main = h("div", {{"class", "story"}},
                h("article", {{"lang", language}, {"dir", direction(language)}}, article),
                follow_box(frame.site, false));
  main += conversation_section(view.conversation);
  main += related(frame, view);
  return document(frame, head, main);
}

std::string withdrawn_page(const Frame& frame, const core::Story& story) {
  Html body = h("p", {{"class", "status"}}, "WITHDRAWN");
  body += h("h1", {}, "This report was withdrawn");
  if (!story.correction.empty()) body += h("p", {}, story.correction);
  body += h("p", {}, "It was published on ", time_element(story.published), " and withdrawn on ",
            time_element(story.updated), ".");
  body += h("p", {}, h("a", {{"href", "/"}}, "Read the latest news"));
  Head head;
  head.title = "Withdrawn";
  return document(frame, head, h("div", {{"class", "plain"}}, body));
}

}  // namespace tocsin::pages
