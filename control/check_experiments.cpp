#include "control/check_experiments.h"

#include <algorithm>
#include <map>

#include "control/check_conditions.h"
#include "control/did_you_mean.h"
#include "control/quoted.h"
#include "routing/vendor_hash.h"

namespace sluice::config {
namespace {

const Service* find_service(const Config& config, const std::string& name) {
  const auto found = std::ranges::find(config.services, name, &Service::name);
  return found == config.services.end() ? nullptr : &*found;
}

void check_arms(const Experiment& experiment, const Service& service, const std::string& key,
                Findings& findings) {
  if (std::ranges::none_of(experiment.arms, [](const Arm& arm) { return arm.weight > Weight{}; }))
    findings.add(key + ".arms", "needs an arm with a weight above 0");
  const auto variants = names_of(service.variants);
  for (const auto& arm : experiment.arms)
    if (!arm.variant.empty() && std::ranges::find(variants, arm.variant) == variants.end())
      findings.add(key + ".arms." + arm.name + ".variant", "service " + quoted(service.name) +
                                                               " has no variant " + quoted(arm.variant) +
                                                               did_you_mean(arm.variant, variants));
}

// Arms are drawn by the service's hash, whose SDKs may not be able to tell such weights apart.
void check_hash(const Experiment& experiment, const Service& service, const std::string& key,
                Findings& findings) {
  if (service.sticky.hash == HashMethod::sluice) return;
  std::vector<Weight> weights;
  for (const auto& arm : experiment.arms) weights.push_back(arm.weight);
  if (const auto split = VendorSplit::make(service.sticky.hash, experiment.name, weights); !split)
    findings.add(key + ".arms", split.error());
}

// Of experiments that exclude each other, the audiences are drawn from one line.
void check_shares(const Config& config, Findings& findings) {
  std::map<std::string, std::uint64_t> taken;
  for (const auto& experiment : config.experiments) {
    if (experiment.exclusive.empty()) continue;
    auto& sum = taken[experiment.exclusive];
    sum += experiment.share.millionths;
    if (sum > 100 * Weight::unit)
      findings.add("experiments." + experiment.name + ".audience.share",
                   "the shares of the experiments that are `exclusive: " + experiment.exclusive +
                       "` are more than 100 % together");
  }
}

bool exclude_each_other(const Experiment& a, const Experiment& b) {
  return a.service != b.service || (!a.exclusive.empty() && a.exclusive == b.exclusive);
}

bool sets(const Experiment& experiment, const std::string& flag) {
  return std::ranges::any_of(experiment.arms, [&](const Arm& arm) {
    return std::ranges::find(arm.flags, flag, [](const auto& each) { return each.first; }) != arm.flags.end();
  });
}

// One user in both would get the flag twice, with two values.
void check_flags(const Config& config, Findings& findings) {
  for (std::size_t later = 0; later < config.experiments.size(); ++later)
    for (std::size_t earlier = 0; earlier < later; ++earlier) {
      const auto &one = config.experiments[earlier], &other = config.experiments[later];
      if (exclude_each_other(one, other)) continue;
      for (const auto& arm : other.arms)
        for (const auto& [flag, value] : arm.flags)
          if (sets(one, flag))
            findings.add(
                "experiments." + other.name + ".arms." + arm.name + ".flags." + flag,
                "experiment " + quoted(one.name) +
                    " sets this flag too, and a user may be in both; make them `exclusive` of each other");
    }
}

void check_number(const Config& config, Findings& findings) {
  std::map<std::string, std::size_t> count;
  for (const auto& experiment : config.experiments)
    if (++count[experiment.service] == most_experiments + 1)
      findings.add("experiments." + experiment.name + ".service",
                   "a service can have " + std::to_string(most_experiments) + " experiments");
}

}  // namespace

void check_experiments(const Config& config, Findings& findings) {
  for (const auto& experiment : config.experiments) {
    const auto key = "experiments." + experiment.name;
    if (experiment.share == Weight{}) findings.add(key + ".audience.share", "must be above 0 %");
    if (!experiment.conditions.empty()) check_conditions(experiment.conditions, key + ".audience", findings);
    if (const auto* service = find_service(config, experiment.service)) {
      check_arms(experiment, *service, key, findings);
      check_hash(experiment, *service, key, findings);
    } else {
      findings.add(key + ".service", "no service " + quoted(experiment.service) +
                                         did_you_mean(experiment.service, names_of(config.services)));
    }
  }
  check_shares(config, findings);
  check_flags(config, findings);
  check_number(config, findings);
}

}  // namespace sluice::config
