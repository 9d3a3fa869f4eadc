// SPDX-License-Identifier: Apache-2.0
#include "tocsin/archive/readers.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tocsin/archive/archive_samples.h"

// The readers of Disqus, Coral, Isso and Remark42, on small exports in the form of theirs.
namespace tocsin::archive {
namespace {

using testing::Contains;
using testing::HasSubstr;

TEST(Disqus, ReadsThreadsAndPosts) {
  const auto file = read_case("disqus.xml");
  const auto archive = read(as_bytes(file));
  ASSERT_TRUE(archive) << archive.error().message;
  EXPECT_EQ(archive->format, "disqus");
  ASSERT_EQ(archive->conversations.size(), 3U);
  const auto& quake = archive->conversations[0];
  EXPECT_EQ(quake.key, "7001");
  EXPECT_EQ(quake.page_url, "https://news.example/2026/11/quake/?utm_source=x");
  EXPECT_EQ(quake.page_path, "/2026/11/quake/");
  EXPECT_EQ(quake.title, "Quake & flood hit the coast");
  EXPECT_TRUE(quake.is_open);
  EXPECT_FALSE(archive->conversations[1].is_open);
  EXPECT_FALSE(archive->conversations[2].is_open);
  EXPECT_EQ(archive->comments(), 4U);
  EXPECT_EQ(quake.comments[0],
            (ArchivedComment{.key = "9001",
                             .author = {.name = "Tom", .email = "tom@reader.example"},
                             .created = *parse_rfc3339("2026-11-25T05:30:00Z"),
                             .text = "First! 2 < 3 & \\*not slanted\\*",
                             .address = "203.0.113.9"}));
  EXPECT_EQ(quake.comments[1],
            (ArchivedComment{.key = "9002",
                             .parent_key = "9001",
                             .author = {.name = "Ann O'Neil", .is_registered = true},
                             .created = *parse_rfc3339("2026-11-25T06:00:00Z"),
                             .text = "An *answer*, before what it answers: see "
                                     "https://a.example/b/c/d\n\nSecond paragraph."}));
}

TEST(Disqus, TellsDeletedFromSpam) {
  const auto file = read_case("disqus.xml");
  const auto archive = read_disqus(as_bytes(file));
  ASSERT_TRUE(archive);
  EXPECT_EQ(comment_at(*archive, "7002", "9003").state, State::kDeleted);
  EXPECT_EQ(comment_at(*archive, "7002", "9004").state, State::kSpam);
  EXPECT_EQ(comment_at(*archive, "7002", "9004").parent_key, "");
  EXPECT_THAT(archive->warnings,
              Contains("a post of a thread that is not in the file was left out: 9005"));
}

TEST(Disqus, SaysWhereAFileBreaksOff) {
  const auto file = read_case("disqus.xml");
  const auto part = file.substr(0, file.find("<post dsq:id=\"9003\">") + 100);
  const auto archive = read_disqus(as_bytes(part));
  ASSERT_FALSE(archive);
  EXPECT_EQ(archive.error().code, Errc::kCorrupt);
  EXPECT_THAT(archive.error().message, HasSubstr("after the post 9003"));
  const auto kept = read_disqus(as_bytes(part), {.keep_what_is_readable = true});
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->comments(), 2U);
}

TEST(Disqus, BoundsDeepAndLongDocuments) {
  std::string deep = "<disqus>";
  for (int i = 0; i < 100'000; ++i) deep += "<thread><post>";
  EXPECT_FALSE(read_disqus(as_bytes(deep)));
  const auto lengthy =
      "<disqus><thread dsq:id='1'><link>http://a.example/</link></thread>"
      "<post dsq:id='2'><message>" +
      std::string(8 << 20, 'x') + "</message><thread dsq:id='1'/></post></disqus>";
  const auto archive = read_disqus(as_bytes(lengthy));
  ASSERT_TRUE(archive);
  EXPECT_EQ(comment_at(*archive, "1", "2").text.size(), kTextBytesMax);
  EXPECT_THAT(archive->warnings, Contains("a field was too long and was cut: 2"));
}

class Coral : public testing::Test {
 protected:
  CoralFiles files() const {
    return {
        .stories = as_bytes(stories_), .comments = as_bytes(comments_), .users = as_bytes(users_)};
  }
  std::string stories_ = read_case("coral_stories.json");
  std::string comments_ = read_case("coral_comments.json");
  std::string users_ = read_case("coral_users.json");
};

TEST_F(Coral, ReadsItsCollections) {
  const auto archive = read_coral(files());
  ASSERT_TRUE(archive) << archive.error().message;
  EXPECT_EQ(archive->format, "coral");
  ASSERT_EQ(archive->conversations.size(), 3U);
  const auto& [quake, closed, again] =
      std::tie(archive->conversations[0], archive->conversations[1], archive->conversations[2]);
  EXPECT_EQ(quake.page_url, "https://news.example/2026/11/quake/");
  EXPECT_EQ(quake.title, "Quake hits the coast");
  EXPECT_TRUE(quake.is_open);
  EXPECT_FALSE(closed.is_open);
  EXPECT_EQ(closed.closed, Time(Millis(1'606'367'810'000)));
  EXPECT_TRUE(again.is_open);
  EXPECT_EQ(comment_at(*archive, "story-a", "c-1"),
            (ArchivedComment{
                .key = "c-1",
                .author = {.name = "Ann", .email = "ann@reader.example", .is_registered = true},
                .created = *parse_rfc3339("2026-11-25T06:00:00.250Z"),
                .text = "First, **corrected**\n\nSecond line",
                .votes = 3,
                .is_featured = true}));
  EXPECT_EQ(comment_at(*archive, "story-a", "c-2"),
            (ArchivedComment{.key = "c-2",
                             .parent_key = "c-1",
                             .author = {.name = "Moderator",
                                        .email = "mod@news.example",
                                        .is_registered = true,
                                        .is_staff = true},
                             .created = *parse_rfc3339("2026-11-25T06:05:00Z"),
                             .text = "Thanks,\nall"}));
}

TEST_F(Coral, KnowsTheStates) {
  const auto archive = read_coral(files());
  ASSERT_TRUE(archive);
  EXPECT_EQ(comment_at(*archive, "story-a", "c-3").state, State::kRejected);
  EXPECT_EQ(comment_at(*archive, "story-a", "c-4").state, State::kDeleted);
  EXPECT_EQ(comment_at(*archive, "story-b", "c-5").state, State::kPending);
  EXPECT_EQ(archive->comments(), 5U);
  EXPECT_THAT(archive->warnings,
              Contains("a comment of a story that is not among the stories was left out: c-6"));
  EXPECT_THAT(archive->warnings, Contains("a comment's writer is not among the users: u-gone"));
}

TEST_F(Coral, DoesWithoutUsers) {
  users_.clear();
  const auto archive = read_coral(files());
  ASSERT_TRUE(archive);
  EXPECT_EQ(comment_at(*archive, "story-a", "c-1").author, ArchivedAuthor{.is_registered = true});
}

TEST_F(Coral, SaysWhichFileBreaksOff) {
  auto whole = comments_;
  comments_ = whole.substr(0, whole.find("\"c-3\""));
  const auto inside = read_coral(files());
  ASSERT_FALSE(inside);
  EXPECT_THAT(inside.error().message, HasSubstr("the comments, line 3: "));
  comments_ = whole.substr(0, whole.find("]}", whole.find("\"c-2\"")));
  comments_ = whole.substr(0, whole.find(",\n", 10));
  const auto between = read_coral(files());
  ASSERT_FALSE(between);
  EXPECT_THAT(between.error().message, HasSubstr("the array breaks off"));
  const auto kept = read_coral(files(), {.keep_what_is_readable = true});
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->comments(), 1U);
}

TEST_F(Coral, IsNotReadFromOneFile) {
  for (const auto* file : {&stories_, &comments_, &users_}) {
    const auto archive = read(as_bytes(*file));
    ASSERT_FALSE(archive);
    EXPECT_EQ(archive.error().code, Errc::kInvalidArgument);
    EXPECT_THAT(archive.error().message, HasSubstr("Coral"));
  }
}

TEST(Isso, ReadsItsRows) {
  const std::vector<IssoThread> threads{{1, "/2026/11/quake/?x", "Quake"},
                                        {2, "https://other.example/a/", ""}};
  const std::vector<IssoComment> comments{
      {.tid = 1, .id = 5, .parent = 3, .created = 1795586700.25, .text = "An *answer*"},
      {.tid = 1,
       .id = 3,
       .created = 1795586400,
       .mode = 1,
       .remote_addr = "203.0.113.0",
       .text = "First",
       .author = "Ann",
       .email = "ann@reader.example",
       .website = "https://ann.example",
       .likes = 4,
       .dislikes = 1},
      {.tid = 2, .id = 6, .created = 1795586400, .mode = 2, .text = "waits"},
      {.tid = 2, .id = 7, .created = 1795586400, .mode = 4, .text = ""},
      {.tid = 9, .id = 8, .created = 1795586400, .text = "lost"}};
  const auto archive = read_isso(threads, comments);
  ASSERT_TRUE(archive);
  EXPECT_EQ(archive->format, "isso");
  EXPECT_EQ(archive->conversations[0].page_path, "/2026/11/quake/");
  EXPECT_EQ(archive->conversations[0].page_url, "");
  EXPECT_EQ(archive->conversations[1].page_url, "https://other.example/a/");
  EXPECT_EQ(
      archive->conversations[0].comments[0],
      (ArchivedComment{
          .key = "3",
          .author = {.name = "Ann", .email = "ann@reader.example", .url = "https://ann.example/"},
          .created = *parse_rfc3339("2026-11-25T06:00:00Z"),
          .text = "First",
          .votes = 3,
          .address = "203.0.113.0"}));
  EXPECT_EQ(archive->conversations[0].comments[1].parent_key, "3");
  EXPECT_EQ(comment_at(*archive, "2", "6").state, State::kPending);
  EXPECT_EQ(comment_at(*archive, "2", "7").state, State::kDeleted);
  EXPECT_THAT(archive->warnings,
              Contains("a comment of a thread that is not there was left out: 8"));
}

TEST(Isso, BearsNumbersThatAreNone) {
  const std::vector<IssoThread> threads{{1, "/", ""}};
  const std::vector<IssoComment> comments{{.tid = 1,
                                           .id = 1,
                                           .created = std::numeric_limits<double>::quiet_NaN(),
                                           .likes = std::numeric_limits<std::int64_t>::max(),
                                           .dislikes = std::numeric_limits<std::int64_t>::min()},
                                          {.tid = 1, .id = 2, .created = 1e300},
                                          {.tid = 1, .id = 3, .created = -1e300}};
  const auto archive = read_isso(threads, comments);
  ASSERT_TRUE(archive);
  for (const auto& comment : archive->conversations[0].comments) {
    EXPECT_EQ(comment.created, Time{});
  }
}

TEST(Remark42, ReadsItsBackup) {
  const auto file = read_case("remark42.json");
  const auto archive = read(as_bytes(file));
  ASSERT_TRUE(archive) << archive.error().message;
  EXPECT_EQ(archive->format, "remark42");
  ASSERT_EQ(archive->conversations.size(), 2U);
  const std::string quake = "https://news.example/2026/11/quake/";
  EXPECT_EQ(archive->conversations[0].key, quake);
  EXPECT_EQ(archive->conversations[0].title, "Quake hits the coast");
  EXPECT_TRUE(archive->conversations[0].is_open);
  EXPECT_FALSE(archive->conversations[1].is_open);
  EXPECT_EQ(comment_at(*archive, quake, "r-1"),
            (ArchivedComment{.key = "r-1",
                             .author = {.name = "Ann", .is_registered = true},
                             .created = *parse_rfc3339("2026-11-25T06:00:00.123Z"),
                             .text = "First *one* & `a*b`",
                             .votes = 3,
                             .is_featured = true}));
  EXPECT_EQ(
      comment_at(*archive, quake, "r-2"),
      (ArchivedComment{.key = "r-2",
                       .parent_key = "r-1",
                       .author = {.name = "Moderator", .is_registered = true, .is_staff = true},
                       .created = *parse_rfc3339("2026-11-25T06:05:00Z"),
                       .text = "An answer",
                       .votes = -1}));
  EXPECT_EQ(comment_at(*archive, quake, "r-3").state, State::kDeleted);
  EXPECT_FALSE(comment_at(*archive, "https://news.example/closed/", "r-4").author.is_registered);
  EXPECT_THAT(archive->warnings,
              Contains("a comment without the address of its page was left out: line 6"));
}

TEST(Remark42, RefusesOtherVersionsAndBrokenLines) {
  const std::string_view later = R"({"version":2,"users":[],"posts":[]})";
  const auto archive = read(as_bytes(later));
  ASSERT_FALSE(archive);
  EXPECT_THAT(archive.error().message, HasSubstr("version 2"));
  auto file = read_case("remark42.json");
  file.insert(file.find("\"r-3\""), "oops");
  const auto broken = read_remark42(as_bytes(file));
  ASSERT_FALSE(broken);
  EXPECT_THAT(broken.error().message, HasSubstr("line 4"));
  const auto kept = read_remark42(as_bytes(file), {.keep_what_is_readable = true});
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->comments(), 3U);
}

