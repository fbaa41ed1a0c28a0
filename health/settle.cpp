#include "health/settle.h"

#include <algorithm>

namespace sluice {
namespace {

bool serves(const JudgedTarget& target) noexcept {
  return target.known() == CheckVerdict::healthy && !target.state->is_draining();
}

// Initial ones that may yet pass.
bool is_awaited(const JudgedTarget& target) noexcept {
  return !target.is_heard && target.known() == CheckVerdict::initial && !target.state->is_draining();
}

}  // namespace

std::vector<std::size_t> settle(std::span<JudgedTarget* const> targets, SteadyTime now) {
  const auto any = [&](bool (*is)(const JudgedTarget&) noexcept) {
    return std::ranges::any_of(targets, [is](const auto& target) { return is(*target); });
  };
  const bool others_serve = any(serves);
  const bool hold_back = !others_serve && any(is_awaited);
  std::vector<std::size_t> changed;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    const auto verdict = targets[i]->threshold.verdict();
    auto& state = *targets[i]->state;
    if (verdict == targets[i]->known()) continue;
    if (verdict == CheckVerdict::healthy) {
      if (hold_back) continue;
      // As ALB: who joins an empty group does not start slowly.
      state.fit_since.store(others_serve ? now : SteadyTime{}, std::memory_order_relaxed);
    }
    state.verdict.store(verdict, std::memory_order_relaxed);
    changed.push_back(i);
  }
  return changed;
}

}  // namespace sluice
