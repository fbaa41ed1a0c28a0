// Gates: questions asked of a running rollout about the new variant. This file judges by absolute limits on
// error rate and latency; a comparison with the old variant has its place in the same list of verdicts. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "control/strategy_config.h"

namespace sluice {

enum class Verdict : std::uint8_t { pass, insufficient_data, inconclusive, fail };  // from good to bad
inline constexpr std::size_t verdicts = 4;
[[nodiscard]] std::string_view to_string(Verdict verdict) noexcept;

// What came of the new variant's requests over the time that is judged.
struct Observed {
  std::uint64_t attempts = 0, failures = 0;
  std::vector<std::uint64_t> latency;  // by LatencyBuckets::index
  bool warming_up = false;             // latency is not judged
  bool has_traffic = false;            // the variant has a share
  std::size_t healthy_targets = 0;     // of the variant's group
};

struct GateResult {
  std::string name;  // "error_rate"
  Verdict verdict = Verdict::insufficient_data;
  std::optional<double> observed, limit;  // a share of 1, or ms
  std::uint64_t samples = 0;
  std::string reason;  // for people, of everything but a pass
  bool acted_upon = true;
};

// Whether this version judges such a gate; what it does not is shown, and neither passes nor fails anything.
[[nodiscard]] bool is_judged(const config::Gate& gate) noexcept;

// One result for each gate of the strategy, after one that every rollout has: a variant that has traffic and
// no healthy target fails.
[[nodiscard]] std::vector<GateResult> judge(const std::vector<config::Gate>& gates, const Observed& observed);

// Of all that are acted upon, the worst, and what it says.
struct GateSummary {
  Verdict verdict = Verdict::pass;
  std::string reason;
};
[[nodiscard]] GateSummary summary(const std::vector<GateResult>& results);

}  // namespace sluice
