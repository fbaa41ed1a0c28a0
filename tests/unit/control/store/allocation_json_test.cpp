#include "control/store/allocation_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "tests/unit/control/store/allocations.h"

namespace sluice {
namespace {

using testing::HasSubstr;

TEST(AllocationJson, IsAsDocumented) {
  Allocation given{{{"blue", Weight{90'000'000}, false}, {"green", Weight{500'000}, true}},
                   "blue",
                   {{0, 0, End::high}, {0xe666666666666666, 1, End::low}}};
  const std::string text =
      R"({"variants":[{"name":"blue","weight":"90"},{"name":"green","weight":"0.5","withdrawn":true}],)"
      R"("stable":"blue","ranges":[["0000000000000000",0,"high"],["e666666666666666",1,"low"]]})";
  EXPECT_EQ(allocation_text(given), text);
  EXPECT_EQ(parse_allocation(text).value(), given);
}

TEST(AllocationJson, AnyPointAndWeight_ComesBackAsItWas) {
  std::mt19937_64 random(7);
  for (int round = 0; round < 300; ++round) {
    auto given = allocation({random() % Weight::max + 1, random() % Weight::max, random() % 100});
    for (int move = 0; move < 5; ++move) {
      const auto split = Split::from_ranges(given.ranges, 3).value();
      const Weight weights[] = {{random() % 1000}, {random() % Weight::max}, {random() % 1'000'000 + 1}};
      const auto after = split.rebalanced(weights).split;
      given.ranges = {after.ranges().begin(), after.ranges().end()};
    }
    given.variants[1].withdrawn = round % 2 == 0;
    ASSERT_EQ(parse_allocation(allocation_text(given)).value(), given) << allocation_text(given);
  }
}

TEST(AllocationJson, ExtremesAndOddNames_ComeBack) {
  Allocation given{{{"a\"\\\n\xff", Weight{Weight::max}, true}, {"ä", Weight{1}, false}},
                   "ä",
                   {{0, 0, End::low}, {1, 1, End::high}, {~Point{0}, 0, End::high}}};
  EXPECT_EQ(parse_allocation(allocation_text(given)).value(), given);
}

TEST(AllocationJson, WhatIsNoAllocation_SaysWhy) {
  const auto why = [](const std::string& variants, const std::string& stable, const std::string& ranges) {
    return parse_allocation(R"({"variants":)" + variants + R"(,"stable":)" + stable + R"(,"ranges":)" +
                            ranges + "}")
        .error();
  };
  const std::string two = R"([{"name":"a","weight":"1"},{"name":"b","weight":"1"}])";
  const std::string a = R"("a")", zero = R"(["0000000000000000",0,"low"])";
  EXPECT_THAT(parse_allocation("{").error(), HasSubstr("not JSON"));
  EXPECT_THAT(parse_allocation("[]").error(), HasSubstr("not an object"));
  EXPECT_THAT(parse_allocation("{}").error(), HasSubstr("`variants`"));
  EXPECT_THAT(why(R"([{"name":"a","weight":1}])", a, "[" + zero + "]"), HasSubstr("`variants`"));
  EXPECT_THAT(why(R"([{"name":"a","weight":"-1"}])", a, "[" + zero + "]"), HasSubstr("`variants`"));
  EXPECT_THAT(why(R"([{"name":"a","weight":"1"},{"name":"a","weight":"1"}])", a, "[" + zero + "]"),
              HasSubstr("two variants are called `a`"));
  EXPECT_THAT(why(two, R"("c")", "[" + zero + "]"), HasSubstr("the stable `c`"));
  EXPECT_THAT(why(two, "1", "[" + zero + "]"), HasSubstr("`stable`"));
  EXPECT_THAT(why(two, a, "[]"), HasSubstr("no ranges"));
  EXPECT_THAT(why(two, a, R"([["0000000000000001",0,"low"]])"), HasSubstr("begin at 0"));
  EXPECT_THAT(why(two, a, R"([["0",0,"low"]])"), HasSubstr("`ranges`"));
  EXPECT_THAT(why(two, a, R"([["000000000000000g",0,"low"]])"), HasSubstr("`ranges`"));
  EXPECT_THAT(why(two, a, R"([["0000000000000000",-1,"low"]])"), HasSubstr("`ranges`"));
  EXPECT_THAT(why(two, a, R"([["0000000000000000",4294967296,"low"]])"), HasSubstr("`ranges`"));
  EXPECT_THAT(why(two, a, R"([["0000000000000000",0,"up"]])"), HasSubstr("`ranges`"));
  EXPECT_THAT(why(two, a, R"([["0000000000000000",2,"low"]])"), HasSubstr("not there"));
  EXPECT_THAT(why(two, a, "[" + zero + R"(,["8000000000000000",0,"low"]])"), HasSubstr("same variant"));
  EXPECT_THAT(why(two, a, "[" + zero + R"(,["0000000000000000",1,"low"]])"), HasSubstr("behind"));
}

}  // namespace
}  // namespace sluice
