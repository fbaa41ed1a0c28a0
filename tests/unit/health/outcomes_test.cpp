#include "health/outcomes.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace sluice {
namespace {

// Snapshots of one listener and one service, whose slots live from one to the next.
class OutcomesTest : public testing::Test {
 protected:
  Snapshot snapshot(const std::vector<std::string>& variants) {
    Snapshot made;
    auto listener = std::make_shared<Listener>();
    listener->name = "web";
    listener->slot = listeners_.intern("web");
    made.listeners.push_back(listener);
    const Weight weights[] = {{1}};
    auto service = std::make_shared<Service>(Service{.name = "shop",
                                                     .slot = services_.intern("shop"),
                                                     .variants = {},
                                                     .stable = 0,
                                                     .split = Split::from_weights(weights),
                                                     .identity = {},
                                                     .salt_seed = 0});
    for (const auto& name : variants)
      service->variants.push_back({name, {}, {}, variants_.intern("shop/" + name)});
    made.services.push_back(service);
    return made;
  }

  static const Variant* variant(const Snapshot& snapshot, std::size_t index) {
    return &snapshot.services[0]->variants[index];
  }

  std::uint64_t requests(const std::string& variant) const {
    const auto totals = outcomes_.totals();
    const auto found = std::ranges::find(totals, variant, &OutcomeTotal::variant);
    return found == totals.end() ? 0 : found->requests();
  }

  SlotTable listeners_, services_, variants_;
  Outcomes outcomes_;
  OutcomeShard& shard_ = outcomes_.add_shard();
};

void count_ok(OutcomeCell& cell) {
  cell.record(200, std::chrono::milliseconds(1));
}

TEST_F(OutcomesTest, CellsOfVariants_AreCountedApart) {
  const auto now = snapshot({"blue", "green"});
  shard_.adopt(now);
  for (int i = 0; i < 3; ++i) count_ok(shard_.cell(*now.listeners[0], variant(now, 0)));
  count_ok(shard_.cell(*now.listeners[0], variant(now, 1)));
  count_ok(shard_.cell(*now.listeners[0], nullptr));
  EXPECT_EQ(requests("blue"), 3u);
  EXPECT_EQ(requests("green"), 1u);
  EXPECT_EQ(requests(""), 1u) << "answered by the listener itself";
}

TEST_F(OutcomesTest, Workers_AreAddedUp) {
  auto& other = outcomes_.add_shard();
  const auto now = snapshot({"blue"});
  for (auto* shard : {&shard_, &other}) {
    shard->adopt(now);
    auto& cell = shard->cell(*now.listeners[0], variant(now, 0));
    count_ok(cell);
    cell.count(ChosenBy::split);
    cell.count(ChosenBy::split);
  }
  const auto totals = outcomes_.totals();
  const auto blue = std::ranges::find(totals, "blue", &OutcomeTotal::variant);
  ASSERT_NE(blue, totals.end());
  EXPECT_EQ(blue->responses[2], 2u);
  EXPECT_EQ(blue->by(ChosenBy::split), 4u);
  EXPECT_EQ(blue->durations[2].microseconds, 2000u);
  EXPECT_EQ(blue->latency()[LatencyBuckets::index(1000)], 2u);
}

TEST_F(OutcomesTest, NextSnapshot_GoesOnCountingInTheSameCells) {
  const auto before = snapshot({"blue"});
  shard_.adopt(before);
  count_ok(shard_.cell(*before.listeners[0], variant(before, 0)));
  const auto after = snapshot({"green", "blue"});
  shard_.adopt(after);
  count_ok(shard_.cell(*after.listeners[0], variant(after, 1)));
  EXPECT_EQ(requests("blue"), 2u);
}

TEST_F(OutcomesTest, VariantGone_ItsCounterGoesToo) {
  shard_.adopt(snapshot({"blue", "green"}));
  shard_.adopt(snapshot({"blue"}));
  for (const auto& total : outcomes_.totals()) EXPECT_NE(total.variant, "green");
}

TEST_F(OutcomesTest, NumberTakenByAnotherVariant_StartsAtNothing) {
  auto before = snapshot({"blue", "green"});
  shard_.adopt(before);
  count_ok(shard_.cell(*before.listeners[0], variant(before, 1)));
  const auto number = variant(before, 1)->slot->index;
  shard_.adopt(snapshot({"blue"}));
  before = {};  // nobody holds green any more: its number is free
  const auto after = snapshot({"blue", "canary"});
  ASSERT_EQ(variant(after, 1)->slot->index, number);
  shard_.adopt(after);
  EXPECT_EQ(requests("canary"), 0u);
}

TEST_F(OutcomesTest, ExchangeOfAnOlderSnapshot_NeverWritesIntoFreedCells) {
  const auto before = snapshot({"blue", "green"});
  shard_.adopt(before);
  const auto after = snapshot({"blue"});
  shard_.adopt(after);
  count_ok(shard_.cell(*before.listeners[0], variant(before, 1)));
  EXPECT_EQ(requests("blue"), 0u);
  Listener unknown;
  unknown.slot = listeners_.intern("unknown");
  count_ok(shard_.cell(unknown, nullptr));
  EXPECT_EQ(requests(""), 0u);
}

}  // namespace
}  // namespace sluice
