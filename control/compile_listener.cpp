#include "control/compile_listener.h"

#include <algorithm>

#include "control/address.h"
#include "control/sharing.h"
#include "control/tls_material.h"

namespace sluice {
namespace {

Action compile_action(const config::Action& from, const config::Config& config) {
  if (const auto* fixed = std::get_if<config::FixedResponse>(&from))
    return FixedResponse{static_cast<std::uint16_t>(fixed->status), fixed->content_type, fixed->body};
  const auto& name = std::get<config::Forward>(from).service;
  const auto found = std::ranges::find(config.services, name, &config::Service::name);
  return Forward{static_cast<std::uint32_t>(found - config.services.begin())};
}

RuleTable compile_rules(const config::Listener& from, const config::Config& config) {
  std::vector<Rule> rules;
  for (const auto& rule : from.rules)
    rules.push_back({rule.priority, rule.conditions, compile_action(rule.action, config)});
  return RuleTable(std::move(rules), compile_action(from.fallback, config));
}

ListenerTls compile_tls(const config::ListenerTls& from, const std::string& key, config::Findings& findings) {
  ListenerTls made;
  for (std::size_t i = 0; i < from.certificates.size(); ++i) {
    const auto& [cert, key_file] = from.certificates[i];
    const auto at = config::indexed(key + ".certificates", i);
    auto chain = load_chain(findings.file(cert));
    auto private_key = load_key(findings.file(key_file));
    if (!chain) findings.add(at + ".cert", chain.error());
    if (!private_key) findings.add(at + ".key", private_key.error());
    if (!chain || !private_key) continue;
    const auto& pair =
        made.certificates.emplace_back(Certificate{*std::move(chain), *std::move(private_key)});
    if (const auto reason = why_unusable(pair)) findings.add(at, *reason);
  }
  return made;
}

}  // namespace

std::shared_ptr<const Listener> compile_listener(const config::Config& config, std::size_t index,
                                                 const std::shared_ptr<const Listener>& previous,
                                                 SlotTable& slots, config::Findings& findings) {
  const auto& from = config.listeners[index];
  const auto address = parse_listen_address(from.address).value_or(HostPort{});
  Listener made;
  made.name = from.name;
  made.slot = slots.intern(from.name);
  made.address = from.address;
  made.ip = address.host;
  made.port = address.port;
  made.health_path = from.health_path;
  made.limits = from.limits;
  made.rules = shared_or_new(previous ? previous->rules : nullptr, compile_rules(from, config));
  if (from.tls)
    made.tls = shared_or_new(previous ? previous->tls : nullptr,
                             compile_tls(*from.tls, config::indexed("listeners", index) + ".tls", findings));
  return shared_or_new(previous, std::move(made));
}

}  // namespace sluice
