#include "control/compile_service.h"

#include <algorithm>
#include <array>
#include <cassert>

#include "control/sharing.h"
#include "control/split_weights.h"

namespace sluice {
namespace {

using config::Findings;

// A split that has run belongs to revisions (design.md §4.11): what the file says about weights does not
// touch it. New variants enter at 0.
Split keep_split(const std::string& service, const Allocation& kept, std::vector<Variant>& variants,
                 Findings& findings) {
  auto ranges = kept.ranges;
  for (auto& variant : variants) variant.weight = {};
  for (std::uint32_t i = 0; i < kept.variants.size(); ++i) {
    const auto& old = kept.variants[i];
    const auto now = std::ranges::find(variants, old.name, &Variant::name);
    const auto users =
        std::ranges::any_of(kept.ranges, [&](const Range& range) { return range.variant == i; });
    if (now != variants.end()) {
      now->weight = old.weight;
      now->withdrawn = old.withdrawn;
      const auto index = static_cast<std::uint32_t>(now - variants.begin());
      for (std::size_t k = 0; k < ranges.size(); ++k)
        if (kept.ranges[k].variant == i) ranges[k].variant = index;
    } else if (old.weight > Weight{}) {
      findings.add("services." + service + ".variants", "`" + old.name + "` is gone but has weight " +
                                                            old.weight.text() + "; set that to 0 first");
    } else if (users) {
      findings.add(
          "services." + service + ".variants",
          "`" + old.name + "` is gone but has users until the warm-up of the service is over; wait for that");
    }
  }
  auto split = Split::from_ranges(std::move(ranges), variants.size());
  // Only where a variant with users is gone, which was found above.
  return split ? *std::move(split) : Split::from_weights(std::vector<Weight>(variants.size(), Weight{1}));
}

// What the file names; else what it was, for a file that is applied again has no first weights; else the
// largest first weight, the first of equals.
std::uint32_t stable_index(const config::Service& from, const Allocation* kept) {
  const auto& variants = from.variants;
  const auto index = [&](auto found) { return static_cast<std::uint32_t>(found - variants.begin()); };
  if (!from.stable.empty()) return index(std::ranges::find(variants, from.stable, &config::Variant::name));
  if (kept) {
    const auto found = std::ranges::find(variants, kept->stable, &config::Variant::name);
    if (found != variants.end()) return index(found);
  }
  return index(std::ranges::max_element(variants, {}, &config::Variant::weight));
}

Split::Share width_of(Weight percent) {
  const std::array parts{percent, Weight{100 * Weight::unit - percent.millionths}};
  return Split::shares(parts)[0];
}

std::shared_ptr<const MirrorPolicy> compile_mirror(const config::Service& from, const Service* previous,
                                                   Slots& slots) {
  if (!from.mirror) return nullptr;
  const auto to = std::ranges::find(from.variants, from.mirror->to, &config::Variant::name);
  return shared_or_new(previous ? previous->mirror : nullptr,
                       MirrorPolicy{.to = static_cast<std::uint32_t>(to - from.variants.begin()),
                                    .width = width_of(from.mirror->share),
                                    .body = from.mirror->body,
                                    .decision = slots.decisions.intern("mirror/" + from.name)});
}

std::vector<Variant> compile_variants(const config::Service& from, const ServiceParts& parts) {
  std::vector<Variant> variants;
  for (const auto& variant : from.variants)
    variants.push_back({.name = variant.name,
                        .weight = variant.weight,
                        .group = parts.groups.get(variant.target_group),
                        .slot = parts.slots.variants.intern(from.name + "/" + variant.name)});
  return variants;
}

// The secrets that a service signs with: its own file's, or the process' one.
Secrets secrets_of(const config::Service& from, const Secrets& own, Findings& findings) {
  const auto& cookie = from.sticky.cookie;
  if (!cookie || cookie->secret_file.empty()) return own;
  auto secrets = read_secrets(findings.file(cookie->secret_file));
  if (secrets) return *std::move(secrets);
  findings.add("services." + from.name + ".sticky.cookie.secret_file", secrets.error());
  return own;
}

std::shared_ptr<const IdentityCookie> compile_cookie(const config::Sticky& sticky, const Secrets& secrets,
                                                     const Service* previous) {
  if (!sticky.cookie) return nullptr;
  return shared_or_new(previous ? previous->identity.cookie : nullptr,
                       IdentityCookie{.name = sticky.cookie->name,
                                      .max_age = sticky.cookie->max_age,
                                      .keys = derive_keys(secrets, "identity")});
}

std::shared_ptr<const PinPolicy> compile_pin(const config::Service& from, const Secrets& secrets,
                                             const Service* previous) {
  if (from.sticky.pin == std::chrono::seconds(0)) return nullptr;
  return shared_or_new(previous ? previous->pin : nullptr,
                       PinPolicy{.cookie = "sluice_pin_" + from.name,
                                 .duration = from.sticky.pin,
                                 .keys = derive_keys(secrets, "pin " + from.name)});
}

}  // namespace

Groups::Groups(const config::Config& config, const Snapshot& previous, GroupSlots& slots, Findings& findings)
    : config_(config), slots_(slots), findings_(findings) {
  for (const auto& service : previous.services)
    for (const auto& variant : service->variants) previous_[variant.group->name] = variant.group;
}

const std::shared_ptr<const TargetGroup>& Groups::get(const std::string& name) {
  auto& made = made_[name];
  if (made) return made;
  const auto from = std::ranges::find(config_.target_groups, name, &config::TargetGroup::name);
  assert(from != config_.target_groups.end() && "the configuration was checked");
  return made = compile_group(*from, previous_[name], slots_, findings_);
}

Service compile_service(const config::Service& from, const ServiceBefore& before, const ServiceParts& parts,
                        Findings& findings) {
  const auto* previous = before.service;
  const auto secrets = secrets_of(from, parts.own_secrets, findings);
  const auto salt = from.sticky.salt.empty() ? from.name : from.sticky.salt;
  auto variants = compile_variants(from, parts);
  auto split = before.allocation ? keep_split(from.name, *before.allocation, variants, findings)
                                 : Split::from_weights(weights_of(variants));
  Service made{.name = from.name,
               .slot = parts.slots.decisions.intern("split/" + from.name),
               .variants = std::move(variants),
               .stable = stable_index(from, before.allocation),
               .split = std::move(split),
               .identity = {from.sticky.identity, compile_cookie(from.sticky, secrets, previous)},
               .salt_seed = salt_seed(salt)};
  if (from.sticky.hash != HashMethod::sluice) {
    auto vendor = VendorSplit::make(from.sticky.hash, salt, weights_of(made.variants));
    if (vendor) {
      made.vendor = shared_or_new(previous ? previous->vendor : nullptr, *std::move(vendor));
    } else {
      findings.add("services." + from.name + ".sticky.hash", vendor.error());
    }
  }
  made.pin = compile_pin(from, secrets, previous);
  made.override_keys = derive_keys(secrets, "override");
  made.fallback = from.fallback;
  made.retry = from.retry ? *from.retry : harmless_retries();
  made.mirror = compile_mirror(from, previous, parts.slots);
  made.state = parts.slots.service_states.intern(from.name);
  if (previous) made.test = previous->test;
  return made;
}

}  // namespace sluice
