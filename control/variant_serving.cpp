#include "control/variant_serving.h"

#include "routing/group_view.h"

namespace sluice {
namespace {

// The same view that workers pick from, made for this question.
Serving serving_of_stable(const Variant& stable, SteadyTime now) {
  GroupView view;
  view.refresh(stable.group, now);
  if (!view.panics()) return Serving::own_targets;
  return view.pick({.panic = Panic::allowed}) ? Serving::all_targets : Serving::none;
}

}  // namespace

std::string_view to_string(Serving serving) noexcept {
  switch (serving) {
    case Serving::own_targets:
      return "own_targets";
    case Serving::all_targets:
      return "all_targets";
    case Serving::stable:
      return "stable";
    case Serving::none:
      break;
  }
  return "none";
}

Serving serving(const Service& service, std::uint32_t variant, SteadyTime now) {
  const auto of_stable = serving_of_stable(service.variants.at(service.stable), now);
  if (variant == service.stable) return of_stable;
  GroupView view;
  view.refresh(service.variants.at(variant).group, now);
  if (view.has_fit()) return Serving::own_targets;
  const bool falls_back = service.fallback == Fallback::stable && of_stable != Serving::none;
  return falls_back ? Serving::stable : Serving::none;
}

}  // namespace sluice
