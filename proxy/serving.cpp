#include "proxy/serving.h"

#include <spdlog/spdlog.h>

#include "health/adaptive_limit.h"
#include "proxy/worker.h"
#include "routing/hash_key.h"

namespace sluice {
namespace {

// Said once by the process, whichever worker comes first, and once more when it is over.
void say_when_it_changes(const Exchange& x, const Variant& variant, GroupView& view) {
  auto& unfit = variant.group->state->unfit;
  const bool now = !view.has_fit();
  if (unfit.load(std::memory_order_relaxed) == now || unfit.exchange(now) == now) return;
  const auto& stable = stable_of(*x.service);
  if (!now) {
    spdlog::info("service {}: variant {} has fit targets again", x.service->name, variant.name);
  } else if (&variant == &stable) {
    spdlog::warn("service {}: no target of the stable variant {} is fit; all of them are used",
                 x.service->name, variant.name);
  } else if (x.service->fallback == Fallback::stable) {
    spdlog::warn("service {}: no target of variant {} is fit; {} serves its users", x.service->name,
                 variant.name, stable.name);
  } else {
    spdlog::warn("service {}: no target of variant {} is fit; its users get a 503 (fallback: none)",
                 x.service->name, variant.name);
  }
}

}  // namespace

const Variant& stable_of(const Service& service) noexcept {
  return service.variants[service.stable];
}

void charge_for_no_target(Worker& worker, const Exchange& x) {
  if (x.serving && x.serving != x.assignment.variant) return;  // it was charged when it fell back
  worker.metrics()
      .outcomes.attempts()
      .variants.at(x.assignment.variant->slot)
      .record(x.assignment, AttemptOutcome::no_target, {});
}

const Variant& serving_variant(Worker& worker, const Exchange& x, RetryTo to, Clock::time_point now) {
  const auto& assigned = *x.assignment.variant;
  const auto& stable = stable_of(*x.service);
  if (to == RetryTo::stable) return stable;
  auto& view = worker.view(assigned.group, now);
  say_when_it_changes(x, assigned, view);
  const bool falls_back = &assigned != &stable && !view.has_fit() &&
                          x.service->fallback == Fallback::stable &&
                          x.assignment.by != ChosenBy::override_header;  // a tester wants to see it as it is
  if (!falls_back) return assigned;
  if (x.attempts == 0)
    worker.metrics()
        .outcomes.attempts()
        .variants.at(assigned.slot)
        .record(x.assignment, AttemptOutcome::no_target, {});
  return stable;
}

const Target* pick_target(Worker& worker, const Exchange& x, const Variant& variant, Clock::time_point now,
                          std::span<const Target* const> tried) {
  const auto& group = *variant.group;
  const bool by_key = group.algorithm == Algorithm::consistent_hash;
  const Pick pick{.random = worker.random().next(),
                  .key = by_key ? hash_key(group.hash_by, x.request, x.assignment.identity.value) : 0,
                  .panic = &variant == &stable_of(*x.service) ? Panic::allowed : Panic::forbidden,
                  .tried = tried};
  return worker.view(variant.group, now).pick(pick);
}

bool is_full(const TargetGroup& group, std::uint32_t in_flight) noexcept {
  if (in_flight >= group.capacity.requests) return true;
  return group.adaptive && !admits(*group.adaptive, group.adaptive_bounds, in_flight);
}

}  // namespace sluice
