#include "control/check_admin.h"

#include "control/admin_address.h"
#include "control/compile_admin.h"
#include "control/quoted.h"

namespace sluice::config {

void check_admin(const Config& config, Findings& findings) {
  const std::string key = "admin.address";
  std::ignore = compile_admin(config.admin, findings);
  const auto address = parse_admin_address(config.admin.address);
  if (!address) return findings.add(key, address.error());
  // Whoever reaches it can move traffic.
  if (!is_local(*address) && config.admin.tokens_file.empty())
    findings.add(key, quoted(config.admin.address) +
                          " is not a loopback address, which needs `tokens_file: FILE`; or use 127.0.0.1");
  if (!address->path.empty() && config.admin.tls)
    findings.add("admin.tls", "a Unix socket needs no TLS; leave it out");
}

}  // namespace sluice::config
