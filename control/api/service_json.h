// The shapes that /v1/status and /v1/services answer with. Names here are fixed: scripts read them.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <chrono>

#include "control/api/rates.h"
#include "control/revisions.h"
#include "control/rollout/engine.h"
#include "control/target_survey.h"
#include "routing/service.h"

namespace sluice {

struct ProcessState {
  bool ready;
  std::chrono::duration<double> uptime;
};

// What there is to tell of services beside what they are.
struct ServicesNow {
  const Revisions& revisions;
  const Engine& rollouts;
  const Rates& rates;
  TargetSurvey targets;
};

[[nodiscard]] boost::json::object service_json(const Service& service, const ServicesNow& now);
[[nodiscard]] boost::json::array services_json(const ServicesNow& now);
[[nodiscard]] boost::json::object status_json(const ServicesNow& now, const ExposureTotals& exposures,
                                              const ProcessState& process);

}  // namespace sluice
