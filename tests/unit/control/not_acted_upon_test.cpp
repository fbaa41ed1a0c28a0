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
  EXPECT_THAT(keys_of(quickstart + "strategies: { s: { all_at_once: {}, gates: [{ error_rate: { max: 5% } },"
                                  " { error_rate: { max_increase: 1% } }] } }\n"),
              ElementsAre("strategies.s.gates[1]"));
}

TEST(NotActedUpon, EdgeExample_ReadsWellAndNamesWhatComesLater) {
  const auto root = std::filesystem::path(__FILE__).parent_path() / "../../..";
  const auto parsed = read_config((root / "deploy/examples/edge.yaml").string());
  EXPECT_THAT(lines(parsed.problems), IsEmpty());
  EXPECT_THAT(lines(check_config(parsed.config)), IsEmpty());
  EXPECT_THAT(not_acted_upon(parsed.config), ElementsAre("strategies.quick.gates[0]", "strategies.quick.gates[1]"));
}

}  // namespace
}  // namespace sluice
