#include "proxy/serving.h"

#include <spdlog/spdlog.h>

#include <algorithm>

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

// Of a stable variant: so few targets are fit that all are used, whether fit or not. That none is, is said
// above.
void note_panic(Worker& worker, const Exchange& x, const Variant& variant, const GroupView& view) {
  if (view.panics()) add(worker.metrics().groups.at(variant.group->slot).panicked);
  auto& panics = variant.group->state->panics;
  const bool now = view.panics() && view.has_fit();
  if (panics.load(std::memory_order_relaxed) == now || panics.exchange(now) == now) return;
  if (now)
    spdlog::warn(
        "service {}: fewer targets of the stable variant {} are fit than outlier.panic_threshold asks for; "
        "all of them are used",
        x.service->name, variant.name);
  else if (!view.panics())
    spdlog::info("service {}: enough targets of the stable variant {} are fit again", x.service->name,
                 variant.name);
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
  if (x.attempts == 0) charge_for_no_target(worker, x);
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
  auto& view = worker.view(variant.group, now);
  if (pick.panic == Panic::allowed) note_panic(worker, x, variant, view);
  return view.pick(pick);
}

std::uint32_t awaited(const TargetGroup& group, std::uint32_t in_flight) noexcept {
  return in_flight - std::min(in_flight, group.state->tunnels.load(std::memory_order_relaxed));
}

std::optional<GroupLimit> reached(const TargetGroup& group, std::uint32_t in_flight) noexcept {
  if (in_flight >= group.capacity.requests) return GroupLimit::requests;
  if (group.adaptive && !admits(*group.adaptive, group.adaptive_bounds, awaited(group, in_flight)))
    return GroupLimit::adaptive;
  return {};
}

}  // namespace sluice
