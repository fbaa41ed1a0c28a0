#include "routing/slot.h"

#include <gtest/gtest.h>

#include <thread>

namespace sluice {
namespace {

TEST(SlotTable, SameName_IsTheSameSlot) {
  SlotTable table;
  const auto a = table.intern("a");
  EXPECT_EQ(table.intern("a"), a);
  EXPECT_EQ(a->name, "a");
  EXPECT_NE(table.intern("b")->index, a->index);
}

TEST(SlotTable, Indexes_AreDense) {
  SlotTable table;
  std::vector<SlotRef> slots;
  for (std::uint32_t i = 0; i < 10; ++i) {
    slots.push_back(table.intern(std::to_string(i)));
    EXPECT_EQ(slots.back()->index, i);
  }
}

TEST(SlotTable, SlotGivenBack_ItsNumberIsFreeAgain) {
  SlotTable table;
  const auto a = table.intern("a");
  auto b = table.intern("b");
  const auto index = b->index;
  b.reset();
  EXPECT_EQ(table.intern("c")->index, index);
}

TEST(SlotTable, SlotOutlivesItsTable) {
  SlotRef slot;
  {
    SlotTable table;
    slot = table.intern("a");
  }
  EXPECT_EQ(slot->name, "a");
}

TEST(SlotTable, GivenBackOnOtherThreads_NoTwoHoldersShareANumber) {
  SlotTable table;
  const auto churn = [&](const std::string& prefix) {
    for (int i = 0; i < 5'000; ++i) {
      const auto mine = table.intern(prefix), both = table.intern("both");
      ASSERT_NE(mine->index, both->index);
    }
  };
  std::thread other([&] { churn("other"); });
  churn("one");
  other.join();
  // Each thread holds two and may have one more on its way back: the numbers stay that small, however often
  // they change hands.
  EXPECT_LT(table.intern("last")->index, 8u);
}

}  // namespace
}  // namespace sluice
