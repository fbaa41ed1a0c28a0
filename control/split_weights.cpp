#include "control/split_weights.h"

#include <algorithm>

namespace sluice {
namespace {

using Reason = ChangeRefused::Reason;

std::string quoted_names(const std::vector<Variant>& variants) {
  std::string names;
  for (const auto& variant : variants) names += (names.empty() ? "`" : ", `") + variant.name + "`";
  return names;
}

std::uint64_t weight_before(const Allocation& before, const std::string& variant) {
  const auto found = std::ranges::find(before.variants, variant, &Allocation::Variant::name);
  return found == before.variants.end() ? 0 : found->weight.millionths;
}

}  // namespace

std::vector<Weight> weights_of(const std::vector<Variant>& variants) {
  std::vector<Weight> weights;
  for (const auto& variant : variants) weights.push_back(variant.weight);
  return weights;
}

Result<std::vector<Weight>, ChangeRefused> weights_in_order(const Service& service,
                                                            const NamedWeights& weights) {
  std::vector<std::optional<Weight>> found(service.variants.size());
  for (const auto& [name, weight] : weights) {
    const auto variant = std::ranges::find(service.variants, name, &Variant::name);
    if (variant == service.variants.end())
      return refuse(Reason::no_such_variant, "service `" + service.name + "` has no variant `" + name +
                                                 "`; it has " + quoted_names(service.variants));
    auto& place = found[static_cast<std::size_t>(variant - service.variants.begin())];
    if (place) return refuse(Reason::named_twice, "variant `" + name + "` is named twice");
    place = weight;
  }
  std::vector<Weight> all;
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (!found[i])
      return refuse(Reason::variant_missing, "no weight for variant `" + service.variants[i].name +
                                                 "`; name every variant, with 0 for one that gets nothing");
    all.push_back(*found[i]);
  }
  if (std::ranges::all_of(all, [](Weight weight) { return weight == Weight{}; }))
    return refuse(Reason::all_zero, "every weight is 0; at least one variant must take the traffic");
  return all;
}

std::vector<Weight> weights_with_share(const Service& service, const std::string& variant, Weight share,
                                       const Allocation& before) {
  constexpr std::uint64_t all = 100 * Weight::unit;
  Split::Share others = 0;
  for (const auto& each : service.variants)
    if (each.name != variant) others += weight_before(before, each.name);
  const auto left = all - std::min(share.millionths, all);
  std::vector<Weight> weights;
  for (std::uint32_t i = 0; i < service.variants.size(); ++i) {
    const auto& each = service.variants[i];
    if (each.name == variant) {
      weights.push_back(share);
    } else if (others > 0) {
      const Split::Share exact = Split::Share{weight_before(before, each.name)} * left / others;
      weights.push_back({static_cast<std::uint64_t>(exact)});
    } else {
      weights.push_back({i == service.stable ? left : 0});
    }
  }
  if (std::ranges::all_of(weights, [](Weight weight) { return weight == Weight{}; }))
    weights[service.stable] = {all};
  return weights;
}

}  // namespace sluice
