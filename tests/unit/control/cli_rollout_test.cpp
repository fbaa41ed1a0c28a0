// `sluice rollout` and `sluice revisions`: what people see.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "control/cli/revision_screen.h"
#include "control/cli/rollout_tables.h"
#include "control/cli/rollout_text.h"
#include "control/cli/status_screen.h"
#include "control/cli/terminal.h"

namespace sluice::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* rollout = R"({
  "id": "r7", "service": "shop", "from": "blue", "to": "green", "strategy": "careful", "state": "running", "step": 2,
  "plan": [{"weight": 1, "hold": 600, "approval": false}, {"weight": 5, "hold": 1200, "approval": false},
           {"weight": 25.5, "hold": 0.5, "approval": true}, {"weight": 100, "hold": 0, "approval": false}],
  "bake": 1800, "keep_old": 0, "author": "ci", "observe": false, "started_at": "2026-11-29T16:38:53.120Z",
  "since": "2026-11-29T16:48:53.120Z", "until": "2026-11-29T17:08:53.120Z", "ended_at": null, "reason": "",
  "gates": [{"name": "healthy_targets", "verdict": "pass", "observed": 2, "baseline": null, "limit": 1, "samples": 2,
             "acted_upon": true, "reason": ""},
            {"name": "error_rate", "verdict": "insufficient_data", "observed": null, "baseline": null, "limit": 0.05,
             "samples": 3, "acted_upon": true, "reason": "3 of 20 requests so far"},
            {"name": "latency", "verdict": "fail", "observed": 310.2, "baseline": null, "limit": 300, "samples": 900,
             "acted_upon": true, "reason": "p99 of 310.2 ms is above 300 ms"},
            {"name": "alarm", "verdict": "inconclusive", "observed": null, "baseline": null, "limit": null, "samples": 0,
             "acted_upon": false, "reason": "not judged by this version"}]})";

boost::json::object parsed(const std::string& text) {
  return boost::json::parse(text).as_object();
}

boost::json::object in_state(const std::string& state, int step, const std::string& reason = "") {
  auto made = parsed(rollout);
  made["state"] = state;
  made["step"] = step;
  made["reason"] = reason;
  return made;
}

TEST(RolloutScreen, LinesUp) {
  EXPECT_EQ("\n" + rollout_screen(parsed(rollout), false), R"(
r7 of shop: blue → green by careful, running
started  2026-11-29 16:38:53 UTC by ci
holds    until 2026-11-29 17:08:53 UTC

   STEP   SHARE  THEN WAITS
✓  1        1 %  10m
▶  2        5 %  20m
   3     25.5 %  500ms, then an approval
   4      100 %
   bake          30m

GATE             VERDICT                 OBSERVED   LIMIT  SAMPLES  WHY
healthy_targets  pass                           2       1        2
error_rate       insufficient_data              –   5.0 %        3  3 of 20 requests so far
latency          fail                      310 ms  300 ms      900  p99 of 310.2 ms is above 300 ms
alarm            inconclusive (ignored)         –       –        0  not judged by this version
)");
}

TEST(RolloutScreen, Marks_SayHowFarItIs) {
  EXPECT_THAT(plan_table(in_state("pending", 0), false), Not(HasSubstr("▶")));
  EXPECT_THAT(plan_table(in_state("baking", 4), false), HasSubstr("✓  4      100 %\n▶  bake"));
  EXPECT_THAT(plan_table(in_state("succeeded", 4), false), HasSubstr("✓  bake"));
  EXPECT_THAT(plan_table(in_state("rolled_back", 2), false), HasSubstr("✓  1        1 %  10m\n✗  2 "));
}

TEST(RolloutScreen, Targets_AreNamedWhereItDeploysToThem) {
  auto deploys = parsed(rollout);
  deploys["plan"].as_array()[0].as_object()["targets"] = {"10.0.0.1:80", "10.0.0.2:80"};
  EXPECT_THAT(plan_table(deploys, false),
              testing::AllOf(HasSubstr("DEPLOYS TO"), HasSubstr("10.0.0.1:80, 10.0.0.2:80")));
}

TEST(RolloutText, Progress_IsOneLine) {
  EXPECT_EQ(progress_text(parsed(rollout), false), "running, step 2 of 4, 5 %");
  EXPECT_EQ(progress_text(in_state("pending", 0, "waits for a hook"), false),
            "pending, step 0 of 4: waits for a hook");
  EXPECT_EQ(progress_text(in_state("rolled_back", 2, "error_rate: too high"), false),
            "rolled_back, step 2 of 4: error_rate: too high");
  EXPECT_THAT(progress_text(in_state("failed", 0), true), HasSubstr("\033[31mfailed\033[0m"));
}

TEST(RolloutText, StatusLine_SaysWhatComesNextAndWhen) {
  EXPECT_EQ(rollout_line(parsed(rollout), 0.05, "2026-11-29T17:04:43.120Z", false),
            "r7 running → green by careful ▇▇·· 5.0 % now, 25.5 % next in 4m10s");
  auto waits = in_state("waiting_approval", 3, "waits for an approval");
  waits["until"] = nullptr;
  EXPECT_EQ(rollout_line(waits, 0.255, "2026-11-29T17:04:43.120Z", false),
            "r7 waiting_approval → green by careful ▇▇▇· 25.5 % now, 100 % next: waits for an approval");
  EXPECT_EQ(rollout_line(in_state("baking", 4), 1, "2026-11-29T17:08:43.120Z", false),
            "r7 baking → green by careful ▇▇▇▇ 100.0 % now, ends in 10s");
  EXPECT_EQ(rollout_line(in_state("rolling_back", 1), 0, "2026-11-29T17:08:43.120Z", false),
            "r7 rolling_back → green by careful ▇··· 0.0 % now");
}

