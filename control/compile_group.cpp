#include "control/compile_group.h"

#include "control/address.h"
#include "control/file_text.h"
#include "control/sharing.h"
#include "control/tls_material.h"
#include "routing/hash_ring.h"

namespace sluice {
namespace {

// A name that stops resolving must not take its target away (design.md §4.8): the last known address stays.
Result<std::string, std::string> address_of(const std::string& host, const std::string& target,
                                            const TargetGroup* previous) {
  auto ip = resolve(host);
  if (ip || !previous) return ip;
  const auto known = std::ranges::find(previous->targets, target, &Target::address);
  if (known != previous->targets.end()) return known->ip;
  return ip;
}

std::shared_ptr<const UpstreamTls> compile_tls(const config::TargetGroup& from, const TargetGroup* previous,
                                               config::Findings& findings) {
  if (!from.tls) return nullptr;
  UpstreamTls made{
      .verify = from.tls->verify, .server_name = from.tls->server_name, .ca = {}, .protocol = from.protocol};
  if (!from.tls->ca.empty()) {
    auto ca = load_ca(findings.file(from.tls->ca));
    if (!ca) findings.add("target_groups." + from.name + ".tls.ca", ca.error());
    made.ca = std::move(ca).value_or("");
  }
  return shared_or_new(previous ? previous->tls : nullptr, std::move(made));
}

// A target that nobody knows yet has to pass a check first, if there are any.
std::shared_ptr<TargetState> state_of(const std::string& name, const config::TargetGroup& group,
                                      StateTable<TargetState>& states) {
  auto state = states.intern(name);
  const bool is_new = state.use_count() == 1;
  if (is_new && group.health_check) state->verdict = CheckVerdict::initial;
  return state;
}

// The previous group's where targets and weights are as they were.
std::shared_ptr<const HashRing> compile_ring(const TargetGroup& group, const TargetGroup* previous) {
  if (group.algorithm != Algorithm::consistent_hash) return nullptr;
  const auto same = [](const Target& a, const Target& b) {
    return a.address == b.address && a.weight == b.weight;
  };
  if (previous && previous->ring && std::ranges::equal(group.targets, previous->targets, same))
    return previous->ring;
  return std::make_shared<const HashRing>(group.targets);
}

}  // namespace

std::shared_ptr<const TargetGroup> compile_group(const config::TargetGroup& from,
                                                 const std::shared_ptr<const TargetGroup>& previous,
                                                 GroupSlots& slots, config::Findings& findings) {
  TargetGroup made;
  made.name = from.name;
  made.slot = slots.groups.intern(from.name);
  made.state = slots.group_states.intern(from.name);
  made.protocol = from.protocol;
  made.limits = from.limits;
  made.proxy_protocol = from.proxy_protocol;
  made.algorithm = from.algorithm;
  made.hash_by = from.hash_by;
  made.panic_threshold = from.panic_threshold;
  made.zone = findings.config().zone;
  made.outlier = from.outlier;
  made.capacity = from.capacity;
  if (from.adaptive_concurrency) {
    made.adaptive = slots.adaptive_states.intern(from.name);
    made.adaptive_bounds = *from.adaptive_concurrency;
  }
  made.slow_start = from.slow_start;
  made.deregistration_delay = from.deregistration_delay;
  made.tls = compile_tls(from, previous.get(), findings);
  for (std::size_t i = 0; i < from.targets.size(); ++i) {
    const auto& [address, weight, zone] = from.targets[i];
    const auto place = parse_address(address).value_or(HostPort{});
    const auto ip = address_of(place.host, address, previous.get());
    if (!ip) findings.add(config::indexed("target_groups." + from.name + ".targets", i), ip.error());
    const auto name = from.name + "/" + address;
    made.targets.push_back({.address = address,
                            .ip = ip.value_or(""),
                            .port = place.port,
                            .weight = weight,
                            .zone = zone,
                            .slot = slots.targets.intern(name),
                            .state = state_of(name, from, slots.target_states)});
  }
  made.ring = compile_ring(made, previous.get());
  return shared_or_new(previous, std::move(made));
}

}  // namespace sluice
