#include "control/read_experiment.h"

#include "control/read_condition.h"
#include "control/read_flags.h"
#include "control/scalars.h"

namespace sluice::config {
namespace {

void read_audience(Mapping& audience, Experiment& into) {
  audience.read("share", into.share, percent);
  audience.each("conditions", [&](const Value& element) {
    element.mapping([&](Mapping& condition) { read_condition(condition, into.conditions); });
  });
}

Arm read_arm(const std::string& name, const Value& value) {
  Arm result{.name = name, .weight = {}, .flags = {}, .variant = {}};
  value.mapping([&](Mapping& arm) {
    arm.require("weight", result.weight, weight);
    if (const auto flags = arm.find("flags")) result.flags = read_flags(*flags);
    arm.read("variant", result.variant, some_text);
  });
  return result;
}

}  // namespace

Experiment read_experiment(const std::string& name, const Value& value) {
  Experiment result;
  result.name = name;
  value.mapping([&](Mapping& experiment) {
    experiment.require("service", result.service, some_text);
    experiment.read("exclusive", result.exclusive, config::name);
    experiment.section("audience", [&](Mapping& audience) { read_audience(audience, result); });
    experiment.require("arms");
    experiment.each_named("arms", [&](const std::string& arm, const Value& entry) {
      result.arms.push_back(read_arm(arm, entry));
    });
  });
  return result;
}

}  // namespace sluice::config
