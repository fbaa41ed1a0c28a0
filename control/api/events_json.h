// Audit events as the admin API tells them.
#pragma once

#include <boost/json/object.hpp>

#include "control/store/records.h"

namespace sluice {

[[nodiscard]] boost::json::object event_json(const AuditEvent& event);

}  // namespace sluice
