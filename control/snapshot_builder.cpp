#include "control/snapshot_builder.h"

#include <algorithm>
#include <cassert>
#include <map>

#include "control/address.h"
#include "control/compile_listener.h"
#include "control/findings.h"
#include "control/sharing.h"

namespace sluice {
namespace {

using config::Config;
using config::Findings;

// The target groups that services of this build name, each compiled once.
class Groups {
 public:
  Groups(const Config& config, const Snapshot& previous) : config_(config) {
    for (const auto& service : previous.services)
      for (const auto& variant : service->variants) previous_[variant.group->name] = variant.group;
  }

  const std::shared_ptr<const TargetGroup>& get(const std::string& name, GroupSlots& slots,
                                                Findings& findings) {
    auto& made = made_[name];
    if (made) return made;
    const auto from = std::ranges::find(config_.target_groups, name, &config::TargetGroup::name);
    assert(from != config_.target_groups.end() && "the configuration was checked");
    return made = compile_group(*from, previous_[name], slots, findings);
  }

 private:
  const Config& config_;
  std::map<std::string, std::shared_ptr<const TargetGroup>> previous_, made_;
};

// A split that has run belongs to revisions (design.md §4.11): what the file says about weights does not
// touch it. New variants enter at 0.
Split keep_split(const Service& previous, std::vector<Variant>& variants, Findings& findings) {
  std::vector<std::uint32_t> new_index;
  for (auto& variant : variants) variant.weight = {};
  for (const auto& old : previous.variants) {
    const auto now = std::ranges::find(variants, old.name, &Variant::name);
    new_index.push_back(static_cast<std::uint32_t>(now - variants.begin()));
    if (now != variants.end()) {
      now->weight = old.weight;
    } else if (old.weight > Weight{}) {
      findings.add(
          "services." + previous.name + ".variants",
          "`" + old.name + "` is gone but has weight " + old.weight.text() + "; set that to 0 first");
    }
  }
  return previous.split.renumbered(new_index);
}

Split first_split(const std::vector<Variant>& variants) {
  std::vector<Weight> weights;
  for (const auto& variant : variants) weights.push_back(variant.weight);
  return Split::from_weights(weights);
}

std::uint32_t stable_index(const config::Service& from) {
  if (from.stable.empty()) return 0;
  const auto stable = std::ranges::find(from.variants, from.stable, &config::Variant::name);
  return static_cast<std::uint32_t>(stable - from.variants.begin());
}

std::shared_ptr<const Service> compile_service(const config::Service& from, Groups& groups,
                                               const std::shared_ptr<const Service>& previous,
                                               SnapshotBuilder::Slots& slots, Findings& findings) {
  std::vector<Variant> variants;
  for (const auto& variant : from.variants)
    variants.push_back({.name = variant.name,
                        .weight = variant.weight,
                        .group = groups.get(variant.target_group, slots.groups, findings),
                        .slot = slots.variants.intern(from.name + "/" + variant.name)});
  auto split = previous ? keep_split(*previous, variants, findings) : first_split(variants);
  return shared_or_new(previous, Service{.name = from.name,
                                         .slot = slots.services.intern(from.name),
                                         .variants = std::move(variants),
                                         .stable = stable_index(from),
                                         .split = std::move(split),
                                         .identity = from.identity,
                                         .salt_seed = salt_seed(from.salt.empty() ? from.name : from.salt)});
}

}  // namespace

Result<std::shared_ptr<const Snapshot>, std::vector<config::Problem>> SnapshotBuilder::build(
    const Config& config, std::uint64_t revision, const Snapshot* previous) {
  static const Snapshot none;
  const auto& before = previous ? *previous : none;
  Findings findings(config);
  Groups groups(config, before);

  Snapshot made;
  made.revision = revision;
  for (const auto& service : config.services)
    made.services.push_back(
        compile_service(service, groups, find_named(before.services, service.name), slots_, findings));
  for (std::size_t i = 0; i < config.listeners.size(); ++i)
    made.listeners.push_back(compile_listener(
        config, i, find_named(before.listeners, config.listeners[i].name), slots_.listeners, findings));
  for (const auto& block : config.trusted)
    if (const auto range = parse_range(block)) made.trusted.push_back(*range);

  if (!findings.empty()) return failure(findings.take());
  return std::make_shared<const Snapshot>(std::move(made));
}

std::shared_ptr<const Snapshot> SnapshotBuilder::with_weights(const Snapshot& snapshot, std::size_t service,
                                                              std::span<const Weight> weights,
                                                              std::uint64_t revision) const {
  Service changed = *snapshot.services.at(service);
  assert(weights.size() == changed.variants.size());
  for (std::size_t i = 0; i < weights.size(); ++i) changed.variants[i].weight = weights[i];
  changed.split = changed.split.rebalanced(weights);

  Snapshot next = snapshot;
  next.revision = revision;
  next.services[service] = std::make_shared<const Service>(std::move(changed));
  return std::make_shared<const Snapshot>(std::move(next));
}

}  // namespace sluice
