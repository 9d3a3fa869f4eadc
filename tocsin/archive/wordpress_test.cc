// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tocsin/archive/builder.h"
#include "tocsin/archive/readers.h"
#include "tocsin/json/json.h"
#include "tocsin/markup/text.h"

namespace tocsin::archive {
namespace {

using testing::Contains;
using testing::HasSubstr;

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// An export of WordPress's own, and what its database holds, both made by tests/e2e/wordpress.sh.
// TOCSIN_WORDPRESS names a folder with others; otherwise they are those of the repository.
class WordPressExport : public testing::Test {
 protected:
  void SetUp() override {
    const char* made = std::getenv("TOCSIN_WORDPRESS");
    const std::string folder = made ? made : TOCSIN_ARCHIVE_CASES;
    const auto xml = read_file(folder + "/wordpress.xml");
    auto archive = read(as_bytes(xml));
    ASSERT_TRUE(archive) << archive.error().message;
    archive_ = *std::move(archive);
    auto counts = Json::parse(read_file(folder + "/wordpress.json"), {.bytes_max = 64 << 20});
    ASSERT_TRUE(counts) << counts.error().message;
    counts_ = *std::move(counts);
  }

  const Json::Array& posts() const { return *counts_.find("posts")->if_array(); }
  const ArchivedConversation* conversation(const std::string& key) const {
    for (const auto& each : archive_.conversations) {
      if (each.key == key) return &each;
    }
    return nullptr;
  }

