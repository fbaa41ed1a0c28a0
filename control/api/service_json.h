// The shapes that /v1/status and /v1/services answer with. Names here are fixed: scripts read them.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <chrono>
#include <cstdint>

#include "control/api/rates.h"
#include "control/revisions.h"
#include "routing/service.h"

namespace sluice {

struct ProcessState {
  bool ready;
  std::chrono::duration<double> uptime;
};

[[nodiscard]] boost::json::object service_json(const Service& service, std::uint64_t revision,
                                               const Rates& rates);
[[nodiscard]] boost::json::array services_json(const Revisions& revisions, const Rates& rates);
[[nodiscard]] boost::json::object status_json(const Revisions& revisions, const Rates& rates,
                                              const ExposureTotals& exposures, const ProcessState& process);

}  // namespace sluice
