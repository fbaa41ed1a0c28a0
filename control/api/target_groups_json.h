// The shapes that /v1/target-groups answers with. Names here are fixed: scripts read them.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "control/target_survey.h"

namespace sluice {

[[nodiscard]] boost::json::object target_json(const SurveyedTarget& target, SteadyTime now);
[[nodiscard]] boost::json::object target_group_json(const SurveyedGroup& group, SteadyTime now);
[[nodiscard]] boost::json::array target_groups_json(const TargetSurvey& survey);

}  // namespace sluice
