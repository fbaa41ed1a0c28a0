#include "routing/rule_table.h"

#include <algorithm>

namespace sluice {

RuleTable::RuleTable(std::vector<Rule> rules, Action fallback) : rules_(std::move(rules)) {
  std::ranges::sort(rules_, {}, &Rule::priority);
  rules_.push_back({.priority = 0, .conditions = {}, .action = std::move(fallback)});
}

const Rule& RuleTable::find(const RequestHead& head) const noexcept {
  const auto fits = [&](const Rule& rule) {
    return std::ranges::all_of(rule.conditions, [&](const Condition& c) { return matches(c, head); });
  };
  return *std::ranges::find_if(rules_, fits);
}

}  // namespace sluice
