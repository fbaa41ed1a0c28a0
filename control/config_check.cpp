#include "control/config_check.h"

namespace sluice {

std::vector<config::Problem> check_config(const config::Config&) { return {}; }

}  // namespace sluice
