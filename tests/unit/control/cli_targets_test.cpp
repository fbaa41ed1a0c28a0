// `sluice targets`: the tables as people see them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "control/cli/target_tables.h"

namespace sluice::cli {
namespace {

constexpr const char* as_of = "2026-11-29T16:38:53.120Z";

constexpr const char* groups = R"([
  {"name": "shop-blue", "state": "degraded", "requests": 3, "connections": 18, "pending": 0, "as_of": "2026-11-29T16:38:53.120Z",
   "used_by": [{"service": "shop", "variant": "blue", "share": 0.9}, {"service": "cart", "variant": "only", "share": 1}],
   "targets": [
    {"address": "10.0.1.10:8000", "weight": 1, "zone": null, "state": "healthy", "description": null, "in_flight": 2,
     "ejected_until": null, "draining_until": null},
    {"address": "10.0.1.11:8000", "weight": 20, "zone": "b", "state": "unhealthy",
     "description": "Health checks failed with these codes: [500]", "in_flight": 0, "ejected_until": null, "draining_until": null},
    {"address": "10.0.1.9:8000", "weight": 1, "zone": null, "state": "draining", "description": "Gets no new requests",
     "in_flight": 1, "ejected_until": null, "draining_until": "2026-11-29T16:39:17.120Z"}]},
  {"name": "old", "state": "unused", "requests": 0, "connections": 0, "pending": 0, "as_of": "2026-11-29T16:38:53.120Z",
   "used_by": [], "targets": [
    {"address": "a:1", "weight": 1, "zone": null, "state": "unused", "description": "No variant", "in_flight": 0,
     "ejected_until": null, "draining_until": null}]}])";

boost::json::array parsed(const std::string& text) {
  return boost::json::parse(text).as_array();
}

// Of a target with these values.
std::string line(const std::string& values) {
  return target_line(boost::json::parse("{" + values + "}"), as_of);
}

TEST(TargetTables, Groups_LineUp) {
  EXPECT_EQ("\n" + groups_table(parsed(groups), false), R"(
TARGET GROUP  STATE     REQUESTS  CONNECTIONS  WAITING  USED BY
shop-blue     degraded         3           18        0  shop/blue 90.0 %, cart/only 100.0 %
old           unused           0            0        0
)");
}

TEST(TargetTables, Targets_LineUp) {
  EXPECT_EQ("\n" + targets_table(parsed(groups), false), R"(
TARGET GROUP  TARGET          ZONE  WEIGHT  IN FLIGHT  STATE      WHY
shop-blue     10.0.1.10:8000             1          2  healthy
              10.0.1.11:8000  b         20          0  unhealthy  Health checks failed with these codes: [500]
              10.0.1.9:8000              1          1  draining   Gets no new requests; 1 in flight, 24s left
old           a:1                        1          0  unused     No variant
)");
}

TEST(TargetTables, ZonesThatNobodyNames_TakeNoRoom) {
  std::string text = groups;
  text.replace(text.find(R"("b")"), 3, "null");
  EXPECT_THAT(targets_table(parsed(text), false), testing::StartsWith("TARGET GROUP  TARGET          WEIGHT  "));
}

TEST(TargetTables, Colours_AreForTerminals) {
  const auto table = targets_table(parsed(groups), true);
  EXPECT_THAT(table, testing::HasSubstr("\033[32mhealthy\033[0m"));
  EXPECT_THAT(table, testing::HasSubstr("\033[31munhealthy\033[0m"));
  EXPECT_THAT(table, testing::HasSubstr("\033[33mdraining\033[0m"));
}

TEST(TargetTables, Why_SaysWhatIsLeft) {
  EXPECT_EQ(line(R"("state": "healthy", "description": null, "in_flight": 0, "ejected_until": null,
                    "draining_until": null)"),
            "healthy");
  EXPECT_EQ(line(R"("state": "draining", "description": "No new ones", "in_flight": 0, "ejected_until": null,
                    "draining_until": "2026-11-29T16:39:17.120Z")"),
            "draining: No new ones; nothing in flight");
  EXPECT_EQ(line(R"("state": "draining", "description": "No new ones", "in_flight": 7, "ejected_until": null,
                    "draining_until": "2026-11-29T16:38:53.120Z")"),
            "draining: No new ones; 7 in flight, out of time");
  EXPECT_EQ(line(R"("state": "unhealthy", "description": "Ejected", "in_flight": 0, "draining_until": null,
                    "ejected_until": "2026-11-29T16:40:03.900Z")"),
            "unhealthy: Ejected; 1m11s left");
}

TEST(TargetTables, ManyThatAreNotHealthy_AreCountedAndNotAllNamed) {
  boost::json::array targets;
  for (int i = 0; i < 12; ++i)
    targets.push_back({{"address", "t" + std::to_string(i)},
                       {"state", "initial"},
                       {"description", "Initial health checks in progress"},
                       {"ejected_until", nullptr},
                       {"draining_until", nullptr}});
  const boost::json::value variant{{"target_group", "shop-blue"}, {"not_healthy", targets}};
  const boost::json::array services{
      boost::json::object{{"variants", boost::json::array{variant, variant}}}};
  const auto table = not_healthy_table(services, as_of, false);
  EXPECT_EQ(std::ranges::count(table, '\n'), 12);  // once, although two variants have the group
  EXPECT_THAT(table, testing::HasSubstr("t9"));
  EXPECT_THAT(table, testing::Not(testing::HasSubstr("t10")));
  EXPECT_THAT(table, testing::EndsWith("2 more: sluice targets list shop-blue\n"));
}

TEST(TargetTables, AllHealthy_IsNothingToTell) {
  EXPECT_EQ(not_healthy_table({}, as_of, false), "");
}

}  // namespace
}  // namespace sluice::cli
