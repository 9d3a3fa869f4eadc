// SPDX-License-Identifier: Apache-2.0
#include "tocsin/feed/feed.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include <gtest/gtest.h>

#include "tocsin/markup/text.h"

namespace tocsin::feed {
namespace {

// One case of tests/feeds/*.txt, whose README says how they are written.
struct FeedCase {
  std::string file;
  std::string name;
  std::map<std::string, std::string> options;  // the lines that start with '@'
  std::string input;
  std::vector<std::pair<std::string, std::string>> expected;  // path and JSON
};

// NOLINTNEXTLINE(readability-identifier-naming): GoogleTest's name.
void PrintTo(const FeedCase& feed_case, std::ostream* out) { *out << feed_case.name; }

constexpr std::string_view kNamespaces =
    R"( xmlns:atom="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/")"
    R"( xmlns:dcterms="http://purl.org/dc/terms/" xmlns:media="http://search.yahoo.com/mrss/")"
    R"( xmlns:content="http://purl.org/rss/1.0/modules/content/")"
    R"( xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" xmlns:thr="http://purl.org/syndication/thread/1.0")"
    R"( xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd")"
    R"( xmlns:xhtml="http://www.w3.org/1999/xhtml")";

std::string wrapped(const FeedCase& feed_case) {
  const auto has = [&](const char* option) { return feed_case.options.count(option) != 0; };
  const std::string rss = "<rss version=\"2.0\"" + std::string(kNamespaces) + "><channel>";
  const std::string atom =
      "<feed xmlns=\"http://www.w3.org/2005/Atom\"" + std::string(kNamespaces) + ">";
  if (has("item")) return rss + "<item>" + feed_case.input + "</item></channel></rss>";
  if (has("channel")) return rss + feed_case.input + "</channel></rss>";
  if (has("entry")) return atom + "<entry>" + feed_case.input + "</entry></feed>";
  if (has("feed")) return atom + feed_case.input + "</feed>";
  if (has("jsonitem")) {
    return R"({"version":"https://jsonfeed.org/version/1.1","items":[)" + feed_case.input + "]}";
  }
  return feed_case.input;
}

std::string without_escapes(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = text.substr(i, 2) == "\\x" ? unhex(text.substr(i + 2, 2)) : std::nullopt;
    if (byte) i += 3;
    out += byte ? static_cast<char>(byte->front()) : text[i];
  }
  return out;
}

std::vector<FeedCase> cases_of(const std::filesystem::path& path) {
  std::vector<FeedCase> cases;
  std::ifstream file(path);
  bool is_input = false;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("=== ")) {
      cases.push_back({path.stem(), line.substr(4), {}, {}, {}});
      is_input = true;
    } else if (cases.empty()) {
      continue;
    } else if (is_input && line == "---") {
      is_input = false;
    } else if (is_input && line.starts_with('@')) {
      const auto space = std::min(line.find(' '), line.size());
      cases.back().options[line.substr(1, space - 1)] =
          line.substr(std::min(space + 1, line.size()));
    } else if (is_input) {
      cases.back().input += cases.back().input.empty() ? line : '\n' + line;
    } else if (const auto colon = line.find(": "); colon != line.npos) {
      cases.back().expected.emplace_back(line.substr(0, colon), line.substr(colon + 2));
    }
  }
  return cases;
}

std::vector<FeedCase> all_cases() {
  std::vector<FeedCase> all;
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(TOCSIN_FEED_CASES)) {
    if (entry.path().extension() == ".txt") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  for (const auto& path : paths) {
    for (auto& each : cases_of(path)) all.push_back(std::move(each));
  }
  return all;
}

// What the command prints, and beside it, under "more", what only the program sees.
Json outcome(const Result<ParsedFeed>& feed) {
  const auto printed = feed ? to_json(*feed) : feed.error();
  if (!printed) {
    return {{"error", printed.error().code == Errc::kExhausted ? "exhausted" : "corrupt"}};
  }
  Json json = *printed;
  Json::Array languages;
  Json::Array credits;
  for (const auto& item : feed->items) {
    languages.emplace_back(item.language);
    credits.emplace_back(item.credit);
  }
  std::optional<std::int64_t> ttl;
  if (feed->ttl) ttl = feed->ttl->count();
  json.set("more", {{"ttl", ttl},
                    {"skip_hours", Json::Array(feed->skip_hours.begin(), feed->skip_hours.end())},
                    {"skip_days", Json::Array(feed->skip_days.begin(), feed->skip_days.end())},
                    {"self", feed->self},
                    {"hubs", Json::Array(feed->hubs.begin(), feed->hubs.end())},
                    {"languages", std::move(languages)},
                    {"credits", std::move(credits)}});
  return json;
}

// "items[0].title" and "items.length".
Json at(const Json& root, std::string_view path) {
  const Json* here = &root;
  while (here && !path.empty()) {
    if (path == ".length" && here->if_array()) return Json(here->if_array()->size());
    if (path.starts_with('[')) {
      const auto close = path.find(']');
      const auto index =
          static_cast<std::size_t>(std::stoul(std::string(path.substr(1, close - 1))));
      const auto* const list = here->if_array();
      here = list && index < list->size() ? &(*list)[index] : nullptr;
      path.remove_prefix(close + 1);
    } else {
      if (path.starts_with('.')) path.remove_prefix(1);
      const auto name = path.substr(0, path.find_first_of(".["));
      here = here->find(name);
      path.remove_prefix(name.size());
    }
  }
  return here ? *here : Json("(no such value)");
}

bool has_warning(const Json& json, const std::string& part) {
  const Json warnings = at(json, "warnings");
  if (!warnings.if_array()) return false;
  for (const auto& each : *warnings.if_array()) {
    if (each.if_string() && each.if_string()->find(part) != std::string::npos) return true;
  }
  return false;
}

class Feeds : public testing::TestWithParam<FeedCase> {};

TEST_P(Feeds, ReadsAsTheSpecificationsSay) {
  const FeedCase& feed_case = GetParam();
  std::string input = wrapped(feed_case);
  if (feed_case.options.count("escapes") != 0) input = without_escapes(input);
  ParseOptions options;
  if (const auto type = feed_case.options.find("type"); type != feed_case.options.end()) {
    options.content_type = type->second;
  }
  if (const auto base = feed_case.options.find("base"); base != feed_case.options.end()) {
    options.base_url = base->second;
  }
  const Json actual = outcome(parse(as_bytes(input), options));
  ASSERT_FALSE(feed_case.expected.empty());
  for (const auto& [path, text] : feed_case.expected) {
    const auto expected = Json::parse(text);
    ASSERT_TRUE(expected) << path << ": " << text;
    if (path == "warns") {
      EXPECT_TRUE(has_warning(actual, *expected->if_string())) << actual.pretty();
    } else {
      EXPECT_EQ(at(actual, path).dump(), expected->dump()) << path << " of " << actual.pretty();
    }
  }
}

std::string test_name(const testing::TestParamInfo<FeedCase>& info) {
  std::string name = info.param.file + '_';
  bool is_word_start = true;
  for (const char c : info.param.name) {
    const bool is_word = markup::is_letter(c) || markup::is_digit(c);
    if (is_word) name += is_word_start && c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    is_word_start = !is_word;
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(Cases, Feeds, testing::ValuesIn(all_cases()), test_name);

TEST(Feeds, AreManyCases) { EXPECT_GE(all_cases().size(), 400U); }

}  // namespace
}  // namespace tocsin::feed
