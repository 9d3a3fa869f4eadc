// SPDX-License-Identifier: Apache-2.0
#include "tocsin/conversation/phases.h"

#include <algorithm>
#include <vector>

#include "tocsin/conversation/limits.h"
#include "tocsin/markdown/markdown.h"
#include "tocsin/text/text.h"
#include "tocsin/text/word_list.h"

namespace tocsin::conversation {
namespace {

using core::CommentState;
using core::Ground;

constexpr const char* kWaits = " It waits for a moderator.";

std::optional<Verdict> nothing() { return std::nullopt; }

std::optional<Verdict> held(std::string reason, const std::string& statement) {
  return Verdict{
      .state = CommentState::kHeld, .reason = std::move(reason), .statement = statement + kWaits};
}

std::optional<Verdict> rejected(std::string reason, std::string statement, Ground ground) {
  return Verdict{.state = CommentState::kRejected,
                 .reason = std::move(reason),
                 .statement = std::move(statement),
                 .ground = ground};
}

Judgement length(const PhaseInput& input) {
  const auto& text = input.comment.text;
  const std::size_t most = input.policy.characters_max;
  if (text.empty()) return Error{Errc::kInvalidArgument, "comment.text: is missing"};
  if (text.size() > kCommentBytesMax) {
    return Error{Errc::kInvalidArgument,
                 "comment.text: is longer than " + std::to_string(kCommentBytesMax) + " bytes"};
  }
  if (text::graphemes(text, most + 1) > most) {
    return Error{Errc::kInvalidArgument,
                 "comment.text: is longer than " + std::to_string(most) + " characters"};
  }
  return nothing();
}

Judgement closed(const PhaseInput& input) {
  if (input.opening.is_open()) return nothing();
  return Error{Errc::kConflict, "conversation: is " + std::string(text(input.opening.state))};
}

Judgement links(const PhaseInput& input) {
  const std::size_t count = markdown::count_links(input.comment.text);
  if (count <= input.policy.links_max) return nothing();
  return held(std::to_string(count) + " links",
              "It has more than " + std::to_string(input.policy.links_max) + " links.");
}

Judgement repeat(const PhaseInput& input) {
  std::size_t same = 0;
  for (const auto& earlier : input.earlier) {
    if (earlier.text != input.comment.text || input.at - earlier.created >= kRepeatWithin) continue;
    if (earlier.story == input.comment.story) {
      return rejected("the same text in this conversation", "You have already written this here.",
                      Ground::kSpam);
    }
    if (++same + 1 == kRepeatsAnywhereMax) {
      return rejected("the same text in several conversations",
                      "You have already written this in other conversations.", Ground::kSpam);
    }
  }
  return nothing();
}

Judgement staff(const PhaseInput& input) {
  if (input.reader != nullptr) return nothing();
  return std::optional{Verdict{}};
}

// What of the list stands in the text. Entries are taken one by one: the policy may hold one that
// the list refuses, and the others count all the same.
std::optional<text::Match> find(const std::vector<std::string>& list, std::string_view written) {
  std::string lines;
  for (const auto& entry : list) lines += entry + '\n';
  if (const auto words = text::WordList::parse(lines)) return words->find(written);
  for (const auto& entry : list) {
    const auto word = text::WordList::parse(entry);
    if (!word) continue;
    if (auto match = word->find(written)) return match;
  }
  return std::nullopt;
}

Judgement words(const PhaseInput& input) {
  const auto named = [&](const text::Match& match) {
    return input.policy.tells_words ? "\"" + match.written + "\"" : std::string("a word");
  };
  if (const auto match = find(input.policy.banned_words, input.comment.text)) {
    return rejected("the banned word \"" + match->entry + "\", written \"" + match->written + "\"",
                    "It contains " + named(*match) + ", which this site does not allow.",
                    Ground::kOther);
  }
  if (const auto match = find(input.policy.suspect_words, input.comment.text)) {
    return held("the suspect word \"" + match->entry + "\", written \"" + match->written + "\"",
                "It contains " + named(*match) + ", which a person has to look at.");
  }
  return nothing();
}

Judgement history(const PhaseInput& input) {
  const auto last = input.earlier.first(std::min(input.earlier.size(), kHistoryComments));
  const auto bad = static_cast<std::size_t>(std::count_if(
      last.begin(), last.end(),
      [](const core::Comment& comment) { return comment.state == CommentState::kRejected; }));
  if (bad < kHistoryRejectedMin || bad * 100 < last.size() * kHistoryRejectedPercentMin) {
    return nothing();
  }
  const std::string count = std::to_string(bad) + " of the last " + std::to_string(last.size());
  return held(count + " comments were rejected", "Of your last comments, several were rejected.");
}

// What a classifier said, for people: on few lines, and short.
std::string brief(std::string_view reason) {
  constexpr std::size_t kBytesMax = 500;
  std::string out = text::clean_text(reason);
  if (out.size() <= kBytesMax) return out;
  std::size_t end = kBytesMax;
  while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xc0U) == 0x80) --end;
  out.resize(end);
  return out + "…";
}

Judgement external(const PhaseInput& input) {
  if (!input.external && input.policy.external_url.empty()) return nothing();
  const External said = input.external.value_or(External{});
  switch (said.verdict) {
    case External::Verdict::kPublish:
      return nothing();
    case External::Verdict::kHold:
      return held("the classifier: " + brief(said.reason),
                  "An automatic check asks for a person's look.");
    case External::Verdict::kReject:
      return rejected("the classifier: " + brief(said.reason), "An automatic check rejected it.",
                      Ground::kOther);
    case External::Verdict::kNoAnswer:
      break;
  }
  if (input.policy.external_fails_open) return nothing();
  return held("the classifier gave no answer", "An automatic check could not be made.");
}

Judgement newcomer(const PhaseInput& input) {
  if (input.reader == nullptr) return nothing();
  if (input.reader->published >= input.policy.newcomer_comments) return nothing();
  return held(std::to_string(input.reader->published) + " comments were published before",
              "Your first comments are read by a moderator.");
}

Judgement holds_all(const PhaseInput& input) {
  if (!input.policy.holds_all && !input.holds_all) return nothing();
  return held(input.holds_all ? "all of this conversation are held" : "all of the site are held",
              "Every comment is read by a moderator here.");
}

constexpr std::array<Phase, kPhaseCount> kPhases = {{{"length", length},
                                                     {"closed", closed},
                                                     {"links", links, false},
                                                     {"repeat", repeat, false},
                                                     {"staff", staff},
                                                     {"words", words},
                                                     {"history", history},
                                                     {"external", external},
                                                     {"newcomer", newcomer},
                                                     {"holds_all", holds_all}}};

}  // namespace

const std::array<Phase, kPhaseCount>& phases() { return kPhases; }

Judgement judge(const PhaseInput& input) {
  const bool is_staff = input.reader == nullptr;
  for (const auto& phase : kPhases) {
    if (is_staff && !phase.is_for_staff) continue;
    auto judgement = phase.judge(input);
    if (!judgement) return judgement;
    if (!*judgement) continue;
    (*judgement)->phase = phase.name;
    return judgement;
  }
  return nothing();
}

}  // namespace tocsin::conversation
