// What a rate limit costs a request: one budget for all, and one of many by key.
#include <benchmark/benchmark.h>

#include <string>

#include "bench/micro/allocations.h"
#include "routing/point.h"
#include "routing/rate_table.h"

namespace sluice::bench {
namespace {

using namespace std::chrono_literals;

const Gcra generous({.requests = 1'000'000, .per = 1s, .burst = 1'000'000});

// Workers share the budget: the price of contention shows with threads.
void rate_limit_for_everybody(benchmark::State& state) {
  static RateTable table(1);
  auto now = std::chrono::steady_clock::now();
  for (auto _ : state) {
    now += 10us;
    benchmark::DoNotOptimize(generous.take(table.budget(0, now), now));
  }
}

void rate_limit_by_identity(benchmark::State& state) {
  RateTable table(65'536);
  auto now = std::chrono::steady_clock::now();
  std::vector<std::string> users;
  for (int i = 0; i < state.range(0); ++i) users.push_back("user-" + std::to_string(i));
  std::size_t next = 0;
  const AllocationCount count(state);
  for (auto _ : state) {
    now += 1us;
    const auto key = point_of(1, users[next++ % users.size()]);
    benchmark::DoNotOptimize(generous.take(table.budget(key, now), now));
  }
}

BENCHMARK(rate_limit_for_everybody)->Threads(1)->Threads(2);
BENCHMARK(rate_limit_by_identity)->Arg(100)->Arg(100'000);

}  // namespace
}  // namespace sluice::bench
