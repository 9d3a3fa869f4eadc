// SPDX-License-Identifier: Apache-2.0
#include "tocsin/app/comments/summary.h"

#include <algorithm>
#include <cstdio>

#include "tocsin/app/terminal.h"

namespace tocsin::app {
namespace {

constexpr std::size_t kRefusedShownMax = 20;

class Table {
 public:
  void head(std::string_view name, std::uint64_t count) { row(name, count, ""); }
  // Left out where there is nothing to say.
  void part(std::string_view name, std::uint64_t count) {
    if (count != 0) row(name, count, "  ");
  }
  std::string take() { return std::move(text_); }

 private:
  void row(std::string_view name, std::uint64_t count, const char* indent) {
    char line[80];
    std::snprintf(line, sizeof line, "%s%-*.*s %12s\n", indent, *indent != '\0' ? 34 : 36,
                  static_cast<int>(name.size()), name.data(), with_commas(count).c_str());
    text_ += line;
  }

  std::string text_;
};

std::string joined(std::vector<std::string> words) {
  words.erase(std::unique(words.begin(), words.end()), words.end());
  std::string out;
  for (const auto& word : words) out += (out.empty() ? "" : ", ") + word;
  return out;
}

// What to do next.
std::string advice(const ImportSummary& summary) {
  std::string out;
  const auto& counts = summary.counts;
  if (counts.left_out != 0) {
    out += "\nNo story of " + summary.site.name + " fits";
    for (const auto& page : counts.pages_left) out += "\n  " + page;
    if (counts.left_out > counts.pages_left.size()) out += "\n  ...";
    out +=
        "\nImport again when their stories are here, or have --create-stories make one for each.";
  }
  if (!summary.site.comments.is_offered) {
    out += "\nThe site shows no comments yet: turn them on in the newsroom, under Rules.";
  }
  if (summary.is_dry_run) out += "\nNothing was changed: this was a dry run.";
  return out;
}

}  // namespace

std::string to_text(const ImportSummary& summary) {
  const auto& counts = summary.counts;
  Table table;
  table.head("Conversations", counts.matched + counts.created + counts.left_out + counts.empty);
  table.part("of stories that are here", counts.matched);
  table.part("of stories made for them", counts.created);
  table.part("left out: no story fits", counts.left_out);
  table.part("left out: nobody's to see", counts.empty);
  table.part("closed by hand", counts.closed);
  table.head("Comments",
             counts.added() + counts.known + counts.without_story + counts.without_text);
  table.part("published", counts.published);
  table.part("waiting for a moderator", counts.held);
  table.part("rejected", counts.rejected);
  table.part("deleted", counts.deleted);
  table.part("imported before", counts.known);
  table.part("left out: no story fits", counts.without_story);
  table.part("left out: no text", counts.without_text);
  table.part("cut: longer than 64 KiB", counts.shortened);
  table.head("Warnings", summary.warnings.size() + summary.refused.size());
  std::string out = joined(summary.formats) + " -> " + summary.site.name + "\n\n" + table.take();
  const auto next = advice(summary);
  if (next.empty()) out.pop_back();  // the line's end
  return out + next;
}

Json to_json(const ImportSummary& summary) {
  const auto& counts = summary.counts;
  Json::Array formats(summary.formats.begin(), summary.formats.end());
  return Json({{"formats", Json(std::move(formats))},
               {"site", summary.site.id.text()},
               {"dry_run", summary.is_dry_run},
               {"conversations", Json({{"matched", counts.matched},
                                       {"created", counts.created},
                                       {"left_out", counts.left_out},
                                       {"empty", counts.empty},
                                       {"closed", counts.closed}})},
               {"comments", Json({{"published", counts.published},
                                  {"held", counts.held},
                                  {"rejected", counts.rejected},
                                  {"deleted", counts.deleted},
                                  {"known", counts.known},
                                  {"without_story", counts.without_story},
                                  {"without_text", counts.without_text},
                                  {"shortened", counts.shortened}})},
               {"warnings", summary.warnings.size()},
               {"refused", summary.refused.size()}});
}

void print_notes(const ImportSummary& summary) {
  for (const auto& warning : summary.warnings) {
    std::fprintf(stderr, "tocsin: warning: %s\n", warning.c_str());
  }
  const auto shown = std::min(summary.refused.size(), kRefusedShownMax);
  for (std::size_t i = 0; i < shown; ++i) {
    std::fprintf(stderr, "tocsin: not imported: %s\n", summary.refused[i].c_str());
  }
}

}  // namespace tocsin::app
