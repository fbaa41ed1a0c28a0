// Many budgets in a fixed place: each key its own, full ones give up theirs, and a full table refuses nobody.
#include "routing/rate_table.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <thread>

#include "routing/point.h"

namespace sluice {
namespace {

using namespace std::chrono_literals;

constexpr SteadyTime start{1h};
const Gcra ten_a_second({.requests = 10, .per = 1s, .burst = 10});

bool passes(RateTable& table, std::uint64_t key, SteadyTime now, const Gcra& gcra = ten_a_second) {
  return gcra.take(table.budget(key, now), now) == 0ns;
}

int pass_at_once(RateTable& table, std::uint64_t key, SteadyTime now) {
  int passed = 0;
  while (passed < 1000 && passes(table, key, now)) ++passed;
  return passed;
}


TEST(RateTable, EachKey_HasABudgetOfItsOwn) {
  RateTable table(1024);
  for (std::uint64_t key = 0; key < 100; ++key)
    EXPECT_EQ(pass_at_once(table, key * golden_step, start), 10) << key;
  for (std::uint64_t key = 0; key < 100; ++key) EXPECT_FALSE(passes(table, key * golden_step, start)) << key;
}

TEST(RateTable, KeyZero_IsAKeyAsAnyOther) {
  RateTable table(1);
  EXPECT_EQ(pass_at_once(table, 0, start), 10);
  EXPECT_FALSE(passes(table, 0, start));
}

TEST(RateTable, PlaceOfAFullBudget_GoesToWhoeverComes) {
  RateTable table(1);
  for (std::uint64_t key = 1; key <= 4; ++key) pass_at_once(table, key, start);
  for (std::uint64_t key = 5; key <= 8; ++key) EXPECT_EQ(pass_at_once(table, key, start + 1s), 10) << key;
  for (std::uint64_t key = 5; key <= 8; ++key) EXPECT_FALSE(passes(table, key, start + 1s)) << key;
}

TEST(RateTable, AllPlacesTaken_WhoIsNearestToAFullBudgetIsForgotten) {
  RateTable table(1);
  pass_at_once(table, 1, start);
  EXPECT_TRUE(passes(table, 2, start));  // short of one only
  pass_at_once(table, 3, start);
  pass_at_once(table, 4, start);
  EXPECT_EQ(pass_at_once(table, 5, start), 10);
  for (const std::uint64_t key : {1, 3, 4, 5}) EXPECT_FALSE(passes(table, key, start)) << key;
}

// Against a map of budgets: as long as there is room nobody gets more or less than his own.
TEST(RateTable, WithRoom_IsAsGoodAsAMap) {
  std::mt19937_64 random(11);
  RateTable table(65'536);
  std::map<std::uint64_t, ArrivalTime> reference;
  auto now = start;
  for (int i = 0; i < 100'000; ++i) {
    now += std::chrono::microseconds(random() % 200);
    const auto user = random() % 500;
    const bool expected = ten_a_second.take(reference[user], now) == 0ns;
    ASSERT_EQ(passes(table, point_of(3, std::to_string(user)), now), expected) << i;
  }
}

// A flood of strangers makes others forgotten, but nobody is refused who has not used his budget.
TEST(RateTable, Flooded_RefusesNobodyWhoComesOnce) {
  RateTable table(64);
  for (std::uint64_t stranger = 0; stranger < 100'000; ++stranger)
    ASSERT_TRUE(passes(table, point_of(3, std::to_string(stranger)), start));
}

TEST(RateTable, Threads_LetPassAtMostAFewMoreThanOne) {
  RateTable table(1024);
  std::array<std::array<int, 64>, 4> passed{};
  {
    std::vector<std::jthread> threads;
    for (auto& counts : passed)
      threads.emplace_back([&table, &counts] {
        for (int turn = 0; turn < 50; ++turn)
          for (std::uint64_t key = 0; key < 64; ++key)
            counts[key] += passes(table, key * golden_step, start);
      });
  }
  for (std::size_t key = 0; key < 64; ++key) {
    const int sum = passed[0][key] + passed[1][key] + passed[2][key] + passed[3][key];
    EXPECT_GE(sum, 10) << key;
    EXPECT_LE(sum, 40) << key;  // four threads that all found a place of their own
  }
}

}  // namespace
}  // namespace sluice
