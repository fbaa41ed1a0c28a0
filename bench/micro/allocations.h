// Counts the heap allocations of the measured loop and reports them per iteration, beside the time.
#pragma once

#include <benchmark/benchmark.h>

#include <cstdint>

namespace sluice::bench {

// Of this thread, since it began.
[[nodiscard]] std::uint64_t allocations() noexcept;

class AllocationCount {
 public:
  explicit AllocationCount(benchmark::State& state) : state_(state), before_(allocations()) {}
  ~AllocationCount() {
    const auto made = static_cast<double>(allocations() - before_);
    state_.counters["allocs"] = benchmark::Counter(made, benchmark::Counter::kAvgIterations);
  }
  AllocationCount(const AllocationCount&) = delete;
  AllocationCount& operator=(const AllocationCount&) = delete;

 private:
  benchmark::State& state_;
  std::uint64_t before_;
};

}  // namespace sluice::bench