  Archive archive_;
  Json counts_;
};

std::string field(const Json& json, std::string_view name) { return json.text(name).value_or("?"); }

std::string one_line(const std::string& text) {
  return markup::fold_space(markup::clean_text(markup::decode_references(text)));
}

bool is_ping(const Json& comment) {
  return field(comment, "type") == "pingback" || field(comment, "type") == "trackback";
}

// WordPress exports no spam, and pings are no comments.
std::map<std::string, const Json*> expected_comments(const Json& post) {
  std::map<std::string, const Json*> out;
  for (const auto& comment : *post.find("comments")->if_array()) {
    if (field(comment, "approved") == "spam" || is_ping(comment)) continue;
    out.emplace(field(comment, "id"), &comment);
  }
  return out;
}

State expected_state(const std::string& approved) {
  if (approved == "1") return State::kApproved;
  return approved == "0" ? State::kPending : State::kDeleted;
}

void expect_same(const ArchivedComment& ours, const Json& theirs,
                 const std::map<std::string, const Json*>& all) {
  const auto parent = field(theirs, "parent");
  EXPECT_EQ(ours.parent_key, all.contains(parent) ? parent : "") << ours.key;
  EXPECT_EQ(ours.author.name, one_line(field(theirs, "author"))) << ours.key;
  EXPECT_EQ(ours.author.email, field(theirs, "email")) << ours.key;
  EXPECT_EQ(ours.address, field(theirs, "address")) << ours.key;
  EXPECT_EQ(ours.state, expected_state(field(theirs, "approved"))) << ours.key;
  EXPECT_EQ(ours.author.is_registered, field(theirs, "user") != "0") << ours.key;
  if (const auto date = parse_sql_date(field(theirs, "date"))) {
    EXPECT_EQ(ours.created, *date) << ours.key;
  } else {
    EXPECT_NE(ours.created, Time{}) << ours.key;
  }
}

TEST_F(WordPressExport, HasEveryPostAndPageOfTheDatabase) {
  EXPECT_EQ(archive_.format, "wordpress");
  EXPECT_EQ(archive_.conversations.size(), posts().size());
  for (const auto& post : posts()) {
    const auto* ours = conversation(field(post, "id"));
    ASSERT_TRUE(ours) << field(post, "id");
    EXPECT_EQ(ours->title, one_line(field(post, "title")));
    EXPECT_EQ(ours->slug, field(post, "slug"));
    EXPECT_EQ(ours->is_open, field(post, "comment_status") == "open") << ours->key;
    EXPECT_TRUE(ours->page_url.starts_with("http://blog.example/")) << ours->page_url;
  }
}

TEST_F(WordPressExport, HasTheCommentsOfTheDatabaseWithTheirAuthorsAndParents) {
  std::size_t count = 0;
  for (const auto& post : posts()) {
    const auto* ours = conversation(field(post, "id"));
    ASSERT_TRUE(ours);
    const auto theirs = expected_comments(post);
    EXPECT_EQ(ours->comments.size(), theirs.size()) << ours->key;
    for (const auto& comment : ours->comments) {
      const auto found = theirs.find(comment.key);
      ASSERT_NE(found, theirs.end()) << comment.key;
      expect_same(comment, *found->second, theirs);
      ++count;
    }
  }
  EXPECT_EQ(archive_.comments(), count);
  EXPECT_GT(count, 50U);
}

// comment_count is WordPress's own sum: what it shows, pings too, and what it showed before the
// post went into the trash.
TEST_F(WordPressExport, CountsAsWordPressDoes) {
  for (const auto& post : posts()) {
    if (field(post, "slug").ends_with("__trashed")) continue;
    const auto* ours = conversation(field(post, "id"));
    ASSERT_TRUE(ours);
    auto shown = std::count_if(ours->comments.begin(), ours->comments.end(),
                               [](const auto& each) { return each.state == State::kApproved; });
    for (const auto& comment : *post.find("comments")->if_array()) {
      if (is_ping(comment) && field(comment, "approved") == "1") ++shown;
    }
    EXPECT_EQ(shown, post.find("comment_count")->if_int()) << ours->key;
  }
}

TEST_F(WordPressExport, HasEveryKindThatItWasMadeToHave) {
  std::size_t deepest = 0;
  std::set<State> states;
  std::set<std::string> texts;
  bool has_staff = false;
  for (const auto& conversation : archive_.conversations) {
    std::map<std::string, std::size_t> depths{{"", 0}};
    for (const auto& comment : conversation.comments) {
      const auto depth = depths.at(comment.parent_key) + 1;  // throws if a parent comes later
      depths[comment.key] = depth;
      deepest = std::max(deepest, depth);
      states.insert(comment.state);
      texts.insert(comment.text);
      has_staff = has_staff || comment.author.is_staff;
    }
  }
  EXPECT_GE(deepest, 5U);
  EXPECT_TRUE(has_staff);
  EXPECT_EQ(states, (std::set{State::kApproved, State::kPending, State::kDeleted}));
  EXPECT_THAT(texts, Contains("The end of CDATA: ]]> and again ]]]]> and a lone ]] and"));
  EXPECT_THAT(texts, Contains("Two paragraphs.\n\nAnd a line\nbreak."));
  EXPECT_THAT(archive_.warnings, Contains(HasSubstr("pingback or trackback was left out")));
}

// A document of one post, with `comment` in it.
std::string wxr(const std::string& comment) {
  return R"(<rss xmlns:wp="http://wordpress.org/export/1.2/"><channel>
    <wp:wxr_version>1.2</wp:wxr_version><item><title>T</title><link>https://e.example/a/?p=1</link>
    <wp:post_id>7</wp:post_id><wp:comment_status>open</wp:comment_status>
    <wp:post_type>post</wp:post_type>)" +
         comment + "</item></channel></rss>";
}

TEST(WordPress, TakesTheLocalDateWhereThereIsNone) {
  const auto xml =
      wxr("<wp:comment><wp:comment_id>1</wp:comment_id><wp:comment_date>2020-02-29 23:00:00"
          "</wp:comment_date><wp:comment_date_gmt>0000-00-00 00:00:00</wp:comment_date_gmt>"
          "</wp:comment>");
  const auto archive = read_wordpress(as_bytes(xml));
  ASSERT_TRUE(archive);
  ASSERT_EQ(archive->comments(), 1U);
  EXPECT_EQ(rfc3339(archive->conversations[0].comments[0].created), "2020-02-29T23:00:00Z");
  EXPECT_EQ(archive->conversations[0].page_path, "/a/");
}

TEST(WordPress, KnowsWhatIsPublic) {
  const auto is_public = [](const std::string& rest) {
    const auto archive = read_wordpress(as_bytes(wxr(rest)));
    return archive && archive->conversations.at(0).is_public;
  };
  EXPECT_TRUE(is_public(""));
  EXPECT_TRUE(is_public("<wp:status>publish</wp:status><wp:post_password></wp:post_password>"));
  for (const std::string status : {"draft", "private", "pending", "future", "trash"}) {
    EXPECT_FALSE(is_public("<wp:status>" + status + "</wp:status>")) << status;
  }
  EXPECT_FALSE(is_public("<wp:post_password>x</wp:post_password><wp:status>publish</wp:status>"));
}

TEST(WordPress, LetsAReplyToWhatIsNotThereAnswerThePage) {
  const auto xml =
      wxr("<wp:comment><wp:comment_id>2</wp:comment_id><wp:comment_parent>1</wp:comment_parent>"
          "</wp:comment><wp:comment><wp:comment_id>3</wp:comment_id><wp:comment_parent>4"
          "</wp:comment_parent></wp:comment><wp:comment><wp:comment_id>4</wp:comment_id>"
          "<wp:comment_parent>3</wp:comment_parent></wp:comment>");
  const auto archive = read_wordpress(as_bytes(xml));
  ASSERT_TRUE(archive);
  ASSERT_EQ(archive->comments(), 3U);
  const auto& comments = archive->conversations[0].comments;
  EXPECT_EQ(comments[0].parent_key, "");
  EXPECT_EQ(comments[1].key, "4");  // of two that answer each other one answers the page
  EXPECT_EQ(comments[1].parent_key, "");
  EXPECT_EQ(comments[2].parent_key, "4");
}

TEST(WordPress, SaysWhereAFileBreaksOff) {
  const auto whole = wxr("<wp:comment><wp:comment_id>12</wp:comment_id></wp:comment>");
  const auto xml = whole.substr(0, whole.find("</item>"));
  const auto archive = read_wordpress(as_bytes(xml));
  ASSERT_FALSE(archive);
  EXPECT_EQ(archive.error().code, Errc::kCorrupt);
  EXPECT_THAT(archive.error().message, HasSubstr("after the comment 12 of the post 7"));
  const auto kept = read_wordpress(as_bytes(xml), {.keep_what_is_readable = true});
  ASSERT_TRUE(kept);
  EXPECT_THAT(kept->warnings, Contains(HasSubstr("breaks off")));
}

TEST(WordPress, LeavesOutCommentsOfPlugins) {
  const auto xml = wxr(
      "<wp:comment><wp:comment_id>1</wp:comment_id><wp:comment_type>order_note</wp:comment_type>"
      "<wp:comment_content>secret</wp:comment_content></wp:comment>");
  const auto archive = read_wordpress(as_bytes(xml));
  ASSERT_TRUE(archive);
  EXPECT_EQ(archive->comments(), 0U);
  EXPECT_THAT(archive->warnings, Contains(HasSubstr("plugin")));
}

}  // namespace
}  // namespace tocsin::archive
