// A rule's `fault`: what is read, what is said of wrong ones, and how it is compiled.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control/snapshot_builder.h"
#include "tests/unit/control/configs.h"
#include "tests/unit/routing/share_points.h"

namespace sluice {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string rule(const std::string& fault) {
  return with(quickstart, "    default:",
              "    rules: [{ priority: 10, conditions: [{ path_pattern: [/] }], forward: shop, fault: " +
                  fault + " }]\n    default:");
}

std::shared_ptr<const Fault> compiled(const std::string& fault) {
  SnapshotBuilder builder{Secrets{"a secret of the tests alone"}};
  const auto parsed = read_config_text(rule(fault), "");
  EXPECT_THAT(lines(parsed.problems), IsEmpty());
  const auto snapshot = builder.build(parsed.config, 1, nullptr).value();
  FixedPoints points;
  const auto& found = snapshot->listeners[0]->rules->find(RequestHead{.method = "GET", .path = "/"}, points);
  EXPECT_EQ(found.slot->name, "web/10");
  return found.fault;
}

TEST(FaultConfig, BothFaults_AreCompiledWithSequencesOfTheirOwn) {
  const auto fault =
      compiled("{ delay: { percent: 25%, duration: 200ms }, abort: { percent: 50%, status: 429 } }");
  EXPECT_EQ(fault->delay.width, Split::whole / 4);
  EXPECT_EQ(fault->duration, 200ms);
  EXPECT_EQ(fault->abort.width, Split::whole / 2);
  EXPECT_EQ(fault->status, 429);
  EXPECT_NE(fault->delay.decision, fault->abort.decision);
}

TEST(FaultConfig, AbortAlone_IsA503ForAll) {
  const auto fault = compiled("{ abort: { percent: 100% } }");
  EXPECT_EQ(fault->abort.width, Split::whole);
  EXPECT_EQ(fault->status, 503);
  EXPECT_EQ(fault->delay.width, Split::Share{0});
}

TEST(FaultConfig, WrongOnes_AreToldWithWhatWouldBeRight) {
  EXPECT_THAT(reading_problems(rule("{}")), ElementsAre(HasSubstr("needs delay, abort or both")));
  EXPECT_THAT(reading_problems(rule("{ delay: { percent: 10% } }")), ElementsAre(HasSubstr("duration")));
  EXPECT_THAT(reading_problems(rule("{ abort: { percent: 0%, status: 200 } }")), testing::SizeIs(2));
  EXPECT_THAT(reading_problems(rule("{ delay: { percent: 10%, duration: 1h } }")),
              ElementsAre(HasSubstr("10m")));
}

}  // namespace
}  // namespace sluice
