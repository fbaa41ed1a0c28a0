// A plan as the engine runs it: one instruction after the other, each of which can be begun again after a
// crash without being done twice. Compiled from the rollout each time it is needed, and always alike, so that
// a place in it (Rollout::at) can be stored. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "control/rollout/plan.h"
#include "control/strategy_config.h"

namespace sluice {

struct CallHook {
  config::Stage stage;
  std::string target = {};  // of per_target
};
// Until the new group's healthy targets can carry this share, in percent.
struct AwaitCapacity {
  Weight share;
};
// No new exchange for these; until nothing is in flight to them or their time is up.
struct Drain {
  std::vector<std::string> targets;
};
// Until these are healthy; then they get traffic again.
struct LetBack {
  std::vector<std::string> targets;
};
struct Shift {
  Weight share;  // of the new variant, in percent
};
enum class Watched : std::uint8_t { step, bake, old_version };
struct Hold {
  std::chrono::milliseconds length;
  Watched what = Watched::step;
};
struct AwaitApproval {};
// The split as it was before the rollout, and the new variant withdrawn; targets that were out get back in.
struct Restore {};

struct Instruction {
  std::uint32_t step;  // of the plan, or its size after the last
  bool testing;        // testers may come, users don't yet
  std::variant<CallHook, AwaitCapacity, Drain, LetBack, Shift, Hold, AwaitApproval, Restore> what;
};
using Program = std::vector<Instruction>;

enum class Course : std::uint8_t { forward, back, back_gradually };

// Forward: everything until the rollout has succeeded.
[[nodiscard]] Program program_forward(const config::Strategy& strategy, const Plan& plan);

// Back from where `steps_done` of the steps were made. Gradually: down the shares that it came up by, each
// held as long as then. The last is Restore in either case, and what is called after it.
[[nodiscard]] Program program_back(const config::Strategy& strategy, const Plan& plan, Course course,
                                   std::uint32_t steps_done);

}  // namespace sluice
