// Every story in every pairing of versions, and in each run another of its operations goes wrong: whatever
// the client and the origins are told is true, and nothing is left behind.
#include <gtest/gtest.h>

#include "tests/session/oracle.h"

namespace sluice::session {
namespace {

constexpr unsigned most_operations = 20'000;

class FaultyExchange : public testing::TestWithParam<std::tuple<Story, Pairing>> {
 protected:
  void SetUp() override {
    if (const auto& reason = story().reason_to_skip(pairing()); !reason.empty()) GTEST_SKIP() << reason;
  }

  static const Story& story() { return std::get<0>(GetParam()); }
  static const Pairing& pairing() { return std::get<1>(GetParam()); }

  // Lets the 1st, 2nd, ... operation fail until there is none left to.
  static void sweep(Fault fault, const Pace& pace) {
    auto stage = std::make_unique<Stage>(pairing());
    for (unsigned at = 1; at < most_operations; ++at) {
      const bool for_worker = fault == Fault::cut_off || fault == Fault::drain;
      if (for_worker) stage = std::make_unique<Stage>(pairing());
      const auto played = stage->play(story(), pace, fault, at);
      const auto lie = lie_in(story(), played);
      ASSERT_TRUE(lie.empty()) << to_string(fault) << " at operation " << at << ": " << lie;
      if (!played.fired) {
        const auto deviation = deviation_in(story(), played);
        EXPECT_TRUE(deviation.empty()) << "after the runs with faults: " << deviation;
        EXPECT_TRUE(stage->lets_go_of_revision());
        return;
      }
      const auto hurry = fault == Fault::drain ? cut_short(played) : std::string();
      ASSERT_TRUE(hurry.empty()) << "cut short at operation " << at << ": " << hurry;
    }
    FAIL() << "no end of operations";
  }
  static Pace small_steps() {
    return story().name == "LargeBodies" ? Pace{.read = 5000, .write = 3000, .arrival = 7000}
                                         : Pace{.read = 7, .write = 11, .arrival = 13};
  }
};

TEST_P(FaultyExchange, Reset) {
  sweep(Fault::reset, {});
}
TEST_P(FaultyExchange, ResetInSmallSteps) {
  sweep(Fault::reset, small_steps());
}
TEST_P(FaultyExchange, EndOfInput) {
  sweep(Fault::eof, {});
}
TEST_P(FaultyExchange, EndOfInputAtEveryByte) {
  if (story().name == "LargeBodies") GTEST_SKIP();
  sweep(Fault::eof, {.read = 1});
}
TEST_P(FaultyExchange, BrokenWrites) {
  sweep(Fault::broken, {});
}
TEST_P(FaultyExchange, BrokenWritesInSmallSteps) {
  sweep(Fault::broken, small_steps());
}
TEST_P(FaultyExchange, TimeOut) {
  sweep(Fault::timed_out, {});
}
TEST_P(FaultyExchange, CutOff) {
  sweep(Fault::cut_off, {});
}
TEST_P(FaultyExchange, CutOffInSmallSteps) {
  sweep(Fault::cut_off, small_steps());
}
TEST_P(FaultyExchange, Drain) {
  sweep(Fault::drain, {});
}

std::string name_of(const testing::TestParamInfo<FaultyExchange::ParamType>& of) {
  const auto& [story, pairing] = of.param;
  return story.name + "_" + to_string(pairing);
}

INSTANTIATE_TEST_SUITE_P(Stories, FaultyExchange,
                         testing::Combine(testing::ValuesIn(stories()), testing::ValuesIn(pairings)),
                         name_of);

}  // namespace
}  // namespace sluice::session
