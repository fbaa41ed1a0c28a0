#include "routing/visitor.h"

#include "routing/snapshot.h"

namespace sluice {

const Identity& Visitor::identity(const Service& service) noexcept {
  if (asked_ != &service) {
    identity_ = find(service.identity);
    asked_ = &service;
  }
  return identity_;
}

Identity Visitor::find(const IdentityPolicy& policy) noexcept {
  if (const auto value = find_identity(policy.sources, head_, address_)) return {.value = value};
  if (!policy.cookie) return {};
  const auto found = find_id(*policy.cookie, head_.fields);
  if (found.verdict == CookieVerdict::valid) return {.value = found.id, .cookie = found.verdict};
  minted_ = id_text(arrival_.fresh_id);
  return {.value = std::string_view(minted_.data(), minted_.size()), .cookie = found.verdict, .minted = true};
}

Point Visitor::split_point(const Service& service) {
  if (const auto& found = identity(service).value) return point_of(service.salt_seed, *found);
  return sequences_.next_of_split(service.slot);
}

Point Visitor::point(const Service& service, std::uint64_t salt_seed, const SlotRef& decision) {
  if (const auto& found = identity(service).value) return point_of(salt_seed, *found);
  return sequences_.next(decision);
}

const Arm& Visitor::arm(const Service& service, const Experiment& experiment) {
  if (const auto& found = identity(service).value) return arm_of(experiment, *found);
  return experiment.arms[experiment.split.variant_at(sequences_.next(experiment.slot))];
}

Point Visitor::point(const Share& share) {
  return point(*snapshot_.services[share.service], share.salt_seed, share.decision);
}

}  // namespace sluice
