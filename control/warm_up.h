// The warm-up of a whole new target group: a variant that had no share does not get its new one at once, the
// split goes there in steps while the group's slow_start passes. Which split at which time is said here;
// Revisions keeps the warm-ups and publishes their steps.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "routing/service.h"

namespace sluice {

struct WarmUp {
  Split before, after;
  std::vector<std::string> variants;  // the service's, in order
  std::vector<Weight> weights;        // and what it is on its way to
  std::vector<std::uint32_t> cold;    // those of them that are warmed up
  SteadyTime begin;
  std::chrono::milliseconds length;  // at least 100
  std::uint32_t done = 0;            // steps

  // Each at least 100 ms long, at most 50.
  [[nodiscard]] std::uint32_t steps() const noexcept;
  [[nodiscard]] SteadyTime next_step() const noexcept;
  [[nodiscard]] std::uint32_t step_at(SteadyTime now) const noexcept;
  [[nodiscard]] Split split_at(std::uint32_t step) const { return before.toward(after, {step, steps()}); }
  // By a step: nothing happens until then.
  void put_off() noexcept { begin += std::chrono::nanoseconds(length) / steps(); }
  // Whether it is this service's variants and weights that it was begun for.
  [[nodiscard]] bool fits(const Service& service) const;
};

// What takes a service from `before` to what `after`, the same with other weights, asks for. `running`: the
// warm-up that goes on for it, or null; the variants of it are still cold. None: the change is made at once,
// as it is where no slow_start says otherwise, where the stable variant gains (to go back must not take time),
// and for splits by a vendor's hash.
[[nodiscard]] std::optional<WarmUp> warm_up(const Service& before, const Service& after, const WarmUp* running,
                                            SteadyTime now);

}  // namespace sluice
