#include "routing/router.h"

#include <algorithm>

#include "routing/service.h"

namespace sluice {
namespace {

// A withdrawn variant is only for those who ask for it by name.
enum class Withdrawn { allowed, not_allowed };

const Variant* find_variant(const Service& service, std::string_view name, Withdrawn withdrawn) noexcept {
  const auto found = std::ranges::find(service.variants, name, &Variant::name);
  if (found == service.variants.end()) return nullptr;
  return found->withdrawn && withdrawn == Withdrawn::not_allowed ? nullptr : &*found;
}

const Variant* overridden(const Service& service, const Visitor& visitor, OverrideVerdict& verdict) noexcept {
  const auto& fields = visitor.head().fields;
  if (!fields.has(HeaderId::x_sluice_override)) return nullptr;
  const auto& arrival = visitor.arrival();
  for (const auto& field : fields) {
    if (field.id != HeaderId::x_sluice_override) continue;
    const auto found =
        find_override(field.value, service.name, service.override_keys, arrival.now, arrival.trusted);
    if (found.verdict == OverrideVerdict::absent) continue;
    verdict = OverrideVerdict::refused;
    if (found.verdict == OverrideVerdict::refused) continue;
    if (const auto* variant = find_variant(service, found.variant, Withdrawn::allowed)) {
      verdict = OverrideVerdict::applied;
      return variant;
    }
  }
  return nullptr;
}

const Variant* tested(const Service& service, const Visitor& visitor) noexcept {
  if (!service.test || service.test->listener != visitor.arrival().listener) return nullptr;
  return find_variant(service, service.test->variant, Withdrawn::allowed);
}

const Variant* forced(const Service& service, const Exposures& exposures) noexcept {
  for (const auto& exposure : exposures)
    if (exposure.arm->variant) return &service.variants[*exposure.arm->variant];
  return nullptr;
}

const Variant* pinned(const Service& service, const Visitor& visitor) noexcept {
  if (!service.pin) return nullptr;
  const auto name = find_pin(*service.pin, visitor.head().fields, visitor.arrival().now);
  return name.empty() ? nullptr : find_variant(service, name, Withdrawn::not_allowed);
}

const Variant& by_split(const Service& service, const Assignment& so_far) noexcept {
  const bool by_vendor = service.vendor && so_far.identity.value;
  const auto index =
      by_vendor ? service.vendor->variant_at(*so_far.identity.value) : service.split.variant_at(so_far.point);
  return service.variants[index];
}

}  // namespace

std::optional<Exposure> find_arm(const Layer& layer, const Service& service, Visitor& visitor) {
  const auto index = layer.split.variant_at(visitor.point(service, layer.salt_seed, layer.slot));
  if (index == layer.experiments.size()) return {};
  const auto& experiment = *layer.experiments[index];
  if (experiment.service != service.name) return {};
  for (const auto& condition : experiment.conditions)
    if (!matches(condition, visitor.head(), visitor)) return {};
  const auto& arm = visitor.arm(service, experiment);
  // An arm without its variant would only be half of the treatment.
  if (arm.variant && service.variants[*arm.variant].withdrawn) return {};
  return Exposure{&experiment, &arm};
}

Assignment assign(const Service& service, Visitor& visitor) {
  Assignment made;
  made.identity = visitor.identity(service);
  made.point = visitor.split_point(service);
  for (const auto& layer : service.layers)
    if (const auto exposure = find_arm(*layer, service, visitor)) made.exposures.add(*exposure);

  const auto take = [&](const Variant* variant, ChosenBy by) {
    made.variant = variant;
    made.by = by;
    return variant != nullptr;
  };
  if (take(overridden(service, visitor, made.override_verdict), ChosenBy::override_header)) return made;
  if (take(tested(service, visitor), ChosenBy::override_header)) return made;
  if (take(forced(service, made.exposures), ChosenBy::experiment)) return made;
  if (take(pinned(service, visitor), ChosenBy::pin)) return made;
  take(&by_split(service, made), ChosenBy::split);
  return made;
}

}  // namespace sluice
