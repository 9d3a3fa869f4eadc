// SPDX-License-Identifier: Apache-2.0
#include "tocsin/pages/conversation.h"

#include <algorithm>
#include <iterator>
#include <unordered_map>

#include "tocsin/markdown/markdown.h"
#include "tocsin/pages/text.h"
#include "tocsin/pages/views.h"

namespace tocsin::pages {
namespace {

using conversation::Opening;
using core::Comment;

constexpr std::size_t kDepthMax = 6;
constexpr std::size_t kTopLevelOnStoryPage = 50;

// The comments by what they answer; those whose parent is not shown answer the story.
using Answers = std::unordered_map<core::CommentId, std::vector<const Comment*>>;

Answers answers_of(const std::vector<Comment>& comments) {
  std::unordered_map<core::CommentId, bool> shown;
  shown.reserve(comments.size());
  for (const auto& comment : comments) shown.emplace(comment.id, true);
  Answers out;
  for (const auto& comment : comments) {
    const bool has_parent = comment.parent && shown.contains(comment.parent);
    out[has_parent ? comment.parent : core::CommentId{}].push_back(&comment);
  }
  return out;
}

std::string writer(const Comment& comment) {
  return comment.name.empty() ? "A reader" : comment.name;
}

Html badge(const Comment& comment) {
  if (comment.badge == core::Badge::kNone) return {};
  return h("span", {{"class", "badge"}},
           comment.badge == core::Badge::kModerator ? "Moderator" : "Newsroom");
}

struct Shown {
  const Comment* comment;
  const Comment* answered;  // named above the text; null where its place says it
};

Html comment_article(const Shown& shown) {
  const Comment& comment = *shown.comment;
  const std::string id = comment.id.text();
  if (comment.state != core::CommentState::kPublished) {
    return h("article", {{"class", "comment gone"}, {"id", "c-" + id}, {"data-id", id}},
             h("p", {}, "This comment was deleted."));
  }
  Html head = h("span", {{"class", "writer"}}, writer(comment));
  head += badge(comment);
  if (comment.is_featured) head += h("span", {{"class", "badge"}}, "Featured");
  head += h("a", {{"href", "/c/" + id}, {"class", "when"}}, time_element(comment.created));
  if (comment.edited) head += h("span", {{"class", "edited"}}, "edited");
  Html answered;
  if (shown.answered != nullptr) {
    answered = h("p", {{"class", "answered"}}, "In answer to " + writer(*shown.answered));
  }
  return h("article",
           {{"class", "comment"},
            {"id", "c-" + id},
            {"data-id", id},
            {"data-votes", std::to_string(comment.votes)}},
           h("header", {}, head), answered,
           h("div", {{"class", "prose"}}, Html::sanitised(markdown::comment_html(comment.text))));
}

// What answers `comment`, and what answers that, one after another. Imported ones may be nested
// without end: a list of what is still to come, and no recursion.
Html flat_answers(const Answers& answers, const Comment& comment) {
  Html items;
  std::vector<Shown> rest;
  const auto take = [&](const Comment& above) {
    const auto found = answers.find(above.id);
    if (found == answers.end()) return;
    std::transform(found->second.rbegin(), found->second.rend(), std::back_inserter(rest),
                   [&above](const Comment* next) {
                     return Shown{next, &above};
                   });
  };
  take(comment);
  while (!rest.empty()) {
    const Shown next = rest.back();
    rest.pop_back();
    items += h("li", {}, comment_article(next));
    take(*next.comment);
  }
  return items;
}

Html comment_list(const Answers& answers, const std::vector<const Comment*>& comments,
                  std::size_t depth) {
  Html items;
  for (const Comment* comment : comments) {
    const auto found = answers.find(comment->id);
    Html below;
    if (found != answers.end() && depth < kDepthMax) {
      below = comment_list(answers, found->second, depth + 1);
    }
    items += h("li", {}, comment_article({comment, nullptr}), below);
    if (depth >= kDepthMax) items += flat_answers(answers, *comment);
  }
  return h("ol", {{"class", "comments"}}, items);
}

// Where else a reader can hear of it.
Html instead(const core::Story& story, bool is_open) {
  Html links;
  for (const auto& topic : story.topics) {
    if (!links.empty()) links += ", ";
    links += h("a", {{"href", topic_path(topic)}}, topic);
  }
  Html line = h("a", {{"href", "/following"}}, "Get alerts");
  line += " on what comes next";
  if (!links.empty()) {
    line += ", or read on: ";
    line += links;
  }
  line += ".";
  return h("p", {{"class", "instead"}, {"hidden", is_open}}, line);
}

std::string age_text(std::uint32_t days) {
  if (days == 0) return "the report is too old";
  return "the report is older than " + (days == 1 ? "a day" : std::to_string(days) + " days");
}

std::string why_text(const Opening& opening, std::uint32_t close_after_days) {
  switch (opening.why) {
    case Opening::Why::kOpen:
    case Opening::Why::kNotOffered:
    case Opening::Why::kDraft:
      return "";
    case Opening::Why::kByHand:
      return opening.message.empty() ? "the newsroom closed them" : opening.message;
    case Opening::Why::kSite:
      return opening.message.empty() ? "all conversations of this site are closed"
                                     : opening.message;
    case Opening::Why::kWithdrawn:
      return "the report was withdrawn";
    case Opening::Why::kHour:
      return opening.message.empty() ? "they were open until then" : opening.message;
    case Opening::Why::kAge:
      return age_text(close_after_days);
    case Opening::Why::kNight:
      return "they are open at certain hours";
  }
  return "";
}

Html entry_article(const core::Entry& entry) {
  Html inside;
  if (entry.is_key) inside += h("p", {{"class", "kicker"}}, "Key moment");
  inside += h("p", {{"class", "when"}}, time_element(entry.published));
  if (!entry.headline.empty()) inside += h("h3", {}, entry.headline);
  if (!entry.correction.empty()) {
    inside += h("aside", {{"class", "notice"}, {"aria-label", "Correction"}},
                h("p", {}, h("strong", {}, "Correction:"), " ", entry.correction));
  }
  inside += h("div", {{"class", "prose"}}, Html::sanitised(entry.text_html));
  if (!entry.author.empty()) inside += h("p", {{"class", "byline"}}, "By " + entry.author);
  return h("article", {{"class", "entry"}, {"id", "e-" + entry.id.text()}}, inside);
}

}  // namespace

Html opening_line(const Opening& opening, std::uint32_t close_after_days) {
  if (opening.is_open()) {
    if (!opening.changes) return {};
    return h("p", {{"class", "opening"}}, "Comments are open until ",
             time_element(*opening.changes, true), ".");
  }
  Html line = "Comments are closed";
  if (opening.since) {
    line += " since ";
    line += time_element(*opening.since, true);
  }
  const auto why = why_text(opening, close_after_days);
  if (!why.empty()) line += ": " + why;
  line += why.ends_with('.') || why.ends_with('!') || why.ends_with('?') ? "" : ".";
  if (opening.changes) {
    line += " They open again on ";
    line += time_element(*opening.changes, true);
    line += ".";
  }
  return h("p", {{"class", "opening"}}, line);
}

Html conversation_section(const ConversationView& view) {
  if (view.opening.state == Opening::State::kHidden) return {};
  const auto answers = answers_of(view.comments);
  const auto found = answers.find(core::CommentId{});
  auto top = found == answers.end() ? std::vector<const Comment*>() : found->second;
  const bool is_cut = !view.is_whole && top.size() > kTopLevelOnStoryPage;
  if (is_cut) top.resize(kTopLevelOnStoryPage);
  const std::string count = view.count == 0   ? "Comments"
                            : view.count == 1 ? "1 comment"
                                              : std::to_string(view.count) + " comments";
  const bool is_open = view.opening.is_open();
  Html inside = h("h2", {}, count);
  inside += h("div", {{"class", "state"}}, opening_line(view.opening, view.close_after_days));
  inside += instead(view.story, is_open);
  inside += top.empty() ? h("ol", {{"class", "comments"}}) : comment_list(answers, top, 1);
  if (top.empty()) {
    inside += h("p", {{"class", "empty"}, {"hidden", !is_open}}, "Nobody has commented yet.");
  }
  if (is_cut) {
    inside += h("p", {{"class", "more"}},
                h("a", {{"href", story_path(view.story) + "/comments"}}, "Read all comments"));
  }
  return h("section", {{"class", "conversation"}, {"aria-label", "Comments"}},
           h("tocsin-comments",
             {{"story", view.story.id.text()},
              {"after", std::to_string(view.sequence)},
              {"state", conversation::text(view.opening.state)},
              {"count", std::to_string(view.count)},
              {"characters", std::to_string(view.characters_max)},
              {"days", std::to_string(view.close_after_days)},
              {"votes", view.has_votes}},
             inside));
}

std::string comments_page(const Frame& frame, const ConversationView& view) {
  Head head;
  head.title = "Comments: " + view.story.headline;
  const Html back = h("p", {{"class", "kicker"}},
                      h("a", {{"href", story_path(view.story)}}, "Back to the report"));
  Html section = conversation_section(view);
  if (section.empty()) section = h("p", {}, "This report has no comments.");
  return document(frame, head,
                  h("div", {{"class", "plain"}}, back, h("h1", {}, view.story.headline), section));
}

std::string thread_page(const Frame& frame, const ThreadView& view) {
  Html keys;
  Html entries;
  for (const auto& entry : view.entries) {
    (entry.is_key ? keys : entries) += h("li", {}, entry_article(entry));
  }
  Html stories;
  for (const auto& story : view.stories) stories += h("li", {}, card(frame, story, false, 3));

  const auto& thread = view.thread;
  Html inside = h("p", {{"class", "kicker"}}, thread.is_live ? "Live" : "This has ended");
  inside += h("h1", {}, thread.headline);
  if (!thread.summary.empty()) inside += h("p", {{"class", "summary"}}, thread.summary);
  inside +=
      h("tocsin-live", {{"thread", thread.id.text()}, {"after", std::to_string(view.sequence)}});
  if (!keys.empty()) {
    inside += h("section", {{"aria-label", "Key moments"}, {"class", "keys"}},
                h("h2", {}, "Key moments"), h("ol", {{"class", "entries"}}, keys));
  }
  inside += h("ol", {{"class", "entries"}, {"aria-label", "Updates, the newest first"}}, entries);
  if (!stories.empty()) {
    inside += h("section", {{"class", "related"}, {"aria-label", "Reports"}},
                h("h2", {}, "Reports"), h("ol", {{"class", "stories"}}, stories));
  }
  Head head;
  head.title = thread.headline;
  head.path = "/t/" + thread.id.text();
  head.feed.thread = thread.id;
  head.description = thread.summary;
  return document(frame, head, h("div", {{"class", "plain thread"}}, inside));
}

std::string sign_in_page(const Frame& frame) {
  Head head;
  head.title = "Sign in";
  head.is_bare = true;
  return document(
      frame, head,
      h("div", {{"class", "plain"}}, h("h1", {}, "Sign in"),
        h("tocsin-sign-in", {}, h("noscript", {}, h("p", {}, "Signing in needs JavaScript.")))));
}

}  // namespace tocsin::pages
