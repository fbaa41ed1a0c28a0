#include "control/check_rules.h"

#include <map>

#include "control/check_actions.h"
#include "control/check_conditions.h"
#include "control/check_protection.h"

namespace sluice::config {
namespace {

void check_shares(const Rule& rule, const std::string& key, Findings& findings) {
  if (std::holds_alternative<Forward>(rule.action)) return;
  for (std::size_t i = 0; i < rule.conditions.size(); ++i)
    if (std::holds_alternative<Share>(rule.conditions[i]))
      findings.add(indexed(key + ".conditions", i) + ".share",
                   "needs `forward`: it is a share of that service's identities");
}

}  // namespace

void check_rules(const Listener& listener, const std::string& key, const Config& config, Findings& findings) {
  const RulePlace place{config, listener};
  std::map<int, std::size_t> by_priority;
  for (std::size_t i = 0; i < listener.rules.size(); ++i) {
    const auto& rule = listener.rules[i];
    const auto at = indexed(key + ".rules", i);
    const auto [first, fresh] = by_priority.emplace(rule.priority, i);
    if (!fresh)
      findings.add(at + ".priority",
                   std::to_string(rule.priority) + " is taken by " + indexed(key + ".rules", first->second));
    check_conditions(rule, at, findings);
    check_shares(rule, at, findings);
    check_action(rule.action, at, place, findings);
    check_transforms(rule, at, findings);
    check_response_headers(rule.response_headers, at, findings);
    check_rate_limit(rule, at, findings);
  }
  check_action(listener.fallback, key + ".default", place, findings);
}

}  // namespace sluice::config
