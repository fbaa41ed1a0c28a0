#include "control/api/service_json.h"

#include <cmath>

#include "control/api/experiments_json.h"
#include "control/api/json_text.h"
#include "control/api/target_groups_json.h"
#include "control/api/utc_text.h"
#include "control/variant_serving.h"

namespace sluice {
namespace {

namespace json = boost::json;

// Numbers for people and scripts: a millionth is enough.
double rounded(double value) {
  return std::round(value * 1e6) / 1e6;
}

json::object targets_json(const SurveyedGroup& group) {
  const auto healthy = group.healthy(), total = group.total();
  return {{"healthy", healthy}, {"total", total}};
}

json::array not_healthy_json(const SurveyedGroup& group, SteadyTime now) {
  json::array targets;
  for (const auto& target : group.targets)
    if (!target.departed && target.condition.state != TargetWord::healthy)
      targets.push_back(target_json(target, now));
  return targets;
}

json::object variant_json(const Service& service, std::uint32_t index, const ServicesNow& all) {
  static const SurveyedGroup none;
  const auto& variant = service.variants[index];
  const auto now = all.rates.of(service.name, variant.name);
  const auto* known = all.targets.find(variant.group->name);
  const auto& group = known ? *known : none;
  return {{"name", variant.name},
          {"target_group", variant.group->name},
          {"weight", weight_json(variant.weight)},
          {"share", rounded(static_cast<double>(service.split.share_of(index)) * 0x1p-64)},
          {"measured_share", now.measured_share ? json::value(rounded(*now.measured_share)) : json::value()},
          {"pinned_share", now.pinned_share ? json::value(rounded(*now.pinned_share)) : json::value()},
          {"withdrawn", variant.withdrawn},
          {"targets", targets_json(group)},
          {"not_healthy", not_healthy_json(group, all.targets.now())},
          {"serving", to_string(serving(service, index, all.targets.now()))},
          {"requests_per_second", rounded(now.requests_per_second)},
          {"error_rate", rounded(now.error_rate)},
          {"p50_ms", rounded(now.p50_ms)},
          {"p99_ms", rounded(now.p99_ms)}};
}

json::value running_json(const std::string& service, const Engine& rollouts) {
  const auto* rollout = rollouts.running(service);
  if (!rollout) return nullptr;
  return rollout_json(*rollout, rollouts.now(*rollout));
}

json::array listeners_json(const Snapshot* snapshot) {
  json::array listeners;
  if (!snapshot) return listeners;
  for (const auto& listener : snapshot->listeners)
    listeners.push_back(json::object{{"name", listener->name},
                                     {"address", listener->address},
                                     {"protocol", listener->tls ? "https" : "http"}});
  return listeners;
}

}  // namespace

json::object service_json(const Service& service, const ServicesNow& now) {
  json::array variants;
  for (std::uint32_t i = 0; i < service.variants.size(); ++i)
    variants.push_back(variant_json(service, i, now));
  return {{"name", service.name},
          {"revision", now.revisions.service_revision(service.name)},
          {"stable", service.variants.at(service.stable).name},
          {"variants", std::move(variants)},
          {"warming_up", now.revisions.is_warming_up(service.name)},
          {"rollout", running_json(service.name, now.rollouts)}};
}

json::array services_json(const ServicesNow& now) {
  json::array services;
  if (!now.revisions.current()) return services;
  for (const auto& service : now.revisions.current()->services)
    services.push_back(service_json(*service, now));
  return services;
}

json::object status_json(const ServicesNow& now, const ExposureTotals& exposures,
                         const ProcessState& process) {
  const auto* snapshot = now.revisions.current().get();
  return {{"version", SLUICE_VERSION},
          {"revision", snapshot ? snapshot->revision : 0},
          {"ready", process.ready},
          {"as_of", utc_text(std::chrono::system_clock::now())},
          {"uptime_seconds", std::floor(process.uptime.count())},
          {"listeners", listeners_json(snapshot)},
          {"services", services_json(now)},
          {"experiments", experiments_json(snapshot, exposures)}};
}

}  // namespace sluice
