#include "control/compile_experiments.h"

#include <algorithm>
#include <array>
#include <map>

#include "control/sharing.h"

namespace sluice {
namespace {

// What a line is divided into, in order.
struct Division {
  std::vector<std::string> names;
  std::vector<Weight> weights;
};

// The split of a line that was divided otherwise before: who is still there keeps its place as far as it can.
Split carry_over(const Split& split, const std::vector<std::string>& before, const Division& now) {
  auto names = before;
  for (const auto& name : now.names)
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
  std::vector<Weight> weights(names.size());
  std::vector<std::uint32_t> new_index(names.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto found = std::ranges::find(now.names, names[i]);
    if (found == now.names.end()) continue;  // gone: its share is 0 and its index is not used
    new_index[i] = static_cast<std::uint32_t>(found - now.names.begin());
    weights[i] = now.weights[new_index[i]];
  }
  return split.rebalanced(weights).split.renumbered(new_index);
}

// Never 0, which stands for none.
std::uint64_t number_of(const Division& division, const Split& split) {
  std::string text;
  for (const auto& name : division.names) text += name + "\n";
  for (const auto& range : split.ranges())
    text += std::to_string(range.begin) + " " + std::to_string(range.variant) + "\n";
  return salt_seed(text) | 1;
}

std::string flag_members(const config::Arm& arm) {
  std::string members;
  for (const auto& [key, value] : arm.flags)
    members += (members.empty() ? "" : ", ") + flag_member(key, value).value_or("");
  return members;
}

Arm compile_arm(const config::Experiment& from, const config::Arm& arm, const Service& service,
                Slots& slots) {
  Arm made{.name = arm.name,
           .weight = arm.weight,
           .flags = arm.flags,
           .members = flag_members(arm),
           .variant = {},
           .slot = slots.arms.intern(from.name + "/" + arm.name)};
  const auto forced = std::ranges::find(service.variants, arm.variant, &Variant::name);
  if (forced != service.variants.end())
    made.variant = static_cast<std::uint32_t>(forced - service.variants.begin());
  return made;
}

HashMethod hash_of(const config::Config& config, const std::string& service) {
  return std::ranges::find(config.services, service, &config::Service::name)->sticky.hash;
}

Experiment compile_experiment(const config::Config& config, const config::Experiment& from,
                              const std::vector<Service>& services, const Experiment* previous,
                              Slots& slots) {
  const auto service = std::ranges::find(services, from.service, &Service::name);
  Division division, before;
  std::vector<Arm> arms;
  for (const auto& arm : from.arms) {
    arms.push_back(compile_arm(from, arm, *service, slots));
    division.names.push_back(arm.name);
    division.weights.push_back(arm.weight);
  }
  if (previous)
    for (const auto& arm : previous->arms) before.names.push_back(arm.name);
  const auto index = static_cast<std::size_t>(service - services.begin());
  auto split =
      previous ? carry_over(previous->split, before.names, division) : Split::from_weights(division.weights);
  const auto number = number_of(division, split);
  std::optional<VendorSplit> vendor;
  if (const auto hash = hash_of(config, from.service); hash != HashMethod::sluice)
    vendor = VendorSplit::make(hash, from.name, division.weights).value();  // it was checked
  return {.name = from.name,
          .service = from.service,
          .share = from.share,
          .conditions = compile_conditions(from.conditions, "audience " + from.name, index, slots.decisions),
          .arms = std::move(arms),
          .split = std::move(split),
          .vendor = std::move(vendor),
          .division = number,
          .salt_seed = salt_seed("arm/" + from.name),
          .slot = slots.decisions.intern("arm/" + from.name)};
}

// The names on a layer's line: its experiments', and "" for nobody.
std::vector<std::string> names_of(const std::vector<std::shared_ptr<const Experiment>>& experiments) {
  std::vector<std::string> names;
  for (const auto& experiment : experiments) names.push_back(experiment->name);
  names.emplace_back();
  return names;
}

Layer compile_layer(const std::string& name, std::vector<std::shared_ptr<const Experiment>> experiments,
                    const Layer* previous, SlotTable& decisions) {
  Division division{.names = names_of(experiments), .weights = {}};
  Weight nobody{100 * Weight::unit};
  for (const auto& experiment : experiments) {
    division.weights.push_back(experiment->share);
    nobody.millionths -= experiment->share.millionths;
  }
  division.weights.push_back(nobody);
  auto split = previous ? carry_over(previous->split, names_of(previous->experiments), division)
                        : Split::from_weights(division.weights);
  return {.name = name,
          .experiments = std::move(experiments),
          .split = std::move(split),
          .salt_seed = salt_seed(name),
          .slot = decisions.intern(name)};
}

std::shared_ptr<const Experiment> find_experiment(const Snapshot& snapshot, const std::string& name) {
  for (const auto& layer : snapshot.layers)
    if (auto found = find_named(layer->experiments, name)) return found;
  return nullptr;
}

std::string layer_of(const config::Experiment& experiment) {
  return experiment.exclusive.empty() ? "audience/" + experiment.name : "exclusive/" + experiment.exclusive;
}

}  // namespace

std::vector<std::shared_ptr<const Layer>> compile_layers(const config::Config& config,
                                                         const std::vector<Service>& services,
                                                         const Snapshot& previous, Slots& slots) {
  std::vector<std::string> names;  // of layers, in the order of the file
  std::map<std::string, std::vector<std::shared_ptr<const Experiment>>> members;
  for (const auto& from : config.experiments) {
    const auto known = find_experiment(previous, from.name);
    const auto name = layer_of(from);
    if (members[name].empty()) names.push_back(name);
    members[name].push_back(
        shared_or_new(known, compile_experiment(config, from, services, known.get(), slots)));
  }
  std::vector<std::shared_ptr<const Layer>> layers;
  for (const auto& name : names) {
    const auto before = find_named(previous.layers, name);
    layers.push_back(
        shared_or_new(before, compile_layer(name, std::move(members[name]), before.get(), slots.decisions)));
  }
  return layers;
}

std::vector<Condition> compile_conditions(std::vector<Condition> conditions, const std::string& owner,
                                          std::size_t service, SlotTable& decisions) {
  for (std::size_t i = 0; i < conditions.size(); ++i) {
    auto* share = std::get_if<Share>(&conditions[i]);
    if (!share) continue;
    const auto name = "share/" + owner + "/" + std::to_string(i);
    share->salt_seed = salt_seed(share->salt.empty() ? name : "share salt/" + share->salt);
    share->decision = decisions.intern(name);
    share->service = static_cast<std::uint32_t>(service);
    const std::array<Weight, 2> parts{share->percent, Weight{100 * Weight::unit - share->percent.millionths}};
    share->width = Split::shares(parts)[0];
  }
  sort_cheap_first(conditions);
  return conditions;
}

}  // namespace sluice
