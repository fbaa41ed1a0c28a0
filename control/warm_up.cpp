#include "control/warm_up.h"

#include <algorithm>

#include "control/split_weights.h"

namespace sluice {
namespace {

using namespace std::chrono_literals;

constexpr auto shortest_step = 100ms;
constexpr std::int64_t most_steps = 50;

std::vector<std::string> names_of(const Service& service) {
  std::vector<std::string> names;
  for (const auto& variant : service.variants) names.push_back(variant.name);
  return names;
}

bool was_cold(const Service& before, std::uint32_t variant, const WarmUp* running) {
  if (before.split.share_of(variant) == 0) return true;
  return running && running->fits(before) && std::ranges::find(running->cold, variant) != running->cold.end();
}

bool gains(const Service& before, const Service& after, std::uint32_t variant) {
  return after.split.share_of(variant) > before.split.share_of(variant);
}

}  // namespace

std::uint32_t WarmUp::steps() const noexcept {
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(length / shortest_step, 1, most_steps));
}

SteadyTime WarmUp::next_step() const noexcept {
  const std::chrono::nanoseconds whole = length;
  return begin + (whole * (done + 1) + std::chrono::nanoseconds(steps() - 1)) / steps();
}

std::uint32_t WarmUp::step_at(SteadyTime now) const noexcept {
  if (now >= begin + length) return steps();
  const auto passed = std::max<std::chrono::nanoseconds>(now - begin, 0ns);
  return static_cast<std::uint32_t>(passed * steps() / std::chrono::nanoseconds(length));
}

bool WarmUp::fits(const Service& service) const {
  return !service.vendor && names_of(service) == variants && weights_of(service.variants) == weights;
}

std::optional<WarmUp> warm_up(const Service& before, const Service& after, const WarmUp* running,
                              SteadyTime now) {
  if (after.vendor || gains(before, after, before.stable)) return {};
  std::vector<std::uint32_t> cold;
  std::chrono::milliseconds length{0};
  for (std::uint32_t i = 0; i < after.variants.size(); ++i) {
    const auto slow_start = after.variants[i].group->slow_start;
    if (slow_start < shortest_step || !gains(before, after, i) || !was_cold(before, i, running)) continue;
    cold.push_back(i);
    length = std::max(length, slow_start);
  }
  if (cold.empty()) return {};
  return WarmUp{.before = before.split,
                .after = after.split,
                .variants = names_of(after),
                .weights = weights_of(after.variants),
                .cold = std::move(cold),
                .begin = now,
                .length = length};
}

}  // namespace sluice
