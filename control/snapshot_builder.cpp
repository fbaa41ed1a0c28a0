#include "control/snapshot_builder.h"

#include <algorithm>
#include <cassert>
#include <map>
#include <optional>

#include "control/address.h"
#include "control/file_text.h"
#include "control/tls_material.h"
#include "routing/balancer.h"

namespace sluice {
namespace {

using config::Config;
using config::Problem;

// The previous object if the new one says the same.
template <class T>
std::shared_ptr<const T> shared_or_new(const std::shared_ptr<const T>& previous, T value) {
  if (previous && *previous == value) return previous;
  return std::make_shared<const T>(std::move(value));
}

template <class T>
std::shared_ptr<const T> find_named(const std::vector<std::shared_ptr<const T>>& all,
                                    const std::string& name) {
  const auto found = std::ranges::find(all, name, [](const auto& one) { return one->name; });
  return found == all.end() ? nullptr : *found;
}

std::string indexed(const std::string& key, std::size_t index) {
  return key + "[" + std::to_string(index) + "]";
}

// One build: what it reads, what it finds wrong.
class Compilation {
 public:
  Compilation(const Config& config, const Snapshot& previous, SnapshotBuilder::Slots& slots)
      : config_(config), previous_(previous), slots_(slots) {
    for (const auto& service : previous.services)
      for (const auto& variant : service->variants) previous_groups_[variant.group->name] = variant.group;
  }

  Snapshot compile(std::uint64_t revision);
  std::vector<Problem> problems;

 private:
  void problem(const std::string& key, std::string what) {
    problems.push_back({config_.mark_of(key), key, std::move(what)});
  }

  std::shared_ptr<const Listener> listener(std::size_t index);
  std::shared_ptr<const ListenerTls> listener_tls(const config::ListenerTls& tls, const std::string& key,
                                                  const std::shared_ptr<const ListenerTls>& previous);
  std::shared_ptr<const Service> service(const config::Service& from);
  std::vector<Variant> variants(const config::Service& from);
  Split kept_split(const Service& previous, std::vector<Variant>& variants);
  std::shared_ptr<const TargetGroup> group(const std::string& name);
  Target target(const config::TargetGroup& from, std::size_t index, const TargetGroup* previous);
  std::shared_ptr<const UpstreamTls> upstream_tls(const config::TargetGroup& from,
                                                  const TargetGroup* previous);

  Action action(const config::Action& from) const;
  RuleTable rules(const config::Listener& from) const;

