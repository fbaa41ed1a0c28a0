// Every story in every pairing of versions, the bytes cut in every way: the outcome is the same.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/session/oracle.h"

namespace sluice::session {
namespace {

struct NamedPace {
  const char* name;
  Pace pace;
};

void PrintTo(const NamedPace& named, std::ostream* to) {
  *to << named.name;
}

const NamedPace paces[] = {
    {"Whole", {}},
    {"ReadsOf1", {.read = 1}},
    {"ReadsOf2", {.read = 2}},
    {"ReadsOf7", {.read = 7}},
    {"WritesOf1", {.write = 1}},
    {"WritesOf7", {.write = 7}},
    {"ArrivalsOf1", {.arrival = 1}},
    {"ArrivalsOf7", {.arrival = 7}},
    {"AllOf1", {.read = 1, .write = 1, .arrival = 1}},
};

class SplitExchange : public testing::TestWithParam<std::tuple<Story, Pairing, NamedPace>> {};

TEST_P(SplitExchange, EndsAsItDoesWhole) {
  const auto& [story, pairing, named] = GetParam();
  if (const auto& reason = story.reason_to_skip(pairing); !reason.empty()) GTEST_SKIP() << reason;
  const auto least = std::min({named.pace.read, named.pace.write, named.pace.arrival});
  if (story.name == "LargeBodies" && (least < 7 || named.pace.arrival < 100))
    GTEST_SKIP() << "takes too long";
  Stage stage(pairing);
  const auto deviation = deviation_in(story, stage.play(story, named.pace));
  ASSERT_TRUE(deviation.empty()) << deviation;
  EXPECT_TRUE(stage.lets_go_of_revision());
}

std::string name_of(const testing::TestParamInfo<SplitExchange::ParamType>& of) {
  const auto& [story, pairing, named] = of.param;
  return story.name + "_" + to_string(pairing) + "_" + named.name;
}

INSTANTIATE_TEST_SUITE_P(Stories, SplitExchange,
                         testing::Combine(testing::ValuesIn(stories()), testing::ValuesIn(pairings),
                                          testing::ValuesIn(paces)),
                         name_of);

}  // namespace
}  // namespace sluice::session