TEST(RolloutText, ManySteps_TakeTwentyCells) {
  auto many = in_state("running", 50);
  many["plan"] = boost::json::array(100, parsed(rollout)["plan"].at(0));
  EXPECT_THAT(rollout_line(many, 0.5, "", false), HasSubstr(" ▇▇▇▇▇▇▇▇▇▇·········· 50.0 % now"));
}

TEST(RolloutText, SplitBar_HasAPartForEach) {
  const auto bar = split_bar({{"blue", 0.75}, {"green", 0.25}});
  EXPECT_EQ(width_of(bar.substr(0, bar.find(' '))), 40u);
  EXPECT_THAT(bar, HasSubstr("█▒"));
  EXPECT_THAT(bar, testing::EndsWith("▒  █ blue 75.0 %, ▒ green 25.0 %"));
}

TEST(RolloutTables, Timeline_SaysFromWhenOnTimesAreTheEarliest) {
  const auto timeline = boost::json::parse(R"([
    {"at": 0, "what": "green at 10%", "waits": false}, {"at": 0, "what": "hold for 100ms", "waits": false},
    {"at": 0.1, "what": "wait for an approval", "waits": true}, {"at": 0.1, "what": "green at 100%", "waits": false},
    {"at": 90.1, "what": "succeeded", "waits": false}])")
                            .as_array();
  EXPECT_EQ("\n" + timeline_table(timeline, false), R"(
     AT  WHAT
     0s  green at 10%
     0s  hold for 100ms
  100ms  wait for an approval  takes as long as it takes
≥ 100ms  green at 100%
≥ 1m30s  succeeded
)");
}

TEST(RolloutTables, History_LinesUp) {
  auto ended = in_state("rolled_back", 2, "error_rate: 8%");
  ended["ended_at"] = "2026-11-29T16:50:00.000Z";
  EXPECT_EQ("\n" + history_table({parsed(rollout), ended}, false), R"(
ID  TO     STRATEGY  STATE        STARTED (UTC)        ENDED (UTC)          WHY
r7  green  careful   running      2026-11-29 16:38:53
r7  green  careful   rolled_back  2026-11-29 16:38:53  2026-11-29 16:50:00  error_rate: 8%
)");
}

TEST(RevisionScreens, ListMarksTheOneInForce) {
  const auto list = parsed(R"({"current": 3, "revisions": [
    {"revision": 3, "parent": 2, "at": "2026-11-29T16:38:53.120Z", "author": "you", "kind": "weights", "reason": "",
     "diff": "shop: blue 90 → 50\nshop: green 10 → 50", "ended_rollout": false},
    {"revision": 2, "parent": 1, "at": "2026-11-29T16:30:00.000Z", "author": "rollout:r7", "kind": "rollout",
     "reason": "green at 10%", "diff": "x", "ended_rollout": true}]})");
  EXPECT_EQ("\n" + revisions_table(list, false), R"(
REVISION           AT (UTC)             AUTHOR      KIND     WHAT
       3  current  2026-11-29 16:38:53  you         weights  shop: blue 90 → 50
       2           2026-11-29 16:30:00  rollout:r7  rollout  green at 10%
)");
}

TEST(RevisionScreens, OneShowsWhatItChangedAndItsSplits) {
  const auto revision =
      parsed(R"({"revision": 3, "parent": 2, "at": "2026-11-29T16:38:53.120Z", "author": "you",
    "kind": "weights", "reason": "a test", "diff": "shop: blue 90 → 50\nshop: green 10 → 50", "ended_rollout": false,
    "services": {"shop": {"stable": "blue", "weights": {"blue": 50, "green": 50}}}, "config": "admin: {}"})");
  EXPECT_EQ("\n" + revision_screen(revision, false), R"(
revision 3 · weights by you · 2026-11-29 16:38:53 UTC · made from revision 2
  a test

changed
  shop: blue 90 → 50
  shop: green 10 → 50

SERVICE  VARIANT  WEIGHT
shop     blue *       50
         green        50
)");
}

TEST(Terminal, LongLines_AreCutToItsWidth) {
  EXPECT_EQ(clipped("short\nmuch too long\n", 8), "short\nmuch to…\n");
  EXPECT_EQ(clipped("12345678\n", 8), "12345678\n");
  EXPECT_EQ(clipped("▇▇▇▇▇\n", 4), "▇▇▇…\n");
  EXPECT_EQ(clipped("\033[31mvery red\033[0m\n", 5), "\033[31mvery…\033[0m\n");
  EXPECT_EQ(clipped("\033[31mred\033[0m\n", 5), "\033[31mred\033[0m\n");
}

TEST(Terminal, Repainting_KeepsToItsRowsAndDoesNotScroll) {
  EXPECT_EQ(repainted("one\ntwo\nthree\n", {.columns = 4, .rows = 2}), "\033[H\033[2Kone\n\033[2Ktwo");
  EXPECT_EQ(repainted("one\n", {.columns = 4, .rows = 2}), "\033[H\033[2Kone\n\033[J");
}

TEST(Lengths, AreToldToTheMillisecondWhereThatMatters) {
  EXPECT_EQ(length_text(0), "0s");
  EXPECT_EQ(length_text(0.1), "100ms");
  EXPECT_EQ(length_text(90), "1m30s");
  EXPECT_EQ(length_text(90.1), "1m30s");
  EXPECT_EQ(length_text(600), "10m");
  EXPECT_EQ(length_text(7200), "2h");
}

}  // namespace
}  // namespace sluice::cli
