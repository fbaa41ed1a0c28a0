// What is old goes, and nothing that stays changes by it.
#include "control/store/prune.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

#include "control/store/read_rows.h"
#include "control/store/store_file.h"
#include "control/store/write_rows.h"
#include "tests/unit/control/scratch_folder.h"
#include "tests/unit/control/store/allocations.h"
#include "tests/unit/control/store/open_store.h"
#include "tests/unit/control/store/same_records.h"

namespace sluice {
namespace {

// A database with the history that was written to it beside; fast, since nothing of it has to last.
class History {
 public:
  explicit History(std::uint64_t seed)
      : random_(seed), path_(folder_.file("sluice.db")), database_(open_store_file(path_).value()) {
    EXPECT_TRUE(database_.run_script("PRAGMA synchronous = OFF"));
  }

  void add_revisions(std::size_t count) {
    EXPECT_TRUE(database_.run("BEGIN"));
    for (std::size_t i = 0; i < count; ++i) add_revision();
    EXPECT_TRUE(database_.run("COMMIT"));
  }

  Stored read() { return read_rows(database_, path_).value(); }
  sqlite::Database& database() { return database_; }
  std::map<std::uint64_t, RevisionRecord>& written() { return written_; }
  std::size_t below(std::size_t limit) { return random_() % limit; }

 private:
  // Services come, change, go and come back; configurations and ended rollouts are as random.
  void add_revision() {
    Write write;
    auto& revision = write.revision.emplace();
    revision.parent = head_.number;
    revision.number = head_.number + 1 + below(3);
    revision.services = head_.services;
    for (auto changes = below(3); changes > 0; --changes) change(revision.services);
    revision.ended_rollout = below(5) == 0;
    const auto id = "c" + std::to_string(revision.number / 40);
    revision.config = std::make_shared<const ConfigText>(ConfigText{id, "text of " + id});
    revision.file = "c" + std::to_string(revision.number / 80 * 2);
    EXPECT_TRUE(write_rows(database_, head_, write));
    head_ = {revision.number, revision.services};
    written_[revision.number] = revision;
  }

  void change(std::map<std::string, std::shared_ptr<const Allocation>>& services) {
    const auto name = "s" + std::to_string(below(6));
    if (below(4) == 0)
      services.erase(name);
    else
      services[name] = shared_allocation({below(4) + 1, below(4)});
  }

