// The rules of one listener, lowest priority first, the default last. Conditions of a rule are ANDed.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "routing/condition.h"

namespace sluice {

struct Forward {
  std::uint32_t service;  // index into Snapshot::services
  bool operator==(const Forward&) const = default;
};
struct FixedResponse {
  std::uint16_t status;
  std::string content_type;  // empty: none
  std::string body;
  bool operator==(const FixedResponse&) const = default;
};
using Action = std::variant<Forward, FixedResponse>;

struct Rule {
  std::int32_t priority = 0;  // 1 to 50,000; 0 is the default rule
  std::vector<Condition> conditions;
  Action action;
  bool operator==(const Rule&) const = default;
};

class RuleTable {
 public:
  // `rules` in any order, their priorities distinct; `fallback` answers what no rule matches.
  RuleTable(std::vector<Rule> rules, Action fallback);

  bool operator==(const RuleTable&) const = default;

  [[nodiscard]] const Rule& find(const RequestHead& head) const noexcept;

 private:
  std::vector<Rule> rules_;  // by priority, the default last
};

}  // namespace sluice
