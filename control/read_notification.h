// One entry of `notifications:`. Called by config_yaml.
#pragma once

#include "control/notification_config.h"
#include "control/yaml_reader.h"

namespace sluice::config {

[[nodiscard]] Notification read_notification(const Value& value);

}  // namespace sluice::config
