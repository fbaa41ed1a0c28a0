// The status screen, as people see it.
#include "control/cli/status_screen.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "control/cli/table.h"

namespace sluice::cli {
namespace {

constexpr const char* status = R"({
  "version": "0.1.0", "revision": 3, "ready": true, "as_of": "2026-11-29T16:38:53.000Z", "uptime_seconds": 133,
  "listeners": [{"name": "web", "address": "127.0.0.1:8080", "protocol": "http"},
                {"name": "secure", "address": "0.0.0.0:8443", "protocol": "https"}],
  "services": [
    {"name": "shop", "revision": 2, "stable": "blue", "rollout": null, "variants": [
      {"name": "blue", "target_group": "shop-blue", "weight": 90, "share": 0.9, "measured_share": 0.901,
       "targets": {"healthy": 2, "total": 2}, "not_healthy": [], "serving": "own_targets", "requests_per_second": 812.34, "error_rate": 0, "p50_ms": 1.24, "p99_ms": 4.5},
      {"name": "green", "target_group": "shop-green", "weight": 10, "share": 0.1, "measured_share": 0.099,
       "targets": {"healthy": 1, "total": 2}, "serving": "own_targets",
       "not_healthy": [{"address": "127.0.0.1:9004", "state": "unhealthy", "description": "Request timed out", "in_flight": 2,
         "ejected_until": null, "draining_until": null}], "requests_per_second": 90.1, "error_rate": 0.0213, "p50_ms": 1.5, "p99_ms": 120}]},
    {"name": "api", "revision": 1, "stable": "only", "rollout": null, "variants": [
      {"name": "only", "target_group": "api", "weight": 1, "share": 1, "measured_share": null,
       "targets": {"healthy": 1, "total": 1}, "not_healthy": [], "serving": "own_targets", "requests_per_second": 0, "error_rate": 0, "p50_ms": 0, "p99_ms": 0}]}],
  "experiments": [
    {"name": "search", "service": "shop", "share": 0.2, "sample_ratio": {"verdict": "mismatch"}, "arms": [
      {"name": "control", "share": 0.5, "exposures": 1200}, {"name": "treatment", "share": 0.5, "exposures": 880}]}]})";

TEST(StatusScreen, LinesUp) {
  EXPECT_EQ("\n" + status_screen(boost::json::parse(status).as_object(), false), R"(
sluice 0.1.0 · revision 3 · ready · up 2m13s
listener  web     http   127.0.0.1:8080
listener  secure  https  0.0.0.0:8443

SERVICE  VARIANT  WEIGHT    SHARE      NOW             REQ/S  ERRORS  P50 ms  P99 ms  TARGETS
shop     blue *       90   90.0 %   90.1 % ▇▇▇▇▇▇▇▇▇·    812   0.0 %    1.24    4.50      2/2
         green        10   10.0 %    9.9 % ▇·········   90.1   2.1 %    1.50     120      1/2
api      only *        1  100.0 %        –                 0       –       –       –      1/1
* stable. NOW and what follows: the last 10 seconds. TARGETS: healthy/all.

TARGET GROUP  NOT HEALTHY     STATE      WHY
shop-green    127.0.0.1:9004  unhealthy  Request timed out

EXPERIMENT  SERVICE  AUDIENCE  ARM         SHARE  EXPOSURES  RATIO
search      shop       20.0 %  control    50.0 %       1200  mismatch
                               treatment  50.0 %        880
RATIO: whether users fall into the arms as their shares say.
)");
}

TEST(StatusScreen, WhoElseServesAVariant_IsSaidBesideItsTargets) {
  std::string text = status;
  text.replace(text.find("own_targets"), 11, "all_targets");
  text.replace(text.find("own_targets"), 11, "stable");
  text.replace(text.find("own_targets"), 11, "none");
  const auto screen = status_screen(boost::json::parse(text).as_object(), false);
  EXPECT_THAT(screen, testing::HasSubstr("2/2  panics: all take requests\n"));
  EXPECT_THAT(screen, testing::HasSubstr("1/2  served by blue\n"));
  EXPECT_THAT(screen, testing::HasSubstr("1/1  served by nobody\n"));
}

TEST(StatusScreen, Rollout_StandsBelowItsService) {
  std::string text = status;
  text.replace(text.find("\"rollout\": null"), 15,
               R"("rollout": {"id": "r7", "service": "shop", "from": "blue", "to": "green",
    "strategy": "careful", "state": "running", "step": 1, "plan": [{"weight": 10}, {"weight": 100}], "reason": "",
    "until": "2026-11-29T16:39:53.000Z"})");
  const auto screen = status_screen(boost::json::parse(text).as_object(), false, StatusDetail::splits);
  EXPECT_THAT(screen,
              testing::HasSubstr("1/2\n"
                                 "  ████████████████████████████████████▒▒▒▒  █ blue 90.0 %, ▒ green 10.0 %\n"
                                 "  r7 running → green by careful ▇· 10.0 % now, 100 % next in 1m\n"
                                 "api "));
}

TEST(StatusScreen, Colours_AreForTerminals) {
  const auto screen = status_screen(boost::json::parse(status).as_object(), true);
  EXPECT_THAT(screen, testing::HasSubstr("\033[32mready\033[0m"));
  EXPECT_THAT(screen, testing::HasSubstr("\033[31m2.1 %\033[0m"));
}

TEST(StatusScreen, OtherJson_IsThrown) {
  EXPECT_ANY_THROW((void)status_screen(boost::json::parse("{}").as_object(), false));
}

TEST(Durations, AreShort) {
  EXPECT_EQ(short_duration(0), "0s");
  EXPECT_EQ(short_duration(59.9), "59s");
  EXPECT_EQ(short_duration(133), "2m13s");
  EXPECT_EQ(short_duration(3 * 3600 + 240), "3h4m");
  EXPECT_EQ(short_duration(3 * 86400 + 4 * 3600), "3d4h");
}

TEST(Bars, FillTenCells) {
  EXPECT_EQ(bar(0), "··········");
  EXPECT_EQ(bar(0.05), "▇·········");
  EXPECT_EQ(bar(1.5), "▇▇▇▇▇▇▇▇▇▇");
}

}  // namespace
}  // namespace sluice::cli
