// How a target is, in the words of ALB's DescribeTargetHealth: a state, a reason for programs and a
// description for people. Pure; the admin API, its metrics and the commands show it.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "routing/target_state.h"

namespace sluice {

enum class TargetWord : std::uint8_t { initial, healthy, unhealthy, draining, unused };

inline constexpr std::array target_words{TargetWord::initial, TargetWord::healthy, TargetWord::unhealthy,
                                         TargetWord::draining, TargetWord::unused};

[[nodiscard]] std::string_view to_string(TargetWord word) noexcept;

// What the active checks found wrong with a target, as ALB would put it: "Target.ResponseCodeMismatch",
// "Health checks failed with these codes: [500]".
struct CheckReport {
  std::string reason;
  std::string description;
};

// What must be known of a target besides its state.
struct TargetSituation {
  enum class Checks : std::uint8_t { none, active };
  // Whether a variant of some service has the group. A variant of weight 0 does, as with ALB: testers reach
  // it, and who begins a rollout wants to know how its targets are.
  enum class Group : std::uint8_t { unused, used };

  Checks checks = Checks::none;
  Group group = Group::used;
  const CheckReport* report = nullptr;  // null: there is none
};

struct ToldCondition {
  TargetWord state = TargetWord::unused;
  std::string reason;       // empty: there is nothing to say
  std::string description;  // likewise
  bool operator==(const ToldCondition&) const = default;
};

// Of several things that are so at once, the one that an operator would have to undo first.
[[nodiscard]] ToldCondition condition_of(const TargetState& state, const TargetSituation& situation,
                                           SteadyTime now);

}  // namespace sluice
