// A target group, compiled: names resolved, CA read, turns laid out. Called by SnapshotBuilder.
#pragma once

#include <memory>

#include "control/config.h"
#include "control/findings.h"
#include "routing/slot.h"
#include "routing/state_table.h"
#include "routing/target_group.h"

namespace sluice {

// The names that groups and targets keep beside snapshots.
struct GroupSlots {
  SlotTable groups, targets;
  StateTable<GroupState> group_states;
  StateTable<TargetState> target_states;
  StateTable<AdaptiveState> adaptive_states;
};

// `previous` is the group of that name in the snapshot before, or null: it is returned itself if nothing
// changed, and its addresses stand in for names that do not resolve now.
[[nodiscard]] std::shared_ptr<const TargetGroup> compile_group(
    const config::TargetGroup& from, const std::shared_ptr<const TargetGroup>& previous, GroupSlots& slots,
    config::Findings& findings);

}  // namespace sluice
