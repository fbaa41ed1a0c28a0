// Strategies as the configuration writes them: how a rollout moves a service's split from one variant to
// another, what watches it and what is called on the way. Part of config.h; read by read_strategy, read_gate
// and read_hook, judged by check_strategies. Percents are weights from 0 to 100.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "routing/weight.h"

namespace sluice::config {

// A time, or until somebody approves.
struct Pause {
  std::optional<std::chrono::milliseconds> length;
  bool operator==(const Pause&) const = default;
};
using Step = std::variant<Weight, Pause>;  // a share of the new variant in percent, or a wait

struct AllAtOnce {
  bool operator==(const AllAtOnce&) const = default;
};
struct Canary {
  Weight percent{5 * Weight::unit};  // then all
  bool operator==(const Canary&) const = default;
};
struct Linear {
  Weight percent{10 * Weight::unit};  // that much more at each step
  bool operator==(const Linear&) const = default;
};
struct Steps {
  std::vector<Step> steps;  // then all
  bool operator==(const Steps&) const = default;
};
struct BlueGreen {
  std::string test_listener;  // empty: testers reach the new variant by an override
  bool approve = false;       // whether somebody must, before users come
  std::chrono::milliseconds keep_old{3'600'000};
  bool operator==(const BlueGreen&) const = default;
};

using BatchSize = std::variant<std::uint32_t, Weight>;  // targets, or percent of them
enum class Zones { together, one_at_a_time };

// Targets taken out and back in, a batch at a time.
struct Batches {
  BatchSize batch = 1u;
  std::optional<Weight> min_healthy;  // percent of the targets; none: what a batch leaves
  Zones zones = Zones::together;
  bool operator==(const Batches&) const = default;
};
struct Rolling : Batches {  // into the new variant's group
  bool operator==(const Rolling&) const = default;
};
struct InPlace : Batches {  // the same targets, deployed anew
  bool operator==(const InPlace&) const = default;
};

using Shape = std::variant<AllAtOnce, Canary, Linear, Steps, BlueGreen, Rolling, InPlace>;

struct ErrorRateGate {
  std::optional<Weight> max_increase;  // percent above the old variant's; either this or max
  std::optional<Weight> max;           // percent
  Weight confidence{99 * Weight::unit};
  std::uint32_t min_requests = 20;
  bool operator==(const ErrorRateGate&) const = default;
};
struct LatencyGate {
  Weight quantile{99 * Weight::unit};            // percent: p99
  std::optional<Weight> max_ratio;               // of the old variant's; either this or max
  std::optional<std::chrono::milliseconds> max;  // absolute
  Weight confidence{99 * Weight::unit};
  bool operator==(const LatencyGate&) const = default;
};
struct PrometheusGate {
  std::string url;
  std::string query;
  std::optional<double> max;  // the answer may be at most this; either this or min
  std::optional<double> min;
  std::chrono::milliseconds every{30'000};
  bool operator==(const PrometheusGate&) const = default;
};
struct WebhookGate {
  std::string url;
  std::chrono::milliseconds every{30'000};
  bool operator==(const WebhookGate&) const = default;
};
struct AlarmGate {
  std::string cloudwatch;  // the alarm's name
  bool operator==(const AlarmGate&) const = default;
};
using Gate = std::variant<ErrorRateGate, LatencyGate, PrometheusGate, WebhookGate, AlarmGate>;

enum class Stage {
  before_traffic,
  after_test_traffic,
  before_step,
  after_step,
  before_promote,
  after_promote,
  after_rollback,
  per_target,  // once for each target, while it gets no traffic
};
struct HttpCall {
  std::string url;
  std::string secret_file;  // signs calls; relative to the configuration file; empty: not signed
  bool operator==(const HttpCall&) const = default;
};
struct Command {
  std::vector<std::string> words;  // the program and its arguments; no shell
  bool operator==(const Command&) const = default;
};
struct Hook {
  Stage stage = Stage::before_traffic;
  std::variant<HttpCall, Command> call;
  std::chrono::milliseconds timeout{3'600'000};  // for one try
  std::uint32_t retries = 0;
  bool operator==(const Hook&) const = default;
};

enum class Inconclusive { wait, pause, rollback };

struct Strategy {
  std::string name;
  Shape shape;
  std::chrono::milliseconds every{0};  // how long a step is held before the next
  std::chrono::milliseconds bake{0};   // how long all is watched before the rollout has succeeded
  std::chrono::milliseconds warm_up{0};
  Weight min_capacity{100 * Weight::unit};  // percent of what the coming share needs
  Inconclusive on_inconclusive = Inconclusive::wait;
  std::vector<Gate> gates;
  std::vector<Hook> hooks;  // in the order of the file
  bool operator==(const Strategy&) const = default;
};

}  // namespace sluice::config
