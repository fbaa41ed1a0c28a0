#include "control/check_listeners.h"

#include <map>
#include <set>
#include <utility>

#include "control/address.h"
#include "control/check_listener_tls.h"
#include "control/check_protection.h"
#include "control/check_rules.h"
#include "control/quoted.h"
#include "control/units.h"

namespace sluice::config {
namespace {

void check_health_path(const Listener& listener, const std::string& key, Findings& findings) {
  const auto& path = listener.health_path;
  if (path.empty()) return;
  const bool visible = path.find_first_of(" ?#") == path.npos;
  if (!path.starts_with('/') || !visible || path.size() > 128)
    findings.add(key + ".health_path", quoted(path) + " is not a path; write as /_sluice/ready");
}

void check_limits(const Listener& listener, const std::string& key, Findings& findings) {
  const auto& limits = listener.limits;
  for (const auto& [name, size] :
       {std::pair{"request_line", limits.request_line}, std::pair{"header_field", limits.header_field}})
    if (size > limits.header_total)
      findings.add(key + ".limits." + name, "is above header_total, " + size_text(limits.header_total));
}

// Who has which address; port 0 is a new one each time.
class Addresses {
 public:
  void take(const HostPort& address, const std::string& owner, const std::string& key, Findings& findings) {
    if (address.port == 0) return;
    const auto [first, fresh] = owners_.emplace(std::pair(address.host, address.port), owner);
    if (!fresh) findings.add(key, "is the address of " + first->second + " already");
  }

 private:
  std::map<std::pair<std::string, std::uint16_t>, std::string> owners_;
};

}  // namespace

void check_listeners(const Config& config, Findings& findings) {
  if (config.listeners.empty()) findings.add("listeners", "there is no listener");
  std::set<std::string> names;
  Addresses addresses;
  if (const auto admin = parse_listen_address(config.admin.address))
    addresses.take(*admin, "admin", "admin.address", findings);
  for (std::size_t i = 0; i < config.listeners.size(); ++i) {
    const auto& listener = config.listeners[i];
    const auto key = indexed("listeners", i);
    if (!names.insert(listener.name).second)
      findings.add(key + ".name", "there is another listener " + quoted(listener.name));
    if (const auto address = parse_listen_address(listener.address)) {
      addresses.take(*address, "listener " + quoted(listener.name), key + ".address", findings);
    } else {
      findings.add(key + ".address", address.error());
    }
    check_health_path(listener, key, findings);
    if (listener.proxy_protocol && config.trusted.empty())
      findings.add(key + ".proxy_protocol", "needs `trusted`: no peer's header would be believed");
    check_limits(listener, key, findings);
    check_listener_tls(listener, key, findings);
    check_rate_limit(listener, key, findings);
    check_rules(listener, key, config, findings);
  }
}

}  // namespace sluice::config