TEST(Detect, KnowsTheFormatsByTheirStart) {
  const auto format = [](const std::string& text) { return detect(as_bytes(text)); };
  EXPECT_EQ(format(read_case("wordpress.xml")), Format::kWordPress);
  EXPECT_EQ(format(read_case("disqus.xml")), Format::kDisqus);
  EXPECT_EQ(format(read_case("coral_stories.json")), Format::kCoralStories);
  EXPECT_EQ(format(read_case("coral_comments.json")), Format::kCoralComments);
  EXPECT_EQ(format(read_case("coral_users.json")), Format::kCoralUsers);
  EXPECT_EQ(format(read_case("remark42.json")), Format::kRemark42);
  EXPECT_EQ(format("\xef\xbb\xbf{\"format\":\"tocsin-comments\",\"version\":1}"), Format::kTocsin);
  EXPECT_EQ(format(std::string("SQLite format 3\0", 16)), Format::kIsso);
  EXPECT_EQ(format("\x1f\x8b\x08"), Format::kGzip);
  for (const char* text : {"", "[", "[]", "{", "<", "<html>", "a,b,c", "\xff\xfe"}) {
    EXPECT_EQ(format(text), Format::kUnknown) << text;
    EXPECT_FALSE(read(as_bytes(std::string_view(text))));
  }
}

TEST(Readers, RefuseEachOthersFiles) {
  const auto xml = read_case("disqus.xml");
  const auto json = read_case("remark42.json");
  EXPECT_FALSE(read_wordpress(as_bytes(json)));
  EXPECT_FALSE(read_disqus(as_bytes(json)));
  EXPECT_FALSE(read_remark42(as_bytes(xml)));
  EXPECT_FALSE(read_json(as_bytes(xml)));
  EXPECT_FALSE(read_coral({.stories = as_bytes(xml), .comments = {}, .users = {}}));
}

}  // namespace
}  // namespace tocsin::archive
