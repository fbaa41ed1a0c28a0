// The lasting store when something is wrong: it says what with which file, and goes on when that is over.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "control/store/sqlite_store.h"
#include "tests/unit/control/file_bytes.h"
#include "tests/unit/control/scratch_folder.h"
#include "tests/unit/control/store/allocations.h"
#include "tests/unit/control/store/open_store.h"

namespace sluice {
namespace {

using testing::AllOf;
using testing::HasSubstr;

// Why the store does not come up with what it has; empty when it does.
std::string trouble_at_start(const std::string& directory) {
  boost::asio::io_context control;
  const auto store = SqliteStore::open(directory, control);
  if (!store) return store.error();
  const auto stored = (*store)->load();
  return stored ? "" : stored.error();
}

sqlite::Database beside(const ScratchFolder& folder) {
  return sqlite::Database::open(folder.file("sluice.db"), 1000).value();
}

void fill(const std::string& directory, std::uint64_t revisions) {
  OpenStore open(directory);
  for (std::uint64_t n = 1; n <= revisions; ++n) {
    open.queue(revision_write(n, n - 1));
    open.queue(event_write(n));
  }
  for (const auto& answer : open.wait()) ASSERT_TRUE(answer);
}

TEST(SqliteStoreAtStart, DirectoryInUse_NamesTheProcessThatHasIt) {
  ScratchFolder folder;
  {
    const OpenStore open(folder.file(""));
    EXPECT_THAT(trouble_at_start(folder.file("")),
                AllOf(HasSubstr("is in use by another sluice (process " + std::to_string(getpid()) + ")"),
                      HasSubstr(folder.file(""))));
  }
  EXPECT_EQ(trouble_at_start(folder.file("")), "");
}

TEST(SqliteStoreAtStart, GarbageInsteadOfADatabase_SaysWhatToDo) {
  ScratchFolder folder;
  folder.write("sluice.db", std::string(5000, 'x'));
  EXPECT_THAT(trouble_at_start(folder.file("")),
              AllOf(HasSubstr(folder.file("sluice.db") + " is damaged: file is not a database"),
                    HasSubstr("restore a copy of it, or move it away")));
}

TEST(SqliteStoreAtStart, AnyPageOverwritten_IsDamaged) {
  ScratchFolder folder;
  fill(folder.file(""), 60);
  const auto whole = file_bytes(folder.file("sluice.db"));
  constexpr std::size_t page = 4096;
  ASSERT_EQ(whole.size() % page, 0u);
  ASSERT_GT(whole.size(), 8 * page);
  for (std::size_t at = 0; at < whole.size(); at += page) {
    auto broken = whole;
    std::fill_n(broken.begin() + static_cast<std::ptrdiff_t>(at), 200, '\x5a');
    folder.write("sluice.db", broken);
    EXPECT_THAT(trouble_at_start(folder.file("")), AllOf(HasSubstr("is damaged"), HasSubstr("sluice.db")))
        << "page " << at / page;
  }
  folder.write("sluice.db", whole);
  EXPECT_EQ(trouble_at_start(folder.file("")), "");
}

TEST(SqliteStoreAtStart, RowThatMakesNoSense_IsNamed) {
  ScratchFolder folder;
  fill(folder.file(""), 3);
  const auto after = [&](const char* damage, const char* repair) {
    EXPECT_TRUE(beside(folder).run_script(damage));
    const auto trouble = trouble_at_start(folder.file(""));
    EXPECT_TRUE(beside(folder).run_script(repair));
    EXPECT_EQ(trouble_at_start(folder.file("")), "");
    return trouble;
  };
  EXPECT_THAT(
      after("UPDATE splits SET json = replace(json, '\"0000', '\"0001') WHERE revision = 2",
            "UPDATE splits SET json = replace(json, '\"0001', '\"0000') WHERE revision = 2"),
      HasSubstr("is damaged: revision 2, service `shop`: the first range does not begin at 0; restore"));
  EXPECT_THAT(after("UPDATE splits SET revision = 9 WHERE revision = 3",
                    "UPDATE splits SET revision = 3 WHERE revision = 9"),
              HasSubstr("service `shop` has an allocation in revision 9, which is not there"));
  EXPECT_THAT(after("UPDATE revisions SET parent = 3 WHERE number = 3",
                    "UPDATE revisions SET parent = 2 WHERE number = 3"),
              HasSubstr("revision 3 cannot be made from 3"));
  EXPECT_THAT(after("UPDATE revisions SET config = 'c' WHERE number = 3",
                    "UPDATE revisions SET config = NULL WHERE number = 3"),
              HasSubstr("the configuration of revision 3 is not there"));
}

TEST(SqliteStoreAtStart, DatabaseOfANewerSluiceOrOfAnotherProgram_IsLeftAlone) {
  ScratchFolder folder;
  fill(folder.file(""), 1);
  ASSERT_TRUE(beside(folder).run_script("PRAGMA user_version = 99"));
  EXPECT_THAT(trouble_at_start(folder.file("")),
              HasSubstr("is of version 99, and this sluice knows none above 1"));
  ASSERT_TRUE(beside(folder).run_script("PRAGMA user_version = 1; PRAGMA application_id = 5"));
  EXPECT_THAT(trouble_at_start(folder.file("")), HasSubstr("is not a database of Sluice"));
}

TEST(SqliteStoreAtStart, DirectoryThatCannotBe_SaysWhy) {
  ScratchFolder folder;
  folder.write("file", "");
  EXPECT_THAT(trouble_at_start(folder.file("file/state")), HasSubstr("cannot create"));
  std::filesystem::create_directory(folder.file("sluice.db"));
  EXPECT_THAT(trouble_at_start(folder.file("")), HasSubstr("sluice.db: Is a directory"));
}

TEST(SqliteStore, LockedForLong_IsUnavailableUntilItIsNot) {
  ScratchFolder folder;
  OpenStore open(folder.file(""));
  EXPECT_TRUE(open.write(revision_write(1, 0)));
  auto other = beside(folder);
  ASSERT_TRUE(other.run("BEGIN IMMEDIATE"));
  open.queue(revision_write(2, 1));
  const auto answers = open.wait();
  EXPECT_EQ(answers[0].error().kind, StoreError::Kind::unavailable);
  EXPECT_EQ(answers[0].error().what,
            "the store " + folder.file("sluice.db") + " is locked by another process");
  ASSERT_TRUE(other.run("ROLLBACK"));
  EXPECT_TRUE(open.write(revision_write(2, 1)));
}

// A limit on the size of files, for the life of this.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() { setrlimit(RLIMIT_FSIZE, &before_); }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit before_;
};

TEST(SqliteStore, WritesThatTheSystemRefuses_AreUnavailableUntilTheyAreNot) {
  ScratchFolder folder;
  {
    OpenStore open(folder.file(""));
    EXPECT_TRUE(open.write(revision_write(1, 0)));
    {
      const FileSizeLimit limit(1);
      for (int attempt = 0; attempt < 5; ++attempt) {  // with the same connection, then without one
        const auto answer = open.write(revision_write(2, 1));
        ASSERT_FALSE(answer);
        EXPECT_EQ(answer.error().kind, StoreError::Kind::unavailable);
        EXPECT_THAT(answer.error().what, HasSubstr(folder.file("sluice.db")));
      }
    }
    const auto answer = open.write(revision_write(2, 1));
    EXPECT_TRUE(answer) << answer.error().what;
    EXPECT_TRUE(open.write(revision_write(3, 2)));
  }
  EXPECT_EQ(OpenStore(folder.file("")).stored.revisions.size(), 3u);
}

TEST(SqliteStore, FileMovedAwayWhileItRuns_IsUnavailableUntilItIsBack) {
  ScratchFolder folder;
  OpenStore open(folder.file(""));
  EXPECT_TRUE(open.write(revision_write(1, 0)));
  std::filesystem::rename(folder.file("sluice.db"), folder.file("elsewhere"));
  EXPECT_THAT(open.write(revision_write(2, 1)).error().what, HasSubstr("moved away or replaced"));
  std::filesystem::rename(folder.file("elsewhere"), folder.file("sluice.db"));
  EXPECT_TRUE(open.write(revision_write(2, 1)));
}

// A small disk in a mount namespace of this process's own; needs the right to mount.
class SmallDisk {
 public:
  explicit SmallDisk(const std::string& path) : path_(path) {
    std::filesystem::create_directory(path);
    is_mounted_ = unshare(CLONE_NEWNS) == 0 &&
                  mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
                  mount("small", path.c_str(), "tmpfs", 0, "size=400k") == 0;
  }
  ~SmallDisk() {
    if (is_mounted_) umount2(path_.c_str(), MNT_DETACH);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  [[nodiscard]] bool is_mounted() const noexcept { return is_mounted_; }
  void make_read_only() const {
    ASSERT_EQ(mount(nullptr, path_.c_str(), nullptr, MS_REMOUNT | MS_RDONLY, nullptr), 0);
  }

 private:
  std::string path_;
  bool is_mounted_ = false;
};

TEST(SqliteStore, DiskFull_IsUnavailableUntilThereIsRoom) {
  ScratchFolder folder;
  const auto directory = folder.file("disk");
  const SmallDisk disk(directory);
  if (!disk.is_mounted()) GTEST_SKIP() << "needs the right to mount";
  {
    OpenStore open(directory);
    EXPECT_TRUE(open.write(revision_write(1, 0)));
    std::ofstream(directory + "/ballast") << std::string(1'000'000, 'x');
    for (int attempt = 0; attempt < 3; ++attempt) {
      auto large = revision_write(2, 1);
      large.revision->diff.assign(50'000, 'd');
      const auto answer = open.write(large);
      ASSERT_FALSE(answer);
      EXPECT_EQ(answer.error().kind, StoreError::Kind::unavailable);
      EXPECT_THAT(answer.error().what, HasSubstr(directory + "/sluice.db cannot grow: "));
    }
    std::filesystem::remove(directory + "/ballast");
    const auto answer = open.write(revision_write(2, 1));
    EXPECT_TRUE(answer) << answer.error().what;
  }
  EXPECT_EQ(OpenStore(directory).stored.revisions.size(), 2u);
}

TEST(SqliteStoreAtStart, ReadOnlyDisk_SaysSo) {
  ScratchFolder folder;
  const SmallDisk disk(folder.file("disk"));
  if (!disk.is_mounted()) GTEST_SKIP() << "needs the right to mount";
  disk.make_read_only();
  EXPECT_THAT(trouble_at_start(folder.file("disk")),
              HasSubstr("cannot open " + folder.file("disk") + "/sluice.lock: Read-only file system"));
}

}  // namespace
}  // namespace sluice
