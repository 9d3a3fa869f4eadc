// SPDX-License-Identifier: Apache-2.0
#include "tocsin/app/comments/archive_files.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "tocsin/app/comments/site.h"
#include "tocsin/newsroom/memory_content.h"
#include "tocsin/newsroom/sample.h"
#include "tocsin/sqlite/database.h"

namespace tocsin::app {
namespace {

using testing::HasSubstr;

class ArchiveFiles : public testing::Test {
 protected:
  ArchiveFiles() {
    folder_ = testing::TempDir() + "archive_files_" + std::to_string(getpid());
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& content) {
    std::ofstream(folder_ + "/" + name, std::ios::binary) << content;
    return folder_ + "/" + name;
  }
  // The archives, or why there are none.
  std::vector<archive::Archive> read(const std::vector<std::string>& files) {
    std::vector<archive::Archive> out;
    const auto done = read_archives(files, {}, [&](const archive::Archive& each) {
      out.push_back(each);
      return ok();
    });
    error_ = done ? "" : done.error().message;
    return out;
  }

  std::string folder_;
  std::string error_;
};

constexpr const char* kStories =
    R"({"tenantID":"t","id":"s","url":"https://news.example/a","metadata":{"title":"A"},"commentCounts":{}})";
constexpr const char* kComments =
    R"({"tenantID":"t","id":"c","storyID":"s","authorID":"u","revisions":[{"id":"r","body":"Hi"}],"status":"APPROVED"})";
constexpr const char* kUsers = R"({"tenantID":"t","id":"u","username":"Cora","role":"STAFF"})";

TEST_F(ArchiveFiles, OfCoralAreReadTogetherInWhateverOrder) {
  const auto users = write("u", kUsers);
  const auto comments = write("c", kComments);
  const auto stories = write("s", kStories);
  const auto archives = read({users, comments, stories});
  ASSERT_EQ(archives.size(), 1U) << error_;
  ASSERT_EQ(archives[0].comments(), 1U);
  EXPECT_EQ(archives[0].conversations[0].comments[0].author.name, "Cora");
  EXPECT_TRUE(read({users, comments}).empty());
  EXPECT_THAT(error_, HasSubstr("stories is missing"));
  EXPECT_TRUE(read({stories, stories}).empty());
  EXPECT_THAT(error_, HasSubstr("the same collection"));
}

TEST_F(ArchiveFiles, OfIssoAreReadFromItsDatabase) {
  const auto path = folder_ + "/comments.db";
  write("comments.db", "");
  {
    auto database = *sqlite::Database::open(path, sqlite::Database::Mode::kReadWrite);
    ASSERT_TRUE(database.execute(
        "CREATE TABLE threads (id INTEGER PRIMARY KEY, uri VARCHAR, title VARCHAR);"
        "CREATE TABLE comments (tid, id INTEGER PRIMARY KEY, parent INTEGER, created FLOAT, "
        "modified FLOAT, mode INTEGER, remote_addr VARCHAR, text VARCHAR, author VARCHAR, "
        "email VARCHAR, website VARCHAR, likes INTEGER, dislikes INTEGER, voters BLOB);"
        "INSERT INTO threads VALUES (1, '/2020/quake/', 'Quake');"
        "INSERT INTO comments VALUES (1, 7, NULL, 1577836800.25, NULL, 1, '127.0.0.0', 'One', "
        "NULL, NULL, NULL, 3, 1, x'00'), (1, 8, 7, 1577836900.0, NULL, 2, '', 'Two', 'Bo', NULL, "
        "NULL, 0, 0, x'00');"));
  }
  const auto archives = read({path});
  ASSERT_EQ(archives.size(), 1U) << error_;
  EXPECT_EQ(archives[0].format, "isso");
  ASSERT_EQ(archives[0].comments(), 2U);
  const auto& comments = archives[0].conversations[0].comments;
  EXPECT_EQ(comments[0].created, Time{Millis{1'577'836'800'250}});
  EXPECT_EQ(comments[0].votes, 2);
  EXPECT_EQ(comments[1].parent_key, comments[0].key);
  EXPECT_EQ(comments[1].state, archive::State::kPending);
}

TEST_F(ArchiveFiles, ThatAreNoArchivesAreNamedWithWhatToDo) {
  EXPECT_TRUE(read({write("x.gz", "\x1f\x8b\x08 and so on")}).empty());
  EXPECT_THAT(error_, HasSubstr("gunzip"));
  EXPECT_TRUE(read({write("empty", "")}).empty());
  EXPECT_THAT(error_, HasSubstr("empty: the file is of no known format"));
  EXPECT_TRUE(read({folder_ + "/nowhere"}).empty());
  EXPECT_THAT(error_, HasSubstr("cannot open"));
}

TEST(PickSite, TakesTheOnlyOneOrTheOneThatIsNamed) {
  newsroom::MemoryContent content;
  EXPECT_FALSE(pick_site(content, ""));
  auto first = newsroom::sample::site();
  content.write(first);
  EXPECT_EQ(pick_site(content, "")->id, first.id);
  auto second = first;
  second.id = core::SiteId{99};
  second.name = "The Horn";
  second.base_url = "https://horn.example";
  content.write(second);
  EXPECT_THAT(pick_site(content, "").error().message, HasSubstr("--site"));
  EXPECT_EQ(pick_site(content, "the horn")->id, second.id);
  EXPECT_EQ(pick_site(content, "https://horn.example/")->id, second.id);
  EXPECT_EQ(pick_site(content, first.id.text())->id, first.id);
  EXPECT_THAT(pick_site(content, "Trumpet").error().message, HasSubstr("The Bell"));
}

}  // namespace
}  // namespace tocsin::app
