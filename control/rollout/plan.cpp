#include "control/rollout/plan.h"

#include <algorithm>

namespace sluice {
namespace {

using std::chrono::milliseconds;

std::vector<PlanStep> canary(const config::Canary& shape, milliseconds every) {
  return {{.weight = shape.percent, .hold = every}, {.weight = all_percent}};
}

std::vector<PlanStep> linear(const config::Linear& shape, milliseconds every) {
  std::vector<PlanStep> steps;
  for (auto at = shape.percent; at < all_percent; at.millionths += shape.percent.millionths)
    steps.push_back({.weight = at, .hold = every});
  steps.push_back({.weight = all_percent});
  return steps;
}

// A pause lengthens the step before it; the share of the last one is always all, and what watches that is the
// bake.
std::vector<PlanStep> listed(const config::Steps& shape, const Situation& situation, milliseconds every) {
  std::vector<PlanStep> steps;
  for (const auto& step : shape.steps) {
    if (const auto* share = std::get_if<Weight>(&step)) {
      steps.push_back({.weight = *share, .hold = *share < all_percent ? every : milliseconds(0)});
      continue;
    }
    // Before the first share: the variant as it is.
    if (steps.empty()) steps.push_back({.weight = situation.share});
    const auto& pause = std::get<config::Pause>(step);
    if (pause.length)
      steps.back().hold += *pause.length;
    else
      steps.back().approval = true;
  }
  if (steps.empty() || steps.back().weight < all_percent) steps.push_back({.weight = all_percent});
  return steps;
}

// The share grows with what has been deployed; a variant that has it all keeps it.
Result<std::vector<PlanStep>, std::string> by_batch(const config::Batches& sizes, const Situation& situation,
                                                    milliseconds every) {
  if (situation.targets.empty()) return failure(std::string("its target group has no target to deploy to"));
  std::vector<PlanStep> steps;
  std::size_t done = 0;
  for (auto& targets : batches(sizes, situation.targets)) {
    done += targets.size();
    const Weight grown{all_percent.millionths * done / situation.targets.size()};
    steps.push_back(
        {.weight = std::max(grown, situation.share), .hold = every, .targets = std::move(targets)});
  }
  steps.back().hold = {};
  return steps;
}

std::vector<PlanStep> in_place(std::vector<PlanStep> steps, Weight share) {
  for (auto& step : steps) step.weight = share;
  return steps;
}

// Steps that would not change anything any more. One to wait in stays.
void leave_out_done(std::vector<PlanStep>& steps, Weight share) {
  std::erase_if(steps, [&](const PlanStep& step) {
    return step.weight < share || (step.weight == share && step.hold == milliseconds(0) && !step.approval);
  });
}

std::size_t batch_size(const config::Batches& sizes, std::size_t targets) {
  std::size_t size = targets;
  if (const auto* count = std::get_if<std::uint32_t>(&sizes.batch)) size = *count;
  if (const auto* percent = std::get_if<Weight>(&sizes.batch))
    size = targets * percent->millionths / all_percent.millionths;
  if (sizes.min_healthy) {
    const auto stay =
        (targets * sizes.min_healthy->millionths + all_percent.millionths - 1) / all_percent.millionths;
    size = std::min(size, targets - std::min<std::size_t>(stay, targets));
  }
  return std::clamp<std::size_t>(size, 1, std::max<std::size_t>(targets, 1));
}

}  // namespace

std::vector<std::vector<std::string>> batches(const config::Batches& sizes,
                                              const std::vector<PlannedTarget>& targets) {
  auto ordered = targets;
  const bool by_zone = sizes.zones == config::Zones::one_at_a_time;
  if (by_zone) std::ranges::stable_sort(ordered, {}, &PlannedTarget::zone);
  const auto size = batch_size(sizes, targets.size());
  std::vector<std::vector<std::string>> made;
  for (std::size_t i = 0; i < ordered.size(); ++i) {
    const bool full = made.empty() || made.back().size() == size;
    if (full || (by_zone && ordered[i].zone != ordered[i - 1].zone)) made.emplace_back();
    made.back().push_back(ordered[i].address);
  }
  return made;
}

Result<Plan, std::string> make_plan(const config::Strategy& strategy, const Situation& situation) {
  Plan plan{.share = situation.share, .steps = {}, .bake = strategy.bake};
  const auto& shape = strategy.shape;
  if (const auto* place = std::get_if<config::InPlace>(&shape)) {
    auto steps = by_batch(*place, situation, strategy.every);
    if (!steps) return failure(steps.error());
    plan.steps = in_place(*std::move(steps), situation.share);
    return plan;
  }
  if (const auto* rolling = std::get_if<config::Rolling>(&shape)) {
    auto steps = by_batch(*rolling, situation, strategy.every);
    if (!steps) return failure(steps.error());
    plan.steps = *std::move(steps);
    return plan;
  }
  if (situation.share == all_percent) return failure(std::string("it has all the traffic already"));
  if (const auto* one = std::get_if<config::Canary>(&shape)) plan.steps = canary(*one, strategy.every);
  if (const auto* line = std::get_if<config::Linear>(&shape)) plan.steps = linear(*line, strategy.every);
  if (const auto* list = std::get_if<config::Steps>(&shape))
    plan.steps = listed(*list, situation, strategy.every);
  if (const auto* switched = std::get_if<config::BlueGreen>(&shape)) plan.keep_old = switched->keep_old;
  if (plan.steps.empty()) plan.steps = {{.weight = all_percent}};  // all at once, blue/green
  leave_out_done(plan.steps, situation.share);
  return plan;
}

}  // namespace sluice
