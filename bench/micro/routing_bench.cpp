// What is decided about a request of a service: identity, point, variant.
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "bench/micro/allocations.h"
#include "bench/micro/heads.h"
#include "proxy/h1_head.h"
#include "routing/identity.h"
#include "routing/point.h"
#include "routing/split.h"

namespace sluice::bench {
namespace {

// A split of that many ranges, spread over 64 variants at most.
Split split_of(std::size_t ranges) {
  std::vector<Weight> weights(ranges);
  for (std::size_t i = 0; i < ranges; ++i) weights[i].millionths = Weight::unit * (1 + i % 7);
  return Split::from_weights(weights);
}

void pick_variant(benchmark::State& state) {
  const auto split = split_of(static_cast<std::size_t>(state.range(0)));
  PointSequence sequence;
  const AllocationCount count(state);
  for (auto _ : state) benchmark::DoNotOptimize(split.variant_at(sequence.next()));
}

void next_of_sequence(benchmark::State& state) {
  PointSequence sequence;
  for (auto _ : state) benchmark::DoNotOptimize(sequence.next());
}

void point_of_identity(benchmark::State& state) {
  const auto seed = salt_seed("checkout");
  const std::string identity(static_cast<std::size_t>(state.range(0)), 'u');
  const AllocationCount count(state);
  for (auto _ : state) benchmark::DoNotOptimize(point_of(seed, identity));
}

void identity_among_ten_cookies(benchmark::State& state) {
  RequestHead head;
  static_cast<void>(RequestParser(head, {}).parse(browser));
  const std::vector<IdentitySource> sources{{IdentityFrom::cookie, "user_id"}};
  AddressText text;
  if (!find_identity(sources, head, text)) state.SkipWithError("not found");
  const AllocationCount count(state);
  for (auto _ : state) benchmark::DoNotOptimize(find_identity(sources, head, text));
}

BENCHMARK(pick_variant)->Arg(2)->Arg(64);
BENCHMARK(next_of_sequence);
BENCHMARK(point_of_identity)->Arg(12)->Arg(36)->Arg(256);
BENCHMARK(identity_among_ten_cookies);

}  // namespace
}  // namespace sluice::bench
