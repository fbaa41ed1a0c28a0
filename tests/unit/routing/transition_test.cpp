// A split on its way to another: who has moved, and where it ends.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "routing/split.h"

namespace sluice {
namespace {

std::vector<Weight> weights_of(const std::vector<std::uint64_t>& numbers) {
  std::vector<Weight> weights;
  for (const auto number : numbers) weights.push_back({number * Weight::unit});
  return weights;
}

Split changed(const Split& split, const std::vector<std::uint64_t>& numbers) {
  return split.rebalanced(weights_of(numbers)).split;
}

double share_of(const Split& split, std::uint32_t variant) {
  return static_cast<double>(split.share_of(variant)) * 0x1p-64;
}

TEST(Transition, FirstAndLastStep_AreTheSplitsThemselves) {
  const auto before = Split::from_weights(weights_of({100, 0}));
  const auto after = changed(before, {90, 10});
  EXPECT_EQ(before.toward(after, {0, 50}), before);
  EXPECT_EQ(before.toward(after, {50, 50}), after);
}

TEST(Transition, TwoVariants_AreCutOnceAsByADirectChange) {
  const auto before = Split::from_weights(weights_of({100, 0}));
  const auto after = changed(before, {80, 20});
  for (std::uint32_t step = 1; step < 20; ++step) {
    const auto now = before.toward(after, {step, 20});
    EXPECT_EQ(now.ranges().size(), 2u);
    EXPECT_EQ(now.ranges()[1].gained, End::low);
    EXPECT_NEAR(share_of(now, 1), step / 100.0, 1e-12);
  }
  const auto half = before.toward(after, {10, 20});
  EXPECT_EQ(changed(half, {1, 0}), changed(after, {1, 0}));
}

TEST(Transition, FirstVariantComesBack_FromItsOwnSide) {
  const auto green = changed(Split::from_weights(weights_of({100, 0})), {0, 100});
  const auto half = green.toward(changed(green, {60, 40}), {1, 2});
  ASSERT_EQ(half.ranges().size(), 2u);
  EXPECT_EQ(half.ranges()[0].variant, 0u);
  EXPECT_NEAR(share_of(half, 0), 0.3, 1e-12);
}

// After any history, at any step: shares lie on the line between, and users move once and in one direction.
TEST(Transition, AnySplits_ChangeInALineAndMoveEachUserOnce) {
  std::mt19937 random(5);
  for (int round = 0; round < 200; ++round) {
    const std::size_t variants = 2 + random() % 4;
    const auto draw = [&] {
      std::vector<std::uint64_t> numbers(variants);
      for (auto& number : numbers) number = random() % 3 == 0 ? 0 : random() % 100;
      numbers[random() % variants] += 1;
      return numbers;
    };
    auto before = Split::from_weights(weights_of(draw()));
    for (unsigned i = random() % 4; i > 0; --i) before = changed(before, draw());
    const auto after = changed(before, draw());
    auto last = before;
    for (std::uint32_t step = 0; step <= 10; ++step) {
      const auto now = before.toward(after, {step, 10});
      for (std::uint32_t v = 0; v < variants; ++v)
        ASSERT_NEAR(share_of(now, v), share_of(before, v) + (share_of(after, v) - share_of(before, v)) * step / 10,
                    1e-9);
      for (std::size_t i = 1; i < now.ranges().size(); ++i)
        ASSERT_NE(now.ranges()[i - 1].variant, now.ranges()[i].variant);
      for (int i = 0; i < 200; ++i) {
        const Point point = Point{random()} << 32 | random();
        ASSERT_TRUE(now.variant_at(point) == last.variant_at(point) ||
                    (last.variant_at(point) == before.variant_at(point) &&
                     now.variant_at(point) == after.variant_at(point)));
      }
      last = now;
    }
  }
}

}  // namespace
}  // namespace sluice
