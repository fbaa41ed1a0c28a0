#include "routing/state_table.h"

#include <gtest/gtest.h>

#include <vector>

namespace sluice {
namespace {

TEST(StateTable, SameNameHasTheSameStateWhileAnybodyHoldsIt) {
  StateTable<int> table;
  auto held = table.intern("a");
  *held = 7;
  EXPECT_EQ(table.intern("a"), held);
  held.reset();
  EXPECT_EQ(*table.intern("a"), 0);
}

TEST(StateTable, NamesThatComeAndGoLeaveNothingBehind) {
  StateTable<int> table;
  const auto kept = table.intern("kept");
  for (int i = 0; i < 100'000; ++i) std::ignore = table.intern(std::to_string(i));
  EXPECT_LE(table.size(), 128U);
  EXPECT_EQ(table.intern("kept"), kept);
}

TEST(StateTable, NoNameThatIsHeldIsForgotten) {
  StateTable<int> table;
  std::vector<std::shared_ptr<int>> held;
  for (int i = 0; i < 10'000; ++i) held.push_back(table.intern(std::to_string(i)));
  for (int i = 0; i < 10'000; ++i)
    ASSERT_EQ(table.intern(std::to_string(i)), held[static_cast<std::size_t>(i)]);
}

}  // namespace
}  // namespace sluice
