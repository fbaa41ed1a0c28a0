#include "control/rollout/timeline.h"

#include "control/read_hook.h"
#include "control/units.h"

namespace sluice {
namespace {

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

struct Teller {
  const Rollout& rollout;

  std::string operator()(const CallHook& call) const {
    return "hook " + config::stage_word(call.stage) + (call.target.empty() ? "" : " for " + call.target);
  }
  std::string operator()(const AwaitCapacity& capacity) const {
    return "wait until " + rollout.to + " can carry " + capacity.share.text() + "%";
  }
  std::string operator()(const Drain& drain) const { return "drain " + listed(drain.targets); }
  std::string operator()(const LetBack& back) const {
    return "wait until healthy, then back to work: " + listed(back.targets);
  }
  std::string operator()(const Shift& shift) const { return rollout.to + " at " + shift.share.text() + "%"; }
  std::string operator()(const Hold& hold) const {
    const auto length = config::duration_text(hold.length);
    switch (hold.what) {
      case Watched::step:
        return "hold for " + length;
      case Watched::bake:
        return "bake for " + length;
      case Watched::old_version:
        break;
    }
    return "keep " + rollout.from + " warm for " + length;
  }
  std::string operator()(const AwaitApproval&) const { return "wait for an approval"; }
  std::string operator()(const Restore&) const { return "back to the split of before"; }
};

bool waits(const Instruction& instruction) {
  return !std::holds_alternative<Shift>(instruction.what) &&
         !std::holds_alternative<Hold>(instruction.what) &&
         !std::holds_alternative<Restore>(instruction.what);
}

}  // namespace

std::vector<TimelineEntry> timeline(const Rollout& rollout) {
  std::vector<TimelineEntry> entries;
  std::chrono::milliseconds at{0};
  for (const auto& instruction : rollout.program()) {
    entries.push_back({at, std::visit(Teller{rollout}, instruction.what), waits(instruction)});
    if (const auto* hold = std::get_if<Hold>(&instruction.what)) at += hold->length;
  }
  entries.push_back({at, "succeeded", false});
  return entries;
}

}  // namespace sluice
