#include "control/snapshot_builder.h"

#include <algorithm>
#include <cassert>
#include <iterator>

#include "control/address.h"
#include "control/compile_experiments.h"
#include "control/compile_listener.h"
#include "control/compile_service.h"
#include "control/findings.h"
#include "control/sharing.h"

namespace sluice {
namespace {

using config::Config;
using config::Findings;

// The services with the layers that are theirs, each the previous object if nothing changed.
std::vector<std::shared_ptr<const Service>> with_layers(
    std::vector<Service> services, const std::vector<std::shared_ptr<const Layer>>& layers,
    const Snapshot& previous) {
  std::vector<std::shared_ptr<const Service>> made;
  for (auto& service : services) {
    const auto concerns = [&](const auto& layer) {
      return std::ranges::any_of(layer->experiments,
                                 [&](const auto& e) { return e->service == service.name; });
    };
    std::ranges::copy_if(layers, std::back_inserter(service.layers), concerns);
    const auto before = find_named(previous.services, service.name);
    made.push_back(shared_or_new(before, std::move(service)));
  }
  return made;
}

const Allocation* find_allocation(const Allocations& kept, const std::string& service) {
  const auto found = kept.find(service);
  return found == kept.end() ? nullptr : found->second.get();
}

std::shared_ptr<const Snapshot> with_service(const Snapshot& snapshot, std::size_t index, Service service) {
  Snapshot next = snapshot;
  next.services[index] = std::make_shared<const Service>(std::move(service));
  return std::make_shared<const Snapshot>(std::move(next));
}

}  // namespace

Result<std::shared_ptr<const Snapshot>, std::vector<config::Problem>> SnapshotBuilder::build(
    const Config& config, std::uint64_t revision, const Snapshot* previous, const Allocations& kept) {
  static const Snapshot none;
  const auto& before = previous ? *previous : none;
  Findings findings(config);
  Groups groups(config, before, slots_.groups, findings);
  const ServiceParts parts{groups, slots_, own_secrets_};

  std::vector<Service> services;
  for (const auto& service : config.services)
    services.push_back(compile_service(service,
                                       {.service = find_named(before.services, service.name).get(),
                                        .allocation = find_allocation(kept, service.name)},
                                       parts, findings));

  Snapshot made;
  made.revision = revision;
  made.layers = compile_layers(config, services, before, slots_);
  made.services = with_layers(std::move(services), made.layers, before);
  for (std::size_t i = 0; i < config.listeners.size(); ++i)
    made.listeners.push_back(compile_listener(
        config, i, find_named(before.listeners, config.listeners[i].name), slots_, findings));
  for (const auto& block : config.trusted)
    if (const auto range = parse_range(block)) made.trusted.push_back(*range);

  if (!findings.empty()) return failure(findings.take());
  return std::make_shared<const Snapshot>(std::move(made));
}

Result<std::shared_ptr<const Snapshot>, std::string> SnapshotBuilder::with_weights(
    const Snapshot& snapshot, std::size_t service, std::span<const Weight> weights,
    std::uint64_t revision) const {
  Service changed = *snapshot.services.at(service);
  assert(weights.size() == changed.variants.size());
  for (std::size_t i = 0; i < weights.size(); ++i) {
    changed.variants[i].weight = weights[i];
    changed.variants[i].withdrawn &= weights[i] == Weight{};
  }
  changed.split = changed.split.rebalanced(weights).split;
  if (changed.vendor) {
    auto vendor = changed.vendor->with_weights(weights);
    if (!vendor) return failure(vendor.error());
    changed.vendor = std::make_shared<const VendorSplit>(*std::move(vendor));
  }

  Snapshot next = snapshot;
  next.revision = revision;
  next.services[service] = std::make_shared<const Service>(std::move(changed));
  return std::make_shared<const Snapshot>(std::move(next));
}

Result<std::shared_ptr<const Snapshot>, std::string> SnapshotBuilder::with_allocation(
    const Snapshot& snapshot, std::size_t service, const Allocation& allocation) {
  Service changed = *snapshot.services.at(service);
  auto ranges = allocation.ranges;
  std::vector<Weight> weights;
  for (std::uint32_t i = 0; i < changed.variants.size(); ++i) {
    auto& variant = changed.variants[i];
    const auto old = std::ranges::find(allocation.variants, variant.name, &Allocation::Variant::name);
    variant.weight = old == allocation.variants.end() ? Weight{} : old->weight;
    variant.withdrawn = old != allocation.variants.end() && old->withdrawn;
    weights.push_back(variant.weight);
    if (variant.name == allocation.stable) changed.stable = i;
  }
  for (auto& range : ranges) {
    const auto& name = allocation.variants.at(range.variant).name;
    const auto now = std::ranges::find(changed.variants, name, &Variant::name);
    if (now == changed.variants.end())
      return failure("service `" + changed.name + "` has no variant `" + name + "` any more");
    range.variant = static_cast<std::uint32_t>(now - changed.variants.begin());
  }
  auto split = Split::from_ranges(std::move(ranges), changed.variants.size());
  if (!split) return failure(split.error());
  changed.split = *std::move(split);
  if (changed.vendor) {
    auto vendor = changed.vendor->with_weights(weights);
    if (!vendor) return failure(vendor.error());
    changed.vendor = std::make_shared<const VendorSplit>(*std::move(vendor));
  }
  return with_service(snapshot, service, std::move(changed));
}

std::shared_ptr<const Snapshot> SnapshotBuilder::with_stable(const Snapshot& snapshot, std::size_t service,
                                                             std::uint32_t stable) {
  Service changed = *snapshot.services.at(service);
  changed.stable = stable;
  return with_service(snapshot, service, std::move(changed));
}

std::shared_ptr<const Snapshot> SnapshotBuilder::with_test(const Snapshot& snapshot, std::size_t service,
                                                           std::shared_ptr<const TestTraffic> test) {
  Service changed = *snapshot.services.at(service);
  changed.test = std::move(test);
  return with_service(snapshot, service, std::move(changed));
}

std::shared_ptr<const Snapshot> SnapshotBuilder::with_split(const Snapshot& snapshot, std::size_t service,
                                                            Split split) {
  Service changed = *snapshot.services.at(service);
  changed.split = std::move(split);
  return with_service(snapshot, service, std::move(changed));
}

}  // namespace sluice
