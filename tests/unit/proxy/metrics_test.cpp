// The data plane's families: those that docs/configuration.md names, with its types and labels.
#include "proxy/metrics.h"

#include <gtest/gtest.h>
#include <prometheus/metric_family.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>

namespace sluice {
namespace {

using prometheus::MetricType;

struct Documented {
  std::string type;
  std::set<std::string> labels;
};

// Rows "| `name{label,label}` | type | meaning |" of the section "Metrics".
std::map<std::string, Documented> documented() {
  std::ifstream file(std::filesystem::path(__FILE__).parent_path() / "../../../docs/configuration.md");
  static const std::regex row(R"(\| `(sluice_\w+)(\{([^}]*)\})?` \| (\w+) \|.*)");
  std::map<std::string, Documented> rows;
  for (std::string line; std::getline(file, line);) {
    std::smatch match;
    if (!std::regex_match(line, match, row)) continue;
    auto& entry = rows[match[1]];
    entry.type = match[4];
    std::istringstream labels(match[3]);
    for (std::string label; std::getline(labels, label, ',');) entry.labels.insert(label);
  }
  return rows;
}

std::string text_of(MetricType type) {
  return type == MetricType::Counter ? "counter" : type == MetricType::Gauge ? "gauge" : "histogram";
}

// A listener and a variant, with an exchange counted for it.
void count_one_exchange(OutcomeShard& shard, SlotTable& slots) {
  auto listener = std::make_shared<Listener>();
  listener->name = "edge";
  listener->slot = slots.intern("edge");
  const Service service{.name = "shop",
                        .slot = slots.intern("shop"),
                        .variants = {{.name = "blue",
                                      .weight = {Weight::unit},
                                      .group = nullptr,
                                      .slot = slots.intern("shop/blue")}},
                        .stable = 0,
                        .split = Split::from_weights(std::vector{Weight{Weight::unit}}),
                        .identity = {},
                        .salt_seed = 0};
  Snapshot snapshot;
  snapshot.listeners = {listener};
  snapshot.services = {std::make_shared<const Service>(service)};
  shard.adopt(snapshot);
  auto& cell = shard.cell(*listener, &snapshot.services[0]->variants[0]);
  cell.record(200, std::chrono::milliseconds(3));
  cell.count(ChosenBy::split);
}

TEST(DataPlaneMetrics, FamiliesTypesAndLabels_AreTheDocumentedOnes) {
  Outcomes outcomes;
  SlotTable slots;
  count_one_exchange(outcomes.add_shard(), slots);
  const DataPlane plane(1, outcomes, nullptr);
  plane.workers()[0]->metrics().groups.at(slots.intern("app")).refuse(GroupLimit::pending);
  const auto rows = documented();
  std::set<std::string> collected;
  for (const auto& family : DataPlaneMetrics(plane, outcomes, nullptr).Collect()) {
    SCOPED_TRACE(family.name);
    EXPECT_TRUE(collected.insert(family.name).second);
    ASSERT_TRUE(rows.contains(family.name)) << "not in docs/configuration.md";
    EXPECT_EQ(text_of(family.type), rows.at(family.name).type);
    EXPECT_FALSE(family.help.empty());
    for (const auto& metric : family.metric) {
      std::set<std::string> labels;
      for (const auto& label : metric.label) labels.insert(label.name);
      EXPECT_EQ(labels, rows.at(family.name).labels);
    }
  }
  // The others are control's and those of the checks.
  const std::set<std::string> others{"sluice_split_weight",        "sluice_revision",
                                     "sluice_publish_seconds",     "sluice_health_checks_total",
                                     "sluice_rollout_state",       "sluice_rollouts_total",
                                     "sluice_gate_verdict",        "sluice_notifications_total",
                                     "sluice_store_commits_total", "sluice_store_unrecorded"};
  for (const auto& [name, unused] : rows)
    if (!others.contains(name) && !name.starts_with("sluice_target_")) {
      EXPECT_TRUE(collected.contains(name)) << name << " is documented and not collected";
    }
}

TEST(DataPlaneMetrics, CountedExchange_IsInItsClass) {
  Outcomes outcomes;
  SlotTable slots;
  count_one_exchange(outcomes.add_shard(), slots);
  const DataPlane plane(1, outcomes, nullptr);
  double sum = 0;
  for (const auto& family : DataPlaneMetrics(plane, outcomes, nullptr).Collect())
    if (family.name == "sluice_requests_total")
      for (const auto& metric : family.metric) sum += metric.counter.value;
  EXPECT_EQ(sum, 1);
}

}  // namespace
}  // namespace sluice