  std::mt19937_64 random_;
  ScratchFolder folder_;
  std::string path_;
  sqlite::Database database_;
  StoreHead head_;
  std::map<std::uint64_t, RevisionRecord> written_;
};

// By the words of store.h.
std::vector<std::uint64_t> kept_numbers(const std::map<std::uint64_t, RevisionRecord>& written) {
  std::vector<std::uint64_t> kept;
  std::size_t last = 0, ended = 0;
  for (auto at = written.rbegin(); at != written.rend(); ++at) {
    const bool is_last = last++ < Store::kept_revisions;
    const bool is_ended = at->second.ended_rollout && ended++ < Store::kept_ended;
    if (is_last || is_ended) kept.insert(kept.begin(), at->first);
  }
  return kept;
}

void prune_all(sqlite::Database& database, std::size_t limit) {
  for (;;) {
    const auto pruned = prune(database, limit);
    ASSERT_TRUE(pruned);
    if (*pruned == Pruned::all) return;
  }
}

TEST(Prune, EveryRevisionThatStays_HasTheVeryAllocationsItWasWrittenWith) {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    History history(seed);
    for (int round = 0; round < 9; ++round) {
      history.add_revisions(200 + history.below(900));
      prune_all(history.database(), 1 + history.below(300));
      const auto stored = history.read();
      const auto kept = kept_numbers(history.written());
      ASSERT_EQ(stored.revisions.size(), kept.size());
      for (std::size_t i = 0; i < kept.size(); ++i) {
        ASSERT_EQ(stored.revisions[i].number, kept[i]);
        ASSERT_THAT(stored.revisions[i], SameRevision(history.written().at(kept[i]))) << "seed " << seed;
      }
    }
  }
}

TEST(Prune, HalfDone_IsAsGood) {
  History history(9);
  history.add_revisions(1900);
  EXPECT_EQ(prune(history.database(), 100).value(), Pruned::some);
  for (const auto& revision : history.read().revisions)
    ASSERT_THAT(revision, SameRevision(history.written().at(revision.number)));
}

TEST(Prune, ConfigurationsAndServicesThatNobodyRefersTo_Go) {
  History history(5);
  history.add_revisions(4000);
  prune_all(history.database(), 200);
  std::set<std::string> referred;
  for (const auto& revision : history.read().revisions) {
    referred.insert(revision.config->id);
    if (history.database()
            .integer("SELECT count(*) FROM configs WHERE id = '" + revision.file + "'")
            .value() > 0)
      referred.insert(revision.file);
  }
  EXPECT_EQ(history.database().integer("SELECT count(*) FROM configs").value(),
            static_cast<std::int64_t>(referred.size()));
  EXPECT_LT(referred.size(), 200u);
  EXPECT_EQ(history.database()
                .integer("SELECT count(*) FROM splits WHERE json IS NULL AND revision = "
                         "(SELECT min(number) FROM revisions)")
                .value(),
            0);
}

TEST(Prune, RolloutsThatGoOnAndTheLastEnded_Stay) {
  History history(1);
  auto& database = history.database();
  ASSERT_TRUE(database.run("BEGIN"));
  const auto count = static_cast<int>(Store::kept_ended) + 300;
  for (int i = 0; i < count; ++i) {
    Write write;
    write.rollout = RolloutRecord{"r" + std::to_string(i), "shop", i % 10 != 0, "{}"};
    ASSERT_TRUE(write_rows(database, {}, write));
  }
  ASSERT_TRUE(database.run("COMMIT"));
  prune_all(database, 100);
  EXPECT_EQ(database.integer("SELECT count(*) FROM rollouts WHERE NOT ended").value(), count / 10);
  EXPECT_EQ(database.integer("SELECT count(*) FROM rollouts WHERE ended").value(),
            static_cast<std::int64_t>(Store::kept_ended));
  EXPECT_EQ(history.read().rollouts.front().id, "r0");
  EXPECT_EQ(history.read().rollouts.back().id, "r" + std::to_string(count - 1));
}

TEST(Prune, LastEvents_Stay) {
  History history(1);
  auto& database = history.database();
  ASSERT_TRUE(database.run("BEGIN"));
  for (std::uint64_t n = 1; n <= Store::kept_events + 5; ++n)
    ASSERT_TRUE(write_rows(database, {}, event_write(n * 2)));
  ASSERT_TRUE(database.run("COMMIT"));
  EXPECT_EQ(history.read().events.front().number, 12u) << "no more are read than are kept";
  prune_all(database, 100);
  EXPECT_EQ(database.integer("SELECT count(*) FROM events").value(),
            static_cast<std::int64_t>(Store::kept_events));
  EXPECT_EQ(database.integer("SELECT min(number) FROM events").value(), 12);
}

TEST(Prune, OfTheRunningStore_HappensByItself) {
  ScratchFolder folder;
  const auto count = Store::kept_revisions + 150;
  {
    OpenStore open(folder.file(""));
    for (std::uint64_t n = 1; n <= count; ++n) open.queue(revision_write(n, n - 1));
    for (const auto& answer : open.wait()) ASSERT_TRUE(answer);
  }
  const auto revisions = OpenStore(folder.file("")).stored.revisions;
  EXPECT_EQ(revisions.back().number, count);
  EXPECT_LE(revisions.size(), Store::kept_revisions + 100);
  EXPECT_GE(revisions.size(), Store::kept_revisions);
}

}  // namespace
}  // namespace sluice
