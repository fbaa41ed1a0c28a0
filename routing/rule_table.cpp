#include "routing/rule_table.h"

#include <algorithm>

namespace sluice {
namespace {

std::vector<Rule> in_order(std::vector<Rule> rules, Action fallback) {
  std::ranges::sort(rules, {}, &Rule::priority);
  for (auto& rule : rules) sort_cheap_first(rule.conditions);
  rules.push_back({.priority = 0, .conditions = {}, .action = std::move(fallback)});
  return rules;
}

}  // namespace

RuleTable::RuleTable(std::vector<Rule> rules, Action fallback)
    : rules_(in_order(std::move(rules), std::move(fallback))), index_(rules_) {}

const Rule& RuleTable::find(const RequestHead& head, SharePoints& points) const noexcept {
  auto candidates = index_.candidates(head);
  while (true) {
    const auto& rule = rules_[candidates.next()];
    const auto fits = [&](const Condition& condition) { return matches(condition, head, points); };
    if (std::ranges::all_of(rule.conditions, fits)) return rule;
  }
}

}  // namespace sluice
