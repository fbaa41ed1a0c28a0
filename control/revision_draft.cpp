// What the next revision is made of, before anybody knows of it.
#include <spdlog/spdlog.h>

#include <algorithm>

#include "control/digest.h"
#include "control/revisions.h"
#include "control/split_weights.h"

namespace sluice {
namespace {

using Reason = ChangeRefused::Reason;

bool same(const Variant& a, const Variant& b) {
  return a.name == b.name && a.weight == b.weight && a.group->name == b.group->name;
}

// The service's own split and definition; what its target groups hold is not part of that.
bool same(const Service& a, const Service& b) {
  if (&a == &b) return true;
  const auto equal = [](const auto& x, const auto& y) { return same(x, y); };
  return std::ranges::equal(a.variants, b.variants, equal) && a.stable == b.stable &&
         a.salt_seed == b.salt_seed && std::ranges::equal(a.split.ranges(), b.split.ranges()) &&
         a.identity == b.identity;
}

std::shared_ptr<const Snapshot> numbered(const Snapshot& snapshot, std::uint64_t number) {
  auto copy = snapshot;
  copy.revision = number;
  return std::make_shared<const Snapshot>(std::move(copy));
}

}  // namespace

Result<std::shared_ptr<const Snapshot>, ChangeRefused> Revisions::moved(const RolloutMove& move,
                                                                        std::size_t index) const {
  const auto number = last_number_ + 1;
  const auto& service = *head_.snapshot->services[index];
  auto next = numbered(*head_.snapshot, number);
  if (move.restores) {
    auto restored =
        SnapshotBuilder::with_allocation(*next, index, with_losers_withdrawn(service, move.before));
    if (!restored) {  // a variant of then is gone: what is left shares
      spdlog::warn("service {}: {}; its other variants get the share", move.service, restored.error());
      restored = builder_.with_weights(*next, index,
                                       weights_with_share(service, move.variant, {}, move.before), number);
    }
    if (!restored) return refuse(Reason::too_fine, restored.error());
    next = *std::move(restored);
  }
  if (move.share) {
    auto shifted = builder_.with_weights(
        *next, index, weights_with_share(service, move.variant, *move.share, move.before), number);
    if (!shifted) return refuse(Reason::too_fine, shifted.error());
    next = *std::move(shifted);
  }
  if (move.finishes && !is_stable_named(move.service)) {
    const auto found = std::ranges::find(service.variants, move.variant, &Variant::name);
    if (found != service.variants.end())
      next = SnapshotBuilder::with_stable(*next, index,
                                          static_cast<std::uint32_t>(found - service.variants.begin()));
  }
  return next;
}

bool Revisions::is_stable_named(const std::string& service) const {
  const auto& services = head_.config->services;
  const auto found = std::ranges::find(services, service, &config::Service::name);
  return found != services.end() && !found->stable.empty();
}

RevisionRecord Revisions::record_like(const std::string& kind, const Provenance& by) const {
  RevisionRecord like{.at = system_now(), .author = by.author, .kind = kind, .reason = by.reason};
  if (head_.record) {
    like.config = head_.record->config;
    like.file = head_.record->file;
  }
  return like;
}

Result<Revisions::Draft, ChangeRefused> Revisions::draft_of(config::Config config, const Allocations& kept,
                                                            RevisionRecord like, Clock::time_point begin) {
  auto snapshot = builder_.build(config, last_number_ + 1, head_.snapshot.get(), kept);
  if (!snapshot) return refuse(std::move(snapshot.error()));
  for (const auto& service : head_.snapshot ? head_.snapshot->services : decltype(Snapshot::services)()) {
    const auto rollout = rollout_of_(service->name);
    const auto* next = find_service(**snapshot, service->name);
    if (!rollout.empty() && !(next && same(*service, *next))) return refuse_for(rollout, service->name);
  }
  if (check_)
    if (const auto works = check_(*snapshot); !works) return refuse(without_place(works.error()));
  like.config = std::make_shared<const ConfigText>(ConfigText{text_id(config.text), config.text});
  Draft draft{.state = {.snapshot = *std::move(snapshot),
                        .config = std::make_shared<const config::Config>(std::move(config))},
              .begin = begin};
  describe(draft, std::move(like));
  return draft;
}

Revisions::Draft Revisions::draft_of(const std::string& service, std::shared_ptr<const Snapshot> next,
                                     RevisionRecord like, Clock::time_point begin, Urgency urgency) {
  const auto index = index_of(*next, service);
  Draft draft{
      .state = {.snapshot = std::move(next), .config = head_.config}, .begin = begin, .service = service};
  const auto& before = *head_.snapshot->services[index];
  const auto& after = *draft.state.snapshot->services[index];
  const bool moves = weights_of(before.variants) != weights_of(after.variants) ||
                     !std::ranges::equal(before.split.ranges(), after.split.ranges());
  if (moves) {
    draft.ends_warm_up = true;
    if (urgency == Urgency::recorded_first) {
      const auto running = warm_ups_.find(service);
      draft.warm_up = warm_up(before, after, running == warm_ups_.end() ? nullptr : &running->second, begin);
    }
  }
  if (draft.warm_up)
    draft.state.snapshot = SnapshotBuilder::with_split(*draft.state.snapshot, index, draft.warm_up->before);
  describe(draft, std::move(like));
  return draft;
}

// A service as the head has it; null: it is new. Most changes leave all in their places.
const Service* Revisions::was(std::size_t place, const Service& service) const noexcept {
  if (!head_.snapshot) return nullptr;
  const auto& before = head_.snapshot->services;
  const bool there = place < before.size() && before[place]->name == service.name;
  return there ? before[place].get() : find_service(*head_.snapshot, service.name);
}

// What the store and people are told of it: where each service is, or is on its way to.
void Revisions::describe(Draft& draft, RevisionRecord like) const {
  static const Allocations none;
  const auto& before = head_.record ? head_.record->services : none;
  const auto& services = draft.state.snapshot->services;
  for (std::size_t i = 0; i < services.size(); ++i) {
    const auto& service = services[i];
    const auto old = before.find(service->name);
    const bool own = service->name == draft.service;
    // What is the very object of the head is as that says, also where a warm-up is on its way to the store.
    if (!own && was(i, *service) == service.get() && old != before.end()) {
      like.services[service->name] = old->second;
      continue;
    }
    auto allocation = allocation_of(*service);
    const auto warming = warm_ups_.find(service->name);
    const WarmUp* way = warming == warm_ups_.end() ? nullptr : &warming->second;
    if (own && draft.ends_warm_up) way = draft.warm_up ? &*draft.warm_up : nullptr;
    if (way && way->fits(*service))
      allocation.ranges.assign(way->after.ranges().begin(), way->after.ranges().end());
    like.services[service->name] = old != before.end() && *old->second == allocation
                                       ? old->second
                                       : std::make_shared<const Allocation>(std::move(allocation));
  }
  like.number = draft.state.snapshot->revision;
  like.diff = difference(before, like.services);
  draft.state.numbers = numbers_after(draft.state);
  draft.state.record = std::make_shared<const RevisionRecord>(std::move(like));
}

std::shared_ptr<const Revisions::ServiceRevisions> Revisions::numbers_after(const State& next) const {
  ServiceRevisions numbers;
  const auto& services = next.snapshot->services;
  for (std::size_t i = 0; i < services.size(); ++i) {
    const auto& service = *services[i];
    const auto* before = was(i, service);
    numbers[service.name] =
        before && same(*before, service) ? number_of(head_, service.name) : next.snapshot->revision;
  }
  return std::make_shared<const ServiceRevisions>(std::move(numbers));
}

}  // namespace sluice
