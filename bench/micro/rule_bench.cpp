// How long a request looks for its rule among many. What is measured is the last of them, the worst for a
// scan.
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "bench/micro/allocations.h"
#include "routing/rule_table.h"

namespace sluice::bench {
namespace {

class NoPoints final : public SharePoints {
 public:
  Point point(const Share&) override { return 0; }
};

Rule rule_of(std::int32_t priority, Condition condition) {
  Rule rule;
  rule.priority = priority;
  rule.conditions.push_back(std::move(condition));
  rule.action = Forward{0};
  return rule;
}

RequestHead head_of(std::string_view authority, std::string_view path) {
  RequestHead head;
  head.method = "GET";
  head.target = head.path = path;
  head.authority = authority;
  return head;
}

// `wanted`: the priority of the rule that is to be found.
void find(benchmark::State& state, std::vector<Rule> rules, const RequestHead& head, std::int32_t wanted) {
  const RuleTable table(std::move(rules), Forward{1});
  NoPoints points;
  if (table.find(head, points).priority != wanted) state.SkipWithError("another rule");
  const AllocationCount count(state);
  for (auto _ : state) benchmark::DoNotOptimize(&table.find(head, points));
}

std::vector<Rule> by_path(std::int32_t size) {
  std::vector<Rule> rules;
  for (std::int32_t i = 1; i <= size; ++i)
    rules.push_back(rule_of(i, PathPattern{{{"/service-" + std::to_string(i) + "/*"}}}));
  return rules;
}

std::vector<Rule> by_host(std::int32_t size) {
  std::vector<Rule> rules;
  for (std::int32_t i = 1; i <= size; ++i)
    rules.push_back(rule_of(i, HostHeader{{{"*.shop-" + std::to_string(i) + ".example.com"}}}));
  return rules;
}

void rule_by_path(benchmark::State& state) {
  const auto size = static_cast<std::int32_t>(state.range(0));
  const auto path = "/service-" + std::to_string(size) + "/product/4711/overview.html";
  find(state, by_path(size), head_of("shop.example.com", path), size);
}

void rule_by_host(benchmark::State& state) {
  const auto size = static_cast<std::int32_t>(state.range(0));
  const auto host = "www.shop-" + std::to_string(size) + ".example.com:443";
  find(state, by_host(size), head_of(host, "/product/4711/overview.html"), size);
}

void default_rule(benchmark::State& state) {
  const auto size = static_cast<std::int32_t>(state.range(0));
  find(state, by_path(size), head_of("shop.example.com", "/assets/product/4711/overview.html"), 0);
}

BENCHMARK(rule_by_path)->Arg(10)->Arg(100)->Arg(1000);
BENCHMARK(rule_by_host)->Arg(10)->Arg(100)->Arg(1000);
BENCHMARK(default_rule)->Arg(10)->Arg(1000);

}  // namespace
}  // namespace sluice::bench
