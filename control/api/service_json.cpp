#include "control/api/service_json.h"

#include <cmath>

#include "control/api/experiments_json.h"

namespace sluice {
namespace {

namespace json = boost::json;

// Numbers for people and scripts: a millionth is enough.
double rounded(double value) {
  return std::round(value * 1e6) / 1e6;
}

json::value weight_json(Weight weight) {
  if (weight.millionths % Weight::unit == 0) return weight.millionths / Weight::unit;
  return weight.value();
}

json::object variant_json(const Service& service, std::uint32_t index, const Rates& rates) {
  const auto& variant = service.variants[index];
  const auto now = rates.of(service.name, variant.name);
  const auto targets = variant.group->targets.size();
  return {{"name", variant.name},
          {"target_group", variant.group->name},
          {"weight", weight_json(variant.weight)},
          {"share", rounded(static_cast<double>(service.split.share_of(index)) * 0x1p-64)},
          {"measured_share", now.measured_share ? json::value(rounded(*now.measured_share)) : json::value()},
          {"pinned_share", now.pinned_share ? json::value(rounded(*now.pinned_share)) : json::value()},
          {"withdrawn", variant.withdrawn},
          {"targets", {{"healthy", targets}, {"total", targets}}},  // nothing checks their health yet
          {"requests_per_second", rounded(now.requests_per_second)},
          {"error_rate", rounded(now.error_rate)},
          {"p50_ms", rounded(now.p50_ms)},
          {"p99_ms", rounded(now.p99_ms)}};
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

json::object service_json(const Service& service, std::uint64_t revision, const Rates& rates) {
  json::array variants;
  for (std::uint32_t i = 0; i < service.variants.size(); ++i)
    variants.push_back(variant_json(service, i, rates));
  return {{"name", service.name},
          {"revision", revision},
          {"stable", service.variants.at(service.stable).name},
          {"variants", std::move(variants)},
          {"rollout", nullptr}};
}

json::array services_json(const Revisions& revisions, const Rates& rates) {
  json::array services;
  if (!revisions.current()) return services;
  for (const auto& service : revisions.current()->services)
    services.push_back(service_json(*service, revisions.service_revision(service->name), rates));
  return services;
}

json::object status_json(const Revisions& revisions, const Rates& rates, const ExposureTotals& exposures,
                         const ProcessState& process) {
  const auto* snapshot = revisions.current().get();
  return {{"version", SLUICE_VERSION},
          {"revision", snapshot ? snapshot->revision : 0},
          {"ready", process.ready},
          {"uptime_seconds", std::floor(process.uptime.count())},
          {"listeners", listeners_json(snapshot)},
          {"services", services_json(revisions, rates)},
          {"experiments", experiments_json(snapshot, exposures)}};
}

}  // namespace sluice
