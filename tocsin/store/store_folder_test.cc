// SPDX-License-Identifier: Apache-2.0
#include <fstream>

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "tocsin/sqlite/database.h"
#include "tocsin/store/folder.h"
#include "tocsin/store/schema.h"
#include "tocsin/store/store_fixture.h"

namespace tocsin::store {
namespace {

using ::testing::HasSubstr;
namespace sample = newsroom::sample;

unsigned mode_of(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 ? status.st_mode & 0777u : 0;
}

Error refusal(const std::string& folder) {
  const auto store = Store::open({.folder = folder});
  EXPECT_FALSE(store);
  return store ? Error{} : store.error();
}

TEST(DataFolder, IsMadeInTheWorkingFolderWhenItsNameIsBare) {
  const TemporaryFolder place;
  std::filesystem::create_directories(place.path());
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(place.path());
  const auto store = Store::open({.folder = "tocsin-data"});
  std::filesystem::current_path(before);
  EXPECT_TRUE(store) << store.error().message;
}

TEST(DataFolder, IsForItsOwnerAlone) {
  const TemporaryFolder parent;
  const std::string folder = parent.path() + "/a/data";
  const auto store = open_store(folder);
  ASSERT_TRUE(store);
  EXPECT_EQ(mode_of(folder), 0700u);
  for (const auto* const file :
       {"/tocsin.db", "/tocsin.db-wal", "/tocsin.db-shm", "/tocsin.lock"}) {
    EXPECT_EQ(mode_of(folder + file), 0600u) << file;
  }
}

TEST(DataFolder, IsWrittenByOneProcess) {
  const TemporaryFolder folder;
  auto store = open_store(folder.path());
  const auto error = refusal(folder.path());
  EXPECT_EQ(error.code, Errc::kConflict);
  EXPECT_THAT(error.message, HasSubstr("another Tocsin (process " + std::to_string(getpid())));
  store.reset();
  EXPECT_TRUE(open_store(folder.path()));
}

TEST(DataFolder, IsReadWhileItIsWritten) {
  const TemporaryFolder folder;
  const auto store = open_store(folder.path());
  const auto reader = Reader::open(folder.path());
  ASSERT_TRUE(reader) << reader.error().message;
  EXPECT_TRUE((*reader)->content().sites().empty());
  ASSERT_TRUE(execute(*store, sample::command(1, newsroom::PutSite{sample::site()})));
  EXPECT_EQ((*reader)->content().sites().size(), 1u);
}

TEST(DataFolder, IsReadWhenNobodyWritesIt) {
  const TemporaryFolder folder;
  open_store(folder.path()).reset();
  const auto reader = Reader::open(folder.path());
  ASSERT_TRUE(reader) << reader.error().message;
  EXPECT_TRUE((*reader)->content().sites().empty());
}

TEST(DataFolder, IsNotMadeByReading) {
  const TemporaryFolder folder;
  EXPECT_EQ(Reader::open(folder.path()).error().code, Errc::kNotFound);
  EXPECT_FALSE(std::filesystem::exists(folder.path() + "/tocsin.db"));
}

TEST(DataFolder, OfANewerProgramIsRefused) {
  const TemporaryFolder folder;
  open_store(folder.path()).reset();
  {
    auto database = Database::open(database_file(folder.path()), Database::Mode::kReadWrite);
    ASSERT_TRUE(database->execute("PRAGMA user_version = 99"));
  }
  const auto error = refusal(folder.path());
  EXPECT_EQ(error.code, Errc::kConflict);
  EXPECT_THAT(error.message, HasSubstr("newer Tocsin (schema 99, this program knows"));
}

TEST(DataFolder, WithSomethingElseInItIsRefused) {
  const TemporaryFolder folder;
  std::ofstream(folder.path() + "/tocsin.db") << std::string(4096, 'x');
  EXPECT_EQ(refusal(folder.path()).code, Errc::kCorrupt);
}

TEST(DataFolder, ThatCannotBeMadeIsAnError) {
  const auto error = refusal("/proc/tocsin/data");
  EXPECT_EQ(error.code, Errc::kUnavailable);
  EXPECT_THAT(error.message, HasSubstr("/proc/tocsin"));
}

// What a crash leaves behind: the mark that the folder is in use.
void unclose(const std::string& folder) {
  auto database = Database::open(database_file(folder), Database::Mode::kReadWrite);
  ASSERT_TRUE(database->execute("UPDATE meta SET value = 'no' WHERE name = 'closed'"));
}

TEST(DataFolder, IsCheckedAfterACrash) {
  const TemporaryFolder folder;
  {
    const auto store = open_store(folder.path());
    ASSERT_TRUE(execute(*store, sample::command(1, newsroom::PutSite{sample::site()})));
    for (std::uint64_t n = 0; n < 500; ++n) store->put_subscription(subscription(n), [](auto) {});
  }
  unclose(folder.path());
  EXPECT_TRUE(open_store(folder.path())) << "a sound database opens";

  unclose(folder.path());
  {
    std::fstream file(database_file(folder.path()),
                      std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(0, std::ios::end);
    const auto size = static_cast<std::streamoff>(file.tellp());
    for (std::streamoff at = 40 * 4096; at + 4096 <= size; at += 4096) {
      file.seekp(at);
      file << std::string(64, '\x55');
    }
  }
  const auto error = refusal(folder.path());
  EXPECT_EQ(error.code, Errc::kCorrupt);
  EXPECT_THAT(error.message, HasSubstr("damaged: restore a backup"));
}

TEST(DataFolder, IsBackedUpWhileItIsWritten) {
  const TemporaryFolder folder;
  const TemporaryFolder copy;
  {
    const auto store = open_store(folder.path());
    ASSERT_TRUE(execute(*store, sample::command(1, newsroom::PutSite{sample::site()})));
    ASSERT_TRUE(put(*store, subscription(7)));
    const std::string file = copy.path() + "/tocsin.db";
    const auto saved = store->reader().backup(file);
    ASSERT_TRUE(saved) << saved.error().message;
    EXPECT_EQ(mode_of(file), 0600u);
    EXPECT_EQ(store->reader().backup(file).error().code, Errc::kConflict);
  }
  const auto store = open_store(copy.path());
  EXPECT_EQ(store->reader().content().sites().size(), 1u);
  EXPECT_TRUE(*store->reader().find_subscription(subscription(7).id));
}

}  // namespace
}  // namespace tocsin::store
