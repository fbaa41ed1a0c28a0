#include "health/threshold.h"

#include <gtest/gtest.h>

namespace sluice {
namespace {

// The verdicts after each result: + a pass, - a failure; i, h and u the verdicts.
std::string verdicts(Threshold::Needed needed, CheckVerdict begin, std::string_view results) {
  Threshold threshold(needed, begin);
  std::string said;
  for (const char result : results) {
    const auto verdict = result == '+' ? threshold.pass() : threshold.fail();
    EXPECT_EQ(verdict, threshold.verdict());
    said += "ihu"[static_cast<std::size_t>(verdict)];
  }
  return said;
}

TEST(Threshold, Results_MakeAVerdictOnceThereAreEnoughInARow) {
  const struct {
    Threshold::Needed needed;
    CheckVerdict begin;
    const char* results;
    const char* said;
  } cases[] = {
      {{5, 2}, CheckVerdict::initial, "+", "h"},                       // the first pass is enough
      {{5, 2}, CheckVerdict::initial, "-+", "ih"},                     // also after a failure
      {{5, 2}, CheckVerdict::initial, "--", "iu"},
      {{3, 2}, CheckVerdict::initial, "--++-+++", "iuuuuuuh"},         // but not once it is unhealthy
      {{3, 3}, CheckVerdict::healthy, "--+--+---", "hhhhhhhhu"},
      {{2, 2}, CheckVerdict::healthy, "--+-++", "huuuuh"},
      {{2, 2}, CheckVerdict::unhealthy, "+-++--", "uuuhhu"},
      {{1, 1}, CheckVerdict::healthy, "-+-", "uhu"},
  };
  for (const auto& [needed, begin, results, said] : cases)
    EXPECT_EQ(verdicts(needed, begin, results), said) << results;
}

}  // namespace
}  // namespace sluice
