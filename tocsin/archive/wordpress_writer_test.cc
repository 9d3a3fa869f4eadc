// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tocsin/archive/archive_samples.h"
#include "tocsin/archive/readers.h"
#include "tocsin/archive/writers.h"
#include "tocsin/markdown/markdown.h"
#include "tocsin/markup/text.h"

namespace tocsin::archive {
namespace {

using testing::HasSubstr;

std::string written(const Archive& archive) {
  std::string out;
  write_wordpress(archive, {.title = "The Example", .url = "https://news.example/"},
                  [&](std::string_view piece) { out += piece; });
  return out;
}

// What the page shows of a text, without white space.
std::string page_of(const std::string& text) {
  std::string out;
  for (const char c : markup::fold_space(markdown::comment_html(text))) {
    if (c != ' ') out += c;
  }
  return out;
}

// The text as it is after a way through HTML, which is a stretch of source that shows the same.
std::string through_html(const std::string& text) {
  return html_to_markdown(markdown::comment_html(text));
}

// What WXR has no place for.
ArchivedComment without_what_is_lost(ArchivedComment comment) {
  comment.created = std::chrono::floor<Seconds>(comment.created);
  comment.votes = 0;
  comment.is_featured = false;
  if (comment.state == State::kRejected) comment.state = State::kDeleted;
  comment.author.is_registered = comment.author.is_registered || comment.author.is_staff;
  return comment;
}

void expect_alike(const ArchivedConversation& ours, const ArchivedConversation& theirs) {
  EXPECT_EQ(ours.slug, theirs.slug);
  EXPECT_EQ(ours.title, theirs.title);
  EXPECT_EQ(ours.is_open, theirs.is_open);
  if (!theirs.page_url.empty()) {
    EXPECT_EQ(ours.page_url, theirs.page_url);
  }
  ASSERT_EQ(ours.comments.size(), theirs.comments.size());
  std::map<std::string, std::string> keys{{"", ""}};  // of ours, by theirs
  for (std::size_t i = 0; i < ours.comments.size(); ++i) {
    auto expected = without_what_is_lost(theirs.comments[i]);
    const auto& comment = ours.comments[i];
    keys[expected.key] = comment.key;
    expected.key = comment.key;
    expected.parent_key = keys.at(expected.parent_key);
    EXPECT_EQ(page_of(comment.text), page_of(through_html(expected.text))) << expected.text;
    expected.text = comment.text;
    EXPECT_EQ(comment, expected) << theirs.comments[i].author.name;
  }
}

TEST(WordPressWriter, WritesWhatOurReaderReadsAlike) {
  for (std::uint32_t seed = 0; seed < 1000; ++seed) {
    const auto archive = ArchiveMaker(seed).make();
    const auto xml = written(archive);
    const auto again = read(as_bytes(xml));
    ASSERT_TRUE(again) << again.error().message << " seed " << seed;
    ASSERT_EQ(again->conversations.size(), archive.conversations.size());
    for (std::size_t i = 0; i < archive.conversations.size(); ++i) {
      expect_alike(again->conversations[i], archive.conversations[i]);
    }
    if (testing::Test::HasFailure()) FAIL() << "seed " << seed << '\n' << xml;
  }
}

// What came from WordPress goes back as it was.
TEST(WordPressWriter, GivesBackWordPresssOwnExport) {
  const auto file = read_case("wordpress.xml");
  auto archive = read(as_bytes(file));
  ASSERT_TRUE(archive);
  const auto xml = written(*archive);
  const auto again = read(as_bytes(xml));
  ASSERT_TRUE(again);
  // That a page is a draft is lost: all come as drafts, which WordPress does not show.
  for (auto& conversation : archive->conversations) conversation.is_public = true;
  EXPECT_EQ(again->conversations, archive->conversations);
}

TEST(WordPressWriter, SpellsThingsAsWordPressDoes) {
  Archive archive;
  archive.conversations.push_back({.key = "7",
                                   .page_path = "/a/",
                                   .title = "A & B &amp; C",
                                   .is_open = false,
                                   .comments = {{.key = "3",
                                                 .author = {.name = "Tom & Jerry"},
                                                 .created = Time(Millis(1'500)),
                                                 .text = "One\ntwo ]]>\n\n*three*",
                                                 .state = State::kSpam}}});
  const auto xml = written(archive);
  for (const char* part : {
           "<wp:wxr_version>1.2</wp:wxr_version>",
           "<title><![CDATA[A & B &amp;amp; C]]></title>",
           "<link>https://news.example/a/</link>",
           "<wp:post_id>7</wp:post_id>",
           "<wp:comment_status>closed</wp:comment_status>",
           "<wp:comment_id>3</wp:comment_id>",
           "<wp:comment_date_gmt>1970-01-01 00:00:01</wp:comment_date_gmt>",
           "<wp:comment_content><![CDATA[One\ntwo ]]&gt;\n\n<em>three</em>]]></wp:comment_content>",
           "<wp:comment_approved>spam</wp:comment_approved>",
           "<wp:comment_parent>0</wp:comment_parent>",
           "<wp:comment_user_id>0</wp:comment_user_id>",
       }) {
    EXPECT_THAT(xml, HasSubstr(part));
  }
}

// The importer sorts comments by their ids.
TEST(WordPressWriter, NumbersCommentsSoThatParentsComeFirst) {
  Archive archive;
  archive.conversations.push_back(
      {.key = "story", .comments = {{.key = "9"}, {.key = "4", .parent_key = "9"}}});
  archive.conversations.push_back({.key = "other", .comments = {{.key = "c-1"}}});
  const auto xml = written(archive);
  const auto again = read(as_bytes(xml));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->conversations[0].comments[0].key, "1");
  EXPECT_EQ(again->conversations[0].comments[1].key, "2");
  EXPECT_EQ(again->conversations[0].comments[1].parent_key, "1");
  EXPECT_NE(again->conversations[0].key, again->conversations[1].key);
}

}  // namespace
}  // namespace tocsin::archive
