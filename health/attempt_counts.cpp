#include "health/attempt_counts.h"

#include "routing/snapshot.h"

namespace sluice {
namespace {

void increment(std::atomic<std::uint64_t>& counter) noexcept {
  counter.store(counter.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
}

std::uint64_t read(const std::atomic<std::uint64_t>& counter) noexcept {
  return counter.load(std::memory_order_relaxed);
}

void add(AttemptTotals::Counts& to, const AttemptCounters& from) noexcept {
  for (std::size_t i = 0; i < to.size(); ++i) to[i] += read(from[i]);
}

}  // namespace

std::string_view to_string(AttemptOutcome outcome) noexcept {
  static constexpr std::array<std::string_view, attempt_outcomes> names{
      "success", "status_5xx", "connect_failed", "timeout", "reset", "bad_response", "cancelled", "no_target"};
  return names[static_cast<std::size_t>(outcome)];
}

void VariantCell::record(const Assignment& assignment, AttemptOutcome outcome,
                         std::optional<std::chrono::nanoseconds> latency_seen) noexcept {
  increment(attempts[static_cast<std::size_t>(outcome)]);
  if (assignment.by != ChosenBy::split || outcome == AttemptOutcome::cancelled) return;
  auto& slice = slices[slice_of(assignment.point)];
  increment(slice.attempts);
  if (is_failure(outcome)) increment(slice.failures);
  if (latency_seen) latency.record(*latency_seen);
}

void TargetCell::record(AttemptOutcome outcome) noexcept {
  increment(attempts[static_cast<std::size_t>(outcome)]);
}

void AttemptShard::keep_only(const Snapshot& snapshot) {
  std::unordered_set<const Slot*> named;
  for (const auto& service : snapshot.services)
    for (const auto& variant : service->variants) {
      named.insert(variant.slot.get());
      for (const auto& target : variant.group->targets) named.insert(target.slot.get());
    }
  variants.keep_only(named);
  targets.keep_only(named);
}

void AttemptShard::add_to(AttemptTotals& totals) const {
  variants.for_each([&](const std::string& name, const VariantCell& cell) {
    auto& total = totals.variants[name];
    add(total.attempts, cell.attempts);
    for (std::size_t i = 0; i < line_slices; ++i) {
      total.slices[i].attempts += read(cell.slices[i].attempts);
      total.slices[i].failures += read(cell.slices[i].failures);
    }
    total.latency.resize(LatencyBuckets::count);
    for (std::size_t i = 0; i < LatencyBuckets::count; ++i) total.latency[i] += cell.latency.at(i);
  });
  targets.for_each([&](const std::string& name, const TargetCell& cell) { add(totals.targets[name], cell.attempts); });
}

}  // namespace sluice
