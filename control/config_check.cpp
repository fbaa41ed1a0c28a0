#include "control/config_check.h"

#include "control/address.h"
#include "control/check_admin.h"
#include "control/check_experiments.h"
#include "control/check_freeze.h"
#include "control/check_health.h"
#include "control/check_listeners.h"
#include "control/check_notifications.h"
#include "control/check_services.h"
#include "control/check_sticky.h"
#include "control/check_strategies.h"
#include "control/findings.h"

namespace sluice {

std::vector<config::Problem> check_config(const config::Config& config) {
  config::Findings findings(config);
  for (std::size_t i = 0; i < config.trusted.size(); ++i)
    if (const auto range = parse_range(config.trusted[i]); !range)
      findings.add(config::indexed("trusted", i), range.error());
  config::check_admin(config, findings);
  config::check_listeners(config, findings);
  config::check_services(config, findings);
  config::check_sticky(config, findings);
  config::check_target_groups(config, findings);
  config::check_experiments(config, findings);
  config::check_health(config, findings);
  config::check_strategies(config, findings);
  config::check_freeze(config, findings);
  config::check_notifications(config, findings);
  return findings.take();
}

}  // namespace sluice
