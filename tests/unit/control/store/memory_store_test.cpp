#include "control/store/memory_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/control/store/allocations.h"

namespace sluice {
namespace {

using Answer = Result<void, StoreError>;

Answer answer_to(Store& store, Write write) {
  std::optional<Answer> answer;
  store.write(std::move(write), [&](Answer given) { answer = std::move(given); });
  return answer.value();  // at once
}

TEST(MemoryStore, RevisionsOneUponTheOther_AreTaken) {
  MemoryStore store;
  EXPECT_TRUE(store.load()->revisions.empty());
  EXPECT_TRUE(answer_to(store, revision_write(1, 0)));
  EXPECT_TRUE(answer_to(store, event_write(1)));
  EXPECT_TRUE(answer_to(store, revision_write(2, 1)));
}

TEST(MemoryStore, RevisionUponAnother_IsAConflict) {
  MemoryStore store;
  EXPECT_EQ(answer_to(store, revision_write(2, 1)).error().kind, StoreError::Kind::conflict);
  EXPECT_TRUE(answer_to(store, revision_write(1, 0)));
  const auto error = answer_to(store, revision_write(3, 2)).error();
  EXPECT_EQ(error.kind, StoreError::Kind::conflict);
  EXPECT_EQ(error.what, "revision 3 was made from 2, but the last one is 1");
  EXPECT_EQ(answer_to(store, revision_write(1, 1)).error().kind, StoreError::Kind::conflict);
}

TEST(MemoryStore, AllocationThatIsNone_IsRefusedAndTheNextRevisionTaken) {
  MemoryStore store;
  auto write = revision_write(1, 0);
  auto broken = allocation({1, 1});
  broken.ranges.clear();
  write.revision->services["shop"] = std::make_shared<const Allocation>(broken);
  EXPECT_EQ(answer_to(store, write).error().what,
            "revision 1 makes no sense, which is a fault in Sluice: service `shop`: a split has no ranges");
  write.revision->services["shop"] = nullptr;
  EXPECT_FALSE(answer_to(store, write));
  EXPECT_TRUE(answer_to(store, revision_write(1, 0)));
}

}  // namespace
}  // namespace sluice
