// A target for one attempt, by each algorithm: the look whether the view is current, and the pick. And what a
// view costs when it is made anew.
#include <benchmark/benchmark.h>

#include <memory>
#include <string>

#include "bench/micro/allocations.h"
#include "routing/group_view.h"
#include "routing/hash_ring.h"
#include "routing/point.h"

namespace sluice::bench {
namespace {

using namespace std::chrono_literals;

std::shared_ptr<TargetGroup> group_of(benchmark::State& state, Algorithm algorithm) {
  auto group = std::make_shared<TargetGroup>();
  group->algorithm = algorithm;
  for (int i = 0; i < state.range(0); ++i) {
    auto& target = group->targets.emplace_back();
    target.address = "10.0.0.1:" + std::to_string(10'000 + i);
    target.weight = 1 + static_cast<std::uint32_t>(i % 3);
    target.state->in_flight = static_cast<std::uint32_t>(i % 7);
    group->state->requests += static_cast<std::uint32_t>(i % 7);
  }
  if (algorithm == Algorithm::consistent_hash) group->ring = std::make_shared<const HashRing>(group->targets);
  return group;
}

void pick_target(benchmark::State& state, Algorithm algorithm) {
  const std::shared_ptr<const TargetGroup> group = group_of(state, algorithm);
  const SteadyTime now(1h);
  GroupView view;
  view.refresh(group, now);
  PointSequence sequence;
  const AllocationCount count(state);
  for (auto _ : state) {
    const auto random = sequence.next();
    view.refresh(group, now);
    benchmark::DoNotOptimize(view.pick({.random = random, .key = random}));
  }
}

void make_view(benchmark::State& state, Algorithm algorithm) {
  const std::shared_ptr<const TargetGroup> group = group_of(state, algorithm);
  GroupView view;
  for (auto _ : state) {
    group->state->changed();
    view.refresh(group, SteadyTime(1h));
  }
}

BENCHMARK_CAPTURE(pick_target, round_robin, Algorithm::round_robin)->Arg(4)->Arg(1000);
BENCHMARK_CAPTURE(pick_target, least_outstanding, Algorithm::least_outstanding)->Arg(4)->Arg(1000);
BENCHMARK_CAPTURE(pick_target, weighted_random, Algorithm::weighted_random)->Arg(4)->Arg(1000);
BENCHMARK_CAPTURE(pick_target, consistent_hash, Algorithm::consistent_hash)->Arg(4)->Arg(1000);
BENCHMARK_CAPTURE(make_view, round_robin, Algorithm::round_robin)->Arg(4)->Arg(1000);
BENCHMARK_CAPTURE(make_view, least_outstanding, Algorithm::least_outstanding)->Arg(4)->Arg(1000);
BENCHMARK_CAPTURE(make_view, consistent_hash, Algorithm::consistent_hash)->Arg(4)->Arg(1000);

}  // namespace
}  // namespace sluice::bench
