#include "proxy/metrics.h"

#include <array>
#include <limits>
#include <map>

#include "proxy/attempt_metrics.h"
#include "proxy/listener_metrics.h"
#include "proxy/metric_families.h"

namespace sluice {

std::string_view to_string(MirrorResult result) noexcept {
  static constexpr std::array<std::string_view, mirror_results> names{"same_status", "other_status", "failed",
                                                                      "dropped"};
  return names[static_cast<std::size_t>(result)];
}

namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using Labels = MetricLabels;

// Upper bounds in seconds: Prometheus' own, with two finer ones below.
constexpr std::array bounds{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                            0.1,    0.25,  0.5,    1.0,   2.5,  5.0,   10.0};

std::string code_class(std::size_t hundreds) {
  return hundreds == 0 ? "none" : std::to_string(hundreds) + "xx";
}

ClientMetric::Histogram histogram(const OutcomeTotal::Durations& total) {
  ClientMetric::Histogram result;
  std::size_t i = 0;
  std::uint64_t seen = 0;
  for (const double bound : bounds) {
    for (; i < LatencyBuckets::count && static_cast<double>(LatencyBuckets::end(i)) <= bound * 1e6; ++i)
      seen += total.latency[i];
    result.bucket.push_back({.cumulative_count = seen, .upper_bound = bound});
  }
  for (; i < LatencyBuckets::count; ++i) seen += total.latency[i];
  result.sample_count = seen;
  result.sample_sum = static_cast<double>(total.microseconds) / 1e6;
  result.bucket.push_back({.cumulative_count = seen, .upper_bound = std::numeric_limits<double>::infinity()});
  return result;
}

void collect_outcomes(std::vector<MetricFamily>& families, const Outcomes& outcomes) {
  auto requests =
      family("sluice_requests_total", "Exchanges by the class of the status sent", MetricType::Counter);
  auto durations = family("sluice_request_duration_seconds",
                          "From the head of the request to the end of the response", MetricType::Histogram);
  auto shares = family("sluice_split_share", "Measured share of a service's requests since the start",
                       MetricType::Gauge);
  const auto totals = outcomes.totals();
  std::map<std::string, std::map<std::string, std::uint64_t>> assigned;
  for (const auto& total : totals) {
    const Labels labels{{"listener", total.listener}, {"service", total.service}, {"variant", total.variant}};
    for (std::size_t hundreds = 0; hundreds < total.responses.size(); ++hundreds) {
      if (total.responses[hundreds] == 0 || total.durations[hundreds].latency.empty()) continue;
      auto with_class = labels;
      with_class.push_back({"code_class", code_class(hundreds)});
      auto& metric = durations.metric.emplace_back();
      metric.label = with_class;
      metric.histogram = histogram(total.durations[hundreds]);
      add_number(requests, std::move(with_class), static_cast<double>(total.responses[hundreds]));
    }
    if (!total.service.empty()) assigned[total.service][total.variant] += total.by(ChosenBy::split);
  }
  for (const auto& [service, variants] : assigned) {
    std::uint64_t sum = 0;
    for (const auto& [variant, count] : variants) sum += count;
    if (sum == 0) continue;
    for (const auto& [variant, count] : variants)
      add_number(shares, {{"service", service}, {"variant", variant}},
                 static_cast<double>(count) / static_cast<double>(sum));
  }
  families.push_back(std::move(requests));
  families.push_back(std::move(durations));
  families.push_back(std::move(shares));
}

void collect_exposures(std::vector<MetricFamily>& families, const Outcomes& outcomes) {
  auto exposures = family("sluice_experiment_exposures_total", "Requests that met an arm of an experiment",
                          MetricType::Counter);
  for (const auto& [names, count] : outcomes.exposures().exposures)
    add_number(exposures, {{"experiment", names.first}, {"arm", names.second}}, static_cast<double>(count));
  families.push_back(std::move(exposures));
}

// The workers' cells of one service, added up.
struct ServiceSum {
  std::uint64_t minted = 0, forged = 0, applied = 0, refused = 0;
  std::array<std::uint64_t, mirror_results> mirrored{};
};

void collect_services(std::vector<MetricFamily>& families, const DataPlane& plane) {
  std::map<std::string, ServiceSum> sums;
  for (const auto& worker : plane.workers()) {
    worker->metrics().services.for_each([&](const std::string& slot, const ServiceCell& cell) {
      auto& sum = sums[slot.substr(slot.find('/') + 1)];  // "split/NAME"
      sum.minted += read(cell.minted);
      sum.forged += read(cell.forged);
      sum.applied += read(cell.overrides_applied);
      sum.refused += read(cell.overrides_refused);
      for (std::size_t i = 0; i < mirror_results; ++i) sum.mirrored[i] += read(cell.mirrored[i]);
    });
  }
  auto minted =
      family("sluice_identity_cookies_minted_total", "Identity cookies given out", MetricType::Counter);
  auto forged =
      family("sluice_identity_cookies_forged_total",
             "Identity cookies replaced because they were malformed or not ours", MetricType::Counter);
  auto overrides =
      family("sluice_overrides_total", "Testers' X-Sluice-Override headers", MetricType::Counter);
  auto mirrored = family("sluice_mirrored_total", "Requests copied for a mirror, by what came of the copy",
                         MetricType::Counter);
  for (const auto& [service, sum] : sums) {
    for (std::size_t i = 0; i < mirror_results; ++i)
      add_number(mirrored,
                 {{"service", service}, {"result", std::string(to_string(static_cast<MirrorResult>(i)))}},
                 static_cast<double>(sum.mirrored[i]));
    add_number(minted, {{"service", service}}, static_cast<double>(sum.minted));
    add_number(forged, {{"service", service}}, static_cast<double>(sum.forged));
    add_number(overrides, {{"service", service}, {"result", "applied"}}, static_cast<double>(sum.applied));
    add_number(overrides, {{"service", service}, {"result", "refused"}}, static_cast<double>(sum.refused));
  }
  families.push_back(std::move(minted));
  families.push_back(std::move(forged));
  families.push_back(std::move(overrides));
  families.push_back(std::move(mirrored));
}

}  // namespace

namespace {

void collect_overload(std::vector<MetricFamily>& families, const OverloadWatch& overload) {
  auto over =
      family("sluice_overload", "Whether new requests are refused for this reason", MetricType::Gauge);
  for (const auto reason : {OverloadReason::memory, OverloadReason::loop_lag})
    add_number(over, {{"reason", to_string(reason)}}, overload.is_over(reason));
  families.push_back(std::move(over));
}

}  // namespace

std::vector<MetricFamily> DataPlaneMetrics::Collect() const {
  std::vector<MetricFamily> families;
  collect_outcomes(families, outcomes_);
  collect_exposures(families, outcomes_);
  collect_services(families, plane_);
  collect_groups(families, plane_);
  collect_variants(families, outcomes_, plane_);
  collect_listeners(families, plane_);
  collect_overload(families, plane_.overload());
  auto dropped = family("sluice_access_log_dropped_total", "Access log lines that could not be written",
                        MetricType::Counter);
  add_number(dropped, {}, log_ ? static_cast<double>(log_->dropped()) : 0);
  families.push_back(std::move(dropped));
  return families;
}

}  // namespace sluice
