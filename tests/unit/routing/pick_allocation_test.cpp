// A pick allocates nothing, whatever the algorithm. Not counted under sanitizers, which have an allocator of
// their own.
#include <gtest/gtest.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)

TEST(PickAllocations, AreNotCountedInThisBuild) {
  GTEST_SKIP();
}

#else

#include <cstdlib>
#include <new>

#include "routing/group_view.h"
#include "tests/unit/routing/target_groups.h"

namespace {
thread_local std::uint64_t made = 0;
}

void* operator new(std::size_t size) {
  ++made;
  if (void* memory = std::malloc(size ? size : 1)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace sluice {
namespace {

using namespace std::chrono_literals;

class PickAllocations : public testing::TestWithParam<Algorithm> {};

INSTANTIATE_TEST_SUITE_P(GroupView, PickAllocations, testing::ValuesIn(every_algorithm),
                         [](const auto& each) { return name_of(each.param); });

TEST_P(PickAllocations, ThousandPicks_MakeNone) {
  const auto group = group_of(GetParam(), {1, 2, 3, 4});
  const std::vector<const Target*> tried{&group->targets[3]};
  GroupView view;
  view.refresh(group, SteadyTime(1h));
  const auto before = made;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    view.refresh(group, SteadyTime(1h) + std::chrono::milliseconds(i));
    ASSERT_NE(view.pick({.random = i, .key = i << 50, .tried = tried}), nullptr);
  }
  EXPECT_EQ(made, before);
}

}  // namespace
}  // namespace sluice

#endif
