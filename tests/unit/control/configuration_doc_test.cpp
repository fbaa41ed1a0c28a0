// docs/configuration.md against the reader: every key is there, no other is, and the defaults are those of
// the structs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <regex>
#include <sstream>

#include "control/config_yaml.h"
#include "control/file_text.h"
#include "control/units.h"

namespace sluice {
namespace {

std::string document() {
  const auto root = std::filesystem::path(__FILE__).parent_path() / "../../..";
  return read_file_text((root / "docs/configuration.md").string()).value_or("");
}

// Rows of the tables that begin with a key: "| `KEY` | kind | default | meaning |".
std::map<std::string, std::string> documented_defaults() {
  static const std::regex row(R"(\| `([^`]+)` \| [^|]+ \| ([^|]*)\| .*)");
  std::map<std::string, std::string> defaults;
  std::istringstream lines(document());
  for (std::string line; std::getline(lines, line);)
    if (std::smatch match; std::regex_match(line, match, row)) {
      EXPECT_TRUE(defaults.emplace(match[1], match[2]).second) << match[1] << " is there twice";
    }
  return defaults;
}

TEST(ConfigurationDocument, HasEveryKeyOfTheReaderAndNoOther) {
  std::vector<std::string> documented;
  for (const auto& [key, unused] : documented_defaults()) documented.push_back(key);
  EXPECT_THAT(documented, testing::UnorderedElementsAreArray(config::known_keys()));
}

TEST(ConfigurationDocument, Defaults_AreThoseOfTheStructs) {
  const config::Config config;
  const ListenerLimits listener;
  const TargetGroupLimits group;
  const config::TargetGroup health;
  const HealthCheck check;
  const config::Retry retry;
  const config::Strategy strategy;
  const config::ErrorRateGate errors;
  const config::LatencyGate latency;
  const config::Hook hook;
  const auto text = [](auto value) {
    if constexpr (std::is_same_v<decltype(value), std::chrono::milliseconds>)
      return config::duration_text(value);
    else
      return config::size_text(value);
  };
  const std::map<std::string, std::string> expected{
      {"admin.address", config.admin.address},
      {"drain.grace", text(config.drain.grace)},
      {"drain.deadline", text(config.drain.deadline)},
      {"access_log.path", config::AccessLog().path},
      {"access_log.format", config::AccessLog().format},
      {"listeners[].limits.header_timeout", text(listener.header_timeout)},
      {"listeners[].limits.idle_timeout", text(listener.idle_timeout)},
      {"listeners[].limits.request_timeout", text(listener.request_timeout)},
      {"listeners[].limits.max_connections", std::to_string(listener.max_connections)},
      {"listeners[].limits.handshakes", std::to_string(listener.handshakes)},
      {"listeners[].limits.body", text(listener.body)},
      {"listeners[].limits.request_line", text(std::uint64_t{listener.request_line})},
      {"listeners[].limits.header_field", text(std::uint64_t{listener.header_field})},
      {"listeners[].limits.header_total", text(std::uint64_t{listener.header_total})},
      {"listeners[].limits.header_count", std::to_string(listener.header_count)},
      {"target_groups.NAME.limits.connections", std::to_string(group.connections)},
      {"target_groups.NAME.limits.connect_timeout", text(group.connect_timeout)},
      {"target_groups.NAME.limits.response_timeout", text(group.response_timeout)},
      {"target_groups.NAME.limits.idle_timeout", text(group.idle_timeout)},
      {"target_groups.NAME.limits.pending", std::to_string(health.capacity.pending)},
      {"target_groups.NAME.limits.requests", std::to_string(health.capacity.requests)},
      {"target_groups.NAME.adaptive_concurrency.min", std::to_string(AdaptiveBounds().min)},
      {"target_groups.NAME.adaptive_concurrency.max", std::to_string(AdaptiveBounds().max)},
      {"listeners[].rate_limit.per", text(config::RateLimit().per)},
      {"listeners[].rules[].rate_limit.per", text(config::RateLimit().per)},
      {"listeners[].rules[].fault.abort.status", std::to_string(config::Fault().status)},
      {"overload.loop_lag", text(config::Overload().loop_lag)},
      {"target_groups.NAME.slow_start", text(health.slow_start)},
      {"target_groups.NAME.deregistration_delay", text(health.deregistration_delay)},
      {"target_groups.NAME.outlier.consecutive_5xx", std::to_string(health.outlier.consecutive_5xx)},
      {"target_groups.NAME.outlier.base_ejection", text(health.outlier.base_ejection)},
      {"target_groups.NAME.outlier.max_ejected", health.outlier.max_ejected.text() + "%"},
      {"target_groups.NAME.health_check.path", check.path},
      {"target_groups.NAME.health_check.interval", text(check.interval)},
      {"target_groups.NAME.health_check.healthy", std::to_string(check.healthy)},
      {"target_groups.NAME.health_check.unhealthy", std::to_string(check.unhealthy)},
      {"target_groups.NAME.health_check.matcher", std::to_string(check.matcher.at(0).high)},
      {"target_groups.NAME.outlier.panic_threshold", health.panic_threshold.text() + "%"},
      {"services.NAME.retry.attempts", std::to_string(retry.attempts)},
      {"services.NAME.retry.budget", retry.budget.text() + "%"},
      {"services.NAME.retry.buffer", text(retry.buffer)},
      {"strategies.NAME.canary.percent", config::Canary().percent.text()},
      {"strategies.NAME.linear.percent", config::Linear().percent.text()},
      {"strategies.NAME.blue_green.keep_old", text(config::BlueGreen().keep_old)},
      {"strategies.NAME.bake", text(strategy.bake)},
      {"strategies.NAME.warm_up", text(strategy.warm_up)},
      {"strategies.NAME.min_capacity", strategy.min_capacity.text() + "%"},
      {"strategies.NAME.gates[].error_rate.confidence", errors.confidence.text() + "%"},
      {"strategies.NAME.gates[].error_rate.min_requests", std::to_string(errors.min_requests)},
      {"strategies.NAME.gates[].latency.quantile", "p" + latency.quantile.text()},
      {"strategies.NAME.gates[].latency.confidence", latency.confidence.text() + "%"},
      {"strategies.NAME.gates[].prometheus.every", text(config::PrometheusGate().every)},
      {"strategies.NAME.gates[].webhook.every", text(config::WebhookGate().every)},
      {"freeze[].timezone", config::FreezeWindow().timezone},
      {"strategies.NAME.hooks.NAME.timeout", text(hook.timeout)},
      {"strategies.NAME.hooks.NAME.retries", std::to_string(hook.retries)},
  };
  auto documented = documented_defaults();
  for (const auto& [key, value] : expected) EXPECT_EQ(documented[key], "`" + value + "` ") << key;
}

TEST(ConfigurationDocument, Example_ReadsWell) {
  const auto text = document();
  const auto begin = text.find("```yaml\n") + 8;
  const auto parsed =
      read_config_text(text.substr(begin, text.find("```", begin) - begin), "docs/configuration.md");
  EXPECT_TRUE(parsed.problems.empty());
  EXPECT_EQ(parsed.config.services.size(), 1u);
}

}  // namespace
}  // namespace sluice
