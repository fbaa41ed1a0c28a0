// The rules of one listener, lowest priority first, the default last. Conditions of a rule are ANDed. A
// look-up asks those rules only that the index leaves, in the order of priority.
#pragma once

#include <vector>

#include "routing/rule.h"
#include "routing/rule_index.h"

namespace sluice {

class RuleTable {
 public:
  // `rules` in any order, their priorities distinct; `fallback` answers what no rule matches.
  RuleTable(std::vector<Rule> rules, Action fallback);

  bool operator==(const RuleTable& other) const { return rules_ == other.rules_; }

  [[nodiscard]] const Rule& find(const RequestHead& head, SharePoints& points) const noexcept;

 private:
  std::vector<Rule> rules_;  // by priority, the default last; their conditions cheap before dear
  RuleIndex index_;
};

}  // namespace sluice
