#include "control/api/experiments_json.h"

#include <cmath>

#include "control/api/flags_json.h"

namespace sluice {
namespace {

namespace json = boost::json;

constexpr std::uint64_t fewest_users = 100;  // fewer say nothing about a ratio
constexpr double least_believable = 0.001;   // the usual line for a sample ratio mismatch

double share_of(const Split& split, std::size_t index) {
  return static_cast<double>(split.share_of(static_cast<std::uint32_t>(index))) * 0x1p-64;
}

std::vector<std::uint64_t> users_by_arm(const Experiment& experiment, const ExposureTotals& totals) {
  std::vector<std::uint64_t> users(experiment.arms.size());
  if (const auto found = totals.users.find(experiment.name); found != totals.users.end())
    for (const auto& user : found->second)
      if (user.arm < users.size()) ++users[user.arm];
  return users;
}

json::object sample_ratio(const Experiment& experiment, const std::vector<std::uint64_t>& users) {
  std::vector<double> shares;
  std::uint64_t all = 0;
  for (std::size_t i = 0; i < users.size(); ++i) {
    shares.push_back(share_of(experiment.split, i));
    all += users[i];
  }
  if (all < fewest_users) return {{"users", all}, {"p_value", nullptr}, {"verdict", "insufficient_data"}};
  const double p = sample_ratio_p_value(users, shares);
  return {{"users", all}, {"p_value", p}, {"verdict", p < least_believable ? "mismatch" : "ok"}};
}

json::object arm_json(const Experiment& experiment, std::size_t index, const Service* service,
                      const ExposureTotals& totals, std::uint64_t users) {
  const auto& arm = experiment.arms[index];
  const auto exposures = totals.exposures.find({experiment.name, arm.name});
  json::value variant;
  if (arm.variant && service) variant = json::string(service->variants[*arm.variant].name);
  return {{"name", arm.name},
          {"weight", arm.weight.value()},
          {"share", std::round(share_of(experiment.split, index) * 1e6) / 1e6},
          {"flags", flags_json(arm.flags)},
          {"variant", std::move(variant)},
          {"exposures", exposures == totals.exposures.end() ? 0 : exposures->second},
          {"sampled_users", users}};
}

}  // namespace

json::array experiments_json(const Snapshot* snapshot, const ExposureTotals& totals) {
  json::array all;
  if (!snapshot) return all;
  for (const auto& layer : snapshot->layers)
    for (const auto& experiment : layer->experiments) {
      const auto users = users_by_arm(*experiment, totals);
      const auto service = find_service(*snapshot, experiment->service);
      json::array arms;
      for (std::size_t i = 0; i < experiment->arms.size(); ++i)
        arms.push_back(arm_json(*experiment, i, service, totals, users[i]));
      all.push_back(json::object{{"name", experiment->name},
                                 {"service", experiment->service},
                                 {"layer", layer->name},
                                 {"share", experiment->share.value() / 100},
                                 {"arms", std::move(arms)},
                                 {"sample_ratio", sample_ratio(*experiment, users)}});
    }
  return all;
}

}  // namespace sluice
