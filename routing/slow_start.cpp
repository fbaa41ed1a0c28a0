#include "routing/slow_start.h"

#include <algorithm>

namespace sluice {

using namespace std::chrono_literals;

StartingShare starting_share(SteadyTime fit_since, SteadyTime now,
                             std::chrono::milliseconds slow_start) noexcept {
  if (slow_start <= 0ms || fit_since == SteadyTime{} || now >= fit_since + slow_start) return {};
  const std::chrono::nanoseconds whole = slow_start;
  const auto steps = std::clamp<std::int64_t>(slow_start / 10ms, 1, 50);
  const auto since = std::max<std::chrono::nanoseconds>(now - fit_since, 0ns);
  const auto step = since.count() * steps / whole.count();
  const auto next = std::chrono::nanoseconds((whole.count() * (step + 1) + steps - 1) / steps);
  return {.share = first_share + static_cast<std::uint32_t>((full_share - first_share) * step / steps),
          .until = fit_since + next};
}

SteadyTime fit_since(const TargetGroup& group, const Target& target, SteadyTime now) noexcept {
  const auto stands_in = [&](const Target& other) {
    return &other != &target && other.state->is_fit(now) &&
           starting_share(TargetState::load(other.state->fit_since), now, group.slow_start).share ==
               full_share;
  };
  return std::ranges::any_of(group.targets, stands_in) ? now : SteadyTime{};
}

}  // namespace sluice
