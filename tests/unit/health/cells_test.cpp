#include "health/cells.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace sluice {
namespace {

using testing::ElementsAre;

struct Count {
  int value = 0;
};

struct CellsTest : testing::Test {
  SlotTable slots;
  Cells<Count> cells;

  std::vector<std::string> names() const {
    std::vector<std::string> all;
    cells.for_each([&](const std::string& name, const Count&) { all.push_back(name); });
    return all;
  }
};

TEST_F(CellsTest, SlotsThatAreNotNamed_GoWithTheirNumbers) {
  const auto kept = slots.intern("kept");
  auto gone = slots.intern("gone");
  const auto number = gone->index;
  cells.at(kept).value = 1;
  cells.at(gone).value = 2;
  cells.keep_only({kept.get()});
  EXPECT_THAT(names(), ElementsAre("kept"));
  EXPECT_EQ(cells.at(kept).value, 1);
  gone.reset();
  EXPECT_EQ(slots.intern("next")->index, number) << "nobody holds the slot any more";
}

TEST_F(CellsTest, CellThatIsHeld_StaysUntilItIsNot) {
  const auto gone = slots.intern("gone");
  auto& cell = cells.at(gone);
  cell.value = 1;
  const auto is_held = [](const Count& count) { return count.value != 0; };
  cells.keep_only({}, is_held);
  EXPECT_EQ(&cells.at(gone), &cell);
  cell.value = 0;
  cells.keep_only({}, is_held);
  EXPECT_THAT(names(), ElementsAre());
}

TEST_F(CellsTest, NameThatComesBack_BeginsToCountAnew) {
  const auto slot = slots.intern("a");
  cells.at(slot).value = 5;
  cells.keep_only({});
  EXPECT_EQ(cells.at(slot).value, 0);
}

}  // namespace
}  // namespace sluice
