// When a target is checked. Each target has a place of its own in the interval (its phase), so that checks of
// many targets are spread over it and never burst; around that place a check jitters by 10 % of the interval,
// so that several proxies, or an upstream's own rhythm, do not fall into step. The first check does not wait
// for the place: a new target is judged soon. Pure: times and random numbers are passed in.
#pragma once

#include <chrono>
#include <cstdint>

#include "routing/target_state.h"

namespace sluice {

class CheckSchedule {
 public:
  // `phase`: in [0, 1). `begin`: when the target came.
  CheckSchedule(SteadyTime begin, std::chrono::milliseconds interval, double phase) noexcept;

  // Within a second, or the interval if that is shorter; those of many targets are spread over it.
  [[nodiscard]] SteadyTime first() const noexcept;
  // After a check that was due at `due` and is over at `now`; `random` in [0, 1). At least half an interval
  // after `due`, and after `now`.
  [[nodiscard]] SteadyTime next(SteadyTime due, SteadyTime now, double random) const noexcept;

 private:
  SteadyTime begin_;
  SteadyTime::duration interval_;
  double phase_;
};

// The phase of the n-th target: any number of them in a row is spread evenly (multiples of the golden ratio).
[[nodiscard]] double phase_of(std::uint64_t n) noexcept;

}  // namespace sluice
