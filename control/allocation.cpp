#include "control/allocation.h"

#include <algorithm>

namespace sluice {
namespace {

const Allocation::Variant* find(const Allocation& allocation, const std::string& name) {
  const auto found = std::ranges::find(allocation.variants, name, &Allocation::Variant::name);
  return found == allocation.variants.end() ? nullptr : &*found;
}

void add(std::string& line, const std::string& what) {
  line += (line.empty() ? " " : ", ") + what;
}

std::string changes(const Allocation& before, const Allocation& after) {
  std::string line;
  for (const auto& variant : after.variants) {
    const auto* old = find(before, variant.name);
    if (!old) {
      add(line, variant.name + " new at " + variant.weight.text());
      continue;
    }
    if (old->weight != variant.weight)
      add(line, variant.name + " " + old->weight.text() + " → " + variant.weight.text());
    if (old->withdrawn != variant.withdrawn)
      add(line, variant.name + (variant.withdrawn ? " withdrawn" : " no longer withdrawn"));
  }
  for (const auto& variant : before.variants)
    if (!find(after, variant.name)) add(line, variant.name + " gone");
  if (before.stable != after.stable) add(line, "stable " + before.stable + " → " + after.stable);
  if (line.empty() && before.ranges != after.ranges) add(line, "the same weights, of other users");
  return line;
}

}  // namespace

Allocation allocation_of(const Service& service) {
  Allocation made;
  for (const auto& variant : service.variants)
    made.variants.push_back({variant.name, variant.weight, variant.withdrawn});
  made.stable = service.variants.at(service.stable).name;
  const auto ranges = service.split.ranges();
  made.ranges.assign(ranges.begin(), ranges.end());
  return made;
}

Allocation with_losers_withdrawn(const Service& now, Allocation after) {
  for (auto& variant : after.variants) {
    const auto before = std::ranges::find(now.variants, variant.name, &Variant::name);
    if (before == now.variants.end() || variant.weight > Weight{}) continue;
    variant.withdrawn = variant.withdrawn || before->withdrawn || before->weight > Weight{};
  }
  return after;
}

Allocations allocations_of(const Snapshot& snapshot) {
  Allocations made;
  for (const auto& service : snapshot.services)
    made[service->name] = std::make_shared<const Allocation>(allocation_of(*service));
  return made;
}

Weight share_of(const Service& service, const std::string& variant) {
  Split::Share sum = 0, own = 0;
  for (const auto& each : service.variants) {
    sum += each.weight.millionths;
    if (each.name == variant) own = each.weight.millionths;
  }
  if (sum == 0) return {};
  return {static_cast<std::uint64_t>(own * 100 * Weight::unit / sum)};
}

std::string difference(const Allocations& before, const Allocations& after) {
  std::string text;
  for (const auto& [name, allocation] : after) {
    const auto old = before.find(name);
    if (old == before.end()) {
      text += name + ": new\n";
    } else if (old->second != allocation) {
      if (const auto line = changes(*old->second, *allocation); !line.empty())
        text += name + ":" + line + '\n';
    }
  }
  for (const auto& [name, allocation] : before)
    if (!after.contains(name)) text += name + ": gone\n";
  return text;
}

}  // namespace sluice
