// The lasting store when all is well: what is written comes back, in order and in few transactions.
#include "control/store/sqlite_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/unit/control/scratch_folder.h"
#include "tests/unit/control/store/allocations.h"
#include "tests/unit/control/store/open_store.h"
#include "tests/unit/control/store/same_records.h"

namespace sluice {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Write whole_write() {
  auto write = revision_write(1, 0);
  auto& revision = *write.revision;
  revision.reason = "because, ' \" \n\xff";
  revision.diff = std::string("shop: v1 0 \0 1", 14);
  revision.config = std::make_shared<const ConfigText>(ConfigText{"c1", "listeners: []\n"});
  revision.file = "c1";
  revision.services["blog"] = shared_allocation({999'999, 1});
  revision.ended_rollout = true;
  write.rollout = RolloutRecord{"r1", "shop", false, R"({"step": 3})"};
  write.events.push_back({7, SystemTime(std::chrono::milliseconds(5)), "operator:ci", "revision.created",
                          "shop", "r1", 1, "weights"});
  return write;
}

TEST(SqliteStore, WhatWasWritten_IsThereAfterARestart) {
  ScratchFolder folder;
  const auto write = whole_write();
  {
    OpenStore open(folder.file("state/sluice"));
    EXPECT_TRUE(open.stored.revisions.empty());
    EXPECT_TRUE(open.write(write));
  }
  const OpenStore again(folder.file("state/sluice"));
  ASSERT_EQ(again.stored.revisions.size(), 1u);
  EXPECT_THAT(again.stored.revisions[0], SameRevision(*write.revision));
  ASSERT_EQ(again.stored.rollouts.size(), 1u);
  EXPECT_EQ(again.stored.rollouts[0].json, R"({"step": 3})");
  ASSERT_EQ(again.stored.events.size(), 1u);
  EXPECT_THAT(again.stored.events[0], SameEvent(write.events[0]));
}

TEST(SqliteStore, Rollouts_AreInTheOrderOfTheirFirstWriteAsLastWritten) {
  ScratchFolder folder;
  {
    OpenStore open(folder.file(""));
    for (const auto* id : {"r2", "r1", "r2"}) {
      Write write;
      write.rollout = RolloutRecord{id, "shop", open.store->commits() == 2, "{}"};
      EXPECT_TRUE(open.write(write));
    }
  }
  const auto rollouts = OpenStore(folder.file("")).stored.rollouts;
  ASSERT_EQ(rollouts.size(), 2u);
  EXPECT_EQ(rollouts[0].id, "r2");
  EXPECT_TRUE(rollouts[0].ended);
  EXPECT_EQ(rollouts[1].id, "r1");
  EXPECT_FALSE(rollouts[1].ended);
}

TEST(SqliteStore, OnlyWhatChanged_IsWrittenAndTheRestShared) {
  ScratchFolder folder;
  {
    OpenStore open(folder.file(""));
    auto write = revision_write(1, 0);
    auto& services = write.revision->services;
    const auto next = [&] {
      EXPECT_TRUE(open.write(write));
      write.revision->parent = write.revision->number++;
    };
    services = {{"a", shared_allocation({1})}, {"b", shared_allocation({1, 2})}};
    next();                                  // 1: both
    services["a"] = shared_allocation({1});  // 2: another object of the same value
    next();
    services["b"] = shared_allocation({2, 1});  // 3: b changes
    next();
    services.erase("a");  // 4: a goes
    next();
    services["a"] = shared_allocation({1});  // 5: and comes back
    next();
  }
  {
    auto database = sqlite::Database::open(folder.file("sluice.db"), 0).value();
    EXPECT_EQ(database.integer("SELECT count(*) FROM splits").value(), 5);
  }
  OpenStore again(folder.file(""));
  const auto& revisions = again.stored.revisions;
  ASSERT_EQ(revisions.size(), 5u);
  EXPECT_EQ(revisions[1].services, revisions[0].services) << "the very objects";
  EXPECT_EQ(revisions[2].services.at("a"), revisions[0].services.at("a"));
  EXPECT_EQ(*revisions[2].services.at("b"), allocation({2, 1}));
  EXPECT_EQ(revisions[3].services.size(), 1u);
  EXPECT_EQ(*revisions[4].services.at("a"), allocation({1}));

  auto write = revision_write(6, 5);  // and the next one is compared with what was loaded
  write.revision->services = revisions[4].services;
  EXPECT_TRUE(again.write(write));
  auto database = sqlite::Database::open(folder.file("sluice.db"), 0).value();
  EXPECT_EQ(database.integer("SELECT count(*) FROM splits").value(), 5);
}

TEST(SqliteStore, WritesQueuedWhileTheDiskIsBusy_AreOneTransaction) {
  ScratchFolder folder;
  OpenStore open(folder.file(""));
  auto other = sqlite::Database::open(folder.file("sluice.db"), 0).value();
  ASSERT_TRUE(other.run("BEGIN IMMEDIATE"));  // the first batch waits for this, whatever it has
  for (std::uint64_t n = 1; n <= 100; ++n) open.queue(revision_write(n, n - 1));
  ASSERT_TRUE(other.run("ROLLBACK"));
  const auto answers = open.wait();
  ASSERT_EQ(answers.size(), 100u);
  for (const auto& answer : answers) EXPECT_TRUE(answer);
  EXPECT_LE(open.store->commits(), 2u);
}

TEST(SqliteStore, ConflictAmongOthers_IsAnsweredInOrderAndUndoesNoOther) {
  ScratchFolder folder;
  {
    OpenStore open(folder.file(""));
    open.queue(revision_write(1, 0));
    auto conflicting = revision_write(3, 2);
    conflicting.events = event_write(1).events;
    open.queue(conflicting);
    open.queue(revision_write(4, 3));  // builds on it
    open.queue(revision_write(2, 1));
    open.queue(event_write(2));
    const auto answers = open.wait();
    ASSERT_EQ(answers.size(), 5u);
    EXPECT_TRUE(answers[0]);
    EXPECT_EQ(answers[1].error().kind, StoreError::Kind::conflict);
    EXPECT_EQ(answers[1].error().what, "revision 3 was made from 2, but the last one is 1");
    EXPECT_EQ(answers[2].error().kind, StoreError::Kind::conflict);
    EXPECT_TRUE(answers[3]);
    EXPECT_TRUE(answers[4]);
  }
  const auto stored = OpenStore(folder.file("")).stored;
  ASSERT_EQ(stored.revisions.size(), 2u);
  EXPECT_EQ(stored.revisions[1].number, 2u);
  ASSERT_EQ(stored.events.size(), 1u);
  EXPECT_EQ(stored.events[0].number, 2u);
}

TEST(SqliteStore, WriteThatTheDatabaseRefusesHalfway_LeavesNothingAndUndoesNoOther) {
  ScratchFolder folder;
  {
    OpenStore open(folder.file(""));
    auto other = sqlite::Database::open(folder.file("sluice.db"), 1000).value();
    ASSERT_TRUE(
        other.run("CREATE TRIGGER no BEFORE INSERT ON events WHEN new.number = 13 "
                  "BEGIN SELECT raise(ABORT, 'unlucky'); END"));
    open.queue(revision_write(1, 0));
    auto refused = revision_write(2, 1);
    refused.events = event_write(13).events;
    open.queue(refused);
    open.queue(revision_write(2, 1));
    const auto answers = open.wait();
    EXPECT_TRUE(answers[0]);
    EXPECT_EQ(answers[1].error().kind, StoreError::Kind::unavailable);
    EXPECT_THAT(answers[1].error().what, HasSubstr("unlucky"));
    EXPECT_TRUE(answers[2]);
  }
  EXPECT_EQ(OpenStore(folder.file("")).stored.revisions.size(), 2u);
}

TEST(SqliteStore, Ended_StillWritesWhatWasQueued) {
  ScratchFolder folder;
  {
    OpenStore open(folder.file(""));
    for (std::uint64_t n = 1; n <= 20; ++n) open.queue(revision_write(n, n - 1));
    open.store.reset();
    EXPECT_EQ(open.wait().size(), 20u);
  }
  EXPECT_EQ(OpenStore(folder.file("")).stored.revisions.size(), 20u);
}

TEST(SqliteStore, Files_AreForTheirOwnerAlone) {
  ScratchFolder folder;
  folder.write("sluice.db", "");  // as a careless touch would leave it
  std::filesystem::permissions(folder.file("sluice.db"), std::filesystem::perms(0644));
  OpenStore open(folder.file(""));
  EXPECT_TRUE(open.write(revision_write(1, 0)));
  std::size_t files = 0;
  for (const auto& file : std::filesystem::directory_iterator(folder.file(""))) {
    EXPECT_EQ(file.status().permissions(), std::filesystem::perms(0600)) << file.path();
    ++files;
  }
  EXPECT_EQ(files, 4u) << "the database, its -wal and -shm, and the lock";
}

}  // namespace
}  // namespace sluice
