#include "control/not_acted_upon.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/unit/control/configs.h"

namespace sluice {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> keys_of(const std::string& text) {
  const auto parsed = read_config_text(text, "sluice.yaml");
  EXPECT_THAT(lines(parsed.problems), IsEmpty());
  return not_acted_upon(parsed.config);
}

TEST(NotActedUpon, Quickstart_IsActedUponWhole) {
  EXPECT_THAT(keys_of(quickstart), IsEmpty());
}

TEST(NotActedUpon, EachKeyThatIsOnlyChecked_IsNamed) {
  const auto text = with(quickstart, "targets: [127.0.0.1:9002]",
              "targets: [], algorithm: weighted_random, health_check: {}, outlier: {}, slow_start: 0s,"
              " deregistration_delay: 5m, limits: { connections: 1, pending: 1, requests: 1 }");
  const std::string green = "target_groups.shop-green.";
  EXPECT_THAT(keys_of(text + "strategies: { s: { all_at_once: {} } }\n"),
              ElementsAre(green + "algorithm", green + "health_check", green + "slow_start",
                          green + "deregistration_delay", "strategies"));
}

TEST(NotActedUpon, RoundRobinAndOtherLimits_AreActedUpon) {
  EXPECT_THAT(keys_of(with(quickstart, "targets: [127.0.0.1:9002]",
                           "targets: [], algorithm: round_robin, limits: { connections: 1 }")),
              IsEmpty());
}

TEST(NotActedUpon, EdgeExample_ReadsWellAndNamesWhatComesLater) {
  const auto root = std::filesystem::path(__FILE__).parent_path() / "../../..";
  const auto parsed = read_config((root / "deploy/examples/edge.yaml").string());
  EXPECT_THAT(lines(parsed.problems), IsEmpty());
  EXPECT_THAT(lines(check_config(parsed.config)), IsEmpty());
  EXPECT_THAT(
      not_acted_upon(parsed.config),
      ElementsAre("target_groups.shop-blue.algorithm",
                  "target_groups.shop-blue.health_check", "target_groups.shop-blue.deregistration_delay",
                  "target_groups.shop-green.health_check", "target_groups.shop-green.slow_start",
                  "strategies"));
}

}  // namespace
}  // namespace sluice
