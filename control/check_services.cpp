#include "control/check_services.h"

#include <algorithm>
#include <set>

#include "control/address.h"
#include "control/did_you_mean.h"
#include "control/quoted.h"
#include "control/tls_material.h"

namespace sluice::config {
namespace {

void check_known(const std::string& name, const std::vector<std::string>& names, std::string_view kind,
                 const std::string& key, Findings& findings) {
  if (std::ranges::find(names, name) == names.end())
    findings.add(key, "no " + std::string(kind) + " " + quoted(name) + did_you_mean(name, names));
}

void check_target(const Target& target, const std::string& key, Findings& findings) {
  const auto address = parse_address(target.address);
  if (!address) return findings.add(key, address.error());
  if (address->port == 0) findings.add(key, "port 0 cannot be connected to");
}

}  // namespace

void check_services(const Config& config, Findings& findings) {
  const auto groups = names_of(config.target_groups);
  for (const auto& service : config.services) {
    const auto key = "services." + service.name;
    for (const auto& variant : service.variants)
      check_known(variant.target_group, groups, "target group",
                  key + ".variants." + variant.name + ".target_group", findings);
    const bool served =
        std::ranges::any_of(service.variants, [](const auto& v) { return v.weight > Weight{}; });
    if (!served) findings.add(key + ".variants", "needs a variant with a weight above 0");
    if (!service.stable.empty())
      check_known(service.stable, names_of(service.variants), "variant", key + ".stable", findings);
    if (service.mirror)
      check_known(service.mirror->to, names_of(service.variants), "variant", key + ".mirror.to", findings);
  }
}

void check_target_groups(const Config& config, Findings& findings) {
  for (const auto& group : config.target_groups) {
    const auto key = "target_groups." + group.name;
    std::set<std::string> addresses;
    for (std::size_t i = 0; i < group.targets.size(); ++i) {
      const auto at = indexed(key + ".targets", i);
      check_target(group.targets[i], at, findings);
      if (!addresses.insert(group.targets[i].address).second)
        findings.add(at,
                     quoted(group.targets[i].address) + " is in this group twice; give it a weight instead");
    }
    if (group.proxy_protocol && group.protocol == UpstreamProtocol::http2)
      findings.add(key + ".proxy_protocol",
                   "needs `protocol: http1`: many clients share a connection of HTTP/2");
    if (!group.tls || group.tls->ca.empty()) continue;
    if (const auto ca = load_ca(findings.file(group.tls->ca)); !ca) findings.add(key + ".tls.ca", ca.error());
  }
}

}  // namespace sluice::config