  const Config& config_;
  const Snapshot& previous_;
  SnapshotBuilder::Slots& slots_;
  std::map<std::string, std::shared_ptr<const TargetGroup>> previous_groups_, groups_;
};

Snapshot Compilation::compile(std::uint64_t revision) {
  Snapshot snapshot;
  snapshot.revision = revision;
  for (const auto& from : config_.services) snapshot.services.push_back(service(from));
  for (std::size_t i = 0; i < config_.listeners.size(); ++i) snapshot.listeners.push_back(listener(i));
  for (const auto& block : config_.trusted)
    if (const auto range = parse_range(block)) snapshot.trusted.push_back(*range);
  return snapshot;
}

std::shared_ptr<const Listener> Compilation::listener(std::size_t index) {
  const auto& from = config_.listeners[index];
  const auto previous = find_named(previous_.listeners, from.name);
  const auto address = parse_listen_address(from.address).value_or(HostPort{});
  Listener made;
  made.name = from.name;
  made.slot = slots_.listeners.intern(from.name);
  made.address = from.address;
  made.ip = address.host;
  made.port = address.port;
  made.health_path = from.health_path;
  made.limits = from.limits;
  made.rules = shared_or_new(previous ? previous->rules : nullptr, rules(from));
  if (from.protocol == config::ListenerProtocol::https && from.tls)
    made.tls =
        listener_tls(*from.tls, indexed("listeners", index) + ".tls", previous ? previous->tls : nullptr);
  return shared_or_new(previous, std::move(made));
}

std::shared_ptr<const ListenerTls> Compilation::listener_tls(
    const config::ListenerTls& tls, const std::string& key,
    const std::shared_ptr<const ListenerTls>& previous) {
  ListenerTls made;
  for (std::size_t i = 0; i < tls.certificates.size(); ++i) {
    const auto& files = tls.certificates[i];
    const auto at = indexed(key + ".certificates", i);
    auto chain = load_chain(beside(config_.path, files.cert));
    auto private_key = load_key(beside(config_.path, files.key));
    if (!chain) problem(at + ".cert", chain.error());
    if (!private_key) problem(at + ".key", private_key.error());
    if (!chain || !private_key) continue;
    const auto& pair =
        made.certificates.emplace_back(Certificate{*std::move(chain), *std::move(private_key)});
    if (const auto reason = why_unusable(pair)) problem(at, *reason);
  }
  return shared_or_new(previous, std::move(made));
}

Action Compilation::action(const config::Action& from) const {
  if (const auto* fixed = std::get_if<config::FixedResponse>(&from))
    return FixedResponse{static_cast<std::uint16_t>(fixed->status), fixed->content_type, fixed->body};
  const auto& name = std::get<config::Forward>(from).service;
  const auto found = std::ranges::find(config_.services, name, &config::Service::name);
  return Forward{static_cast<std::uint32_t>(found - config_.services.begin())};
}

RuleTable Compilation::rules(const config::Listener& from) const {
  std::vector<Rule> rules;
  for (const auto& rule : from.rules) rules.push_back({rule.priority, rule.conditions, action(rule.action)});
  return RuleTable(std::move(rules), action(from.fallback));
}

std::shared_ptr<const Service> Compilation::service(const config::Service& from) {
  const auto previous = find_named(previous_.services, from.name);
  auto made = variants(from);
  std::vector<Weight> weights;
  for (const auto& variant : made) weights.push_back(variant.weight);
  auto split = previous ? kept_split(*previous, made) : Split::from_weights(weights);
  const auto stable =
      from.stable.empty() ? made.begin() : std::ranges::find(made, from.stable, &Variant::name);
  return shared_or_new(previous, Service{.name = from.name,
                                         .slot = slots_.services.intern(from.name),
                                         .variants = made,
                                         .stable = static_cast<std::uint32_t>(stable - made.begin()),
                                         .split = std::move(split),
                                         .identity = from.identity,
                                         .salt_seed = salt_seed(from.salt.empty() ? from.name : from.salt)});
}

std::vector<Variant> Compilation::variants(const config::Service& from) {
  std::vector<Variant> made;
  for (const auto& variant : from.variants)
    made.push_back({.name = variant.name,
                    .weight = variant.weight,
                    .group = group(variant.target_group),
                    .slot = slots_.variants.intern(from.name + "/" + variant.name)});
  return made;
}

// A split that has run belongs to revisions: weights of the file do not touch it.
Split Compilation::kept_split(const Service& previous, std::vector<Variant>& variants) {
  std::vector<std::uint32_t> new_index;
  for (auto& variant : variants) variant.weight = {};
  for (const auto& old : previous.variants) {
    const auto now = std::ranges::find(variants, old.name, &Variant::name);
    new_index.push_back(static_cast<std::uint32_t>(now - variants.begin()));
    if (now != variants.end()) {
      now->weight = old.weight;
    } else if (old.weight > Weight{}) {
      problem(
          "services." + previous.name + ".variants",
          "variant `" + old.name + "` is gone but has weight " + old.weight.text() + "; set it to 0 first");
    }
  }
  return previous.split.renumbered(new_index);
}

std::shared_ptr<const TargetGroup> Compilation::group(const std::string& name) {
  auto& made = groups_[name];
  if (made) return made;
  const auto from = std::ranges::find(config_.target_groups, name, &config::TargetGroup::name);
  const auto known = previous_groups_.find(name);
  const auto previous = known == previous_groups_.end() ? nullptr : known->second;

  TargetGroup compiled{.name = name,
                       .slot = slots_.groups.intern(name),
                       .targets = {},
                       .limits = from->limits,
                       .tls = upstream_tls(*from, previous.get()),
                       .turns = {}};
  std::vector<std::uint32_t> weights;
  for (std::size_t i = 0; i < from->targets.size(); ++i)
    weights.push_back(compiled.targets.emplace_back(target(*from, i, previous.get())).weight);
  compiled.turns = smooth_turns(weights);
  return made = shared_or_new(previous, std::move(compiled));
}

Target Compilation::target(const config::TargetGroup& from, std::size_t index, const TargetGroup* previous) {
  const auto& wanted = from.targets[index];
  const auto address = parse_address(wanted.address).value_or(HostPort{});
  Target made{.address = wanted.address,
              .ip = {},
              .port = address.port,
              .weight = wanted.weight,
              .zone = wanted.zone,
              .slot = slots_.targets.intern(from.name + "/" + wanted.address)};
  if (auto ip = resolve(address.host)) {
    made.ip = *std::move(ip);
    return made;
  } else if (previous) {
    const auto known = std::ranges::find(previous->targets, wanted.address, &Target::address);
    if (known != previous->targets.end()) made.ip = known->ip;
  }
  if (made.ip.empty())
    problem(indexed("target_groups." + from.name + ".targets", index),
            "`" + address.host + "` does not resolve");
  return made;
}

std::shared_ptr<const UpstreamTls> Compilation::upstream_tls(const config::TargetGroup& from,
                                                             const TargetGroup* previous) {
  if (!from.tls) return nullptr;
  UpstreamTls made{.verify = from.tls->verify, .server_name = from.tls->server_name, .ca = {}};
  if (!from.tls->ca.empty()) {
    auto ca = load_ca(beside(config_.path, from.tls->ca));
    if (!ca) problem("target_groups." + from.name + ".tls.ca", ca.error());
    made.ca = std::move(ca).value_or("");
  }
  return shared_or_new(previous ? previous->tls : nullptr, std::move(made));
}

}  // namespace

Result<std::shared_ptr<const Snapshot>, std::vector<Problem>> SnapshotBuilder::build(
    const Config& config, std::uint64_t revision, const Snapshot* previous) {
  static const Snapshot none;
  Compilation compilation(config, previous ? *previous : none, slots_);
  auto snapshot = std::make_shared<const Snapshot>(compilation.compile(revision));
  if (!compilation.problems.empty()) return failure(std::move(compilation.problems));
  return snapshot;
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
