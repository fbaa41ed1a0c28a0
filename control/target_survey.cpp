#include "control/target_survey.h"

#include <algorithm>

namespace sluice {
namespace {

struct Usage {
  std::shared_ptr<const TargetGroup> group;
  std::vector<VariantOfGroup> by;
};

std::map<std::string, Usage> usages(const Snapshot* snapshot) {
  std::map<std::string, Usage> all;
  if (!snapshot) return all;
  for (const auto& service : snapshot->services)
    for (std::uint32_t i = 0; i < service->variants.size(); ++i) {
      const auto& variant = service->variants[i];
      auto& usage = all[variant.group->name];
      usage.group = variant.group;
      const auto share = static_cast<double>(service->split.share_of(i)) * 0x1p-64;
      usage.by.push_back({service->name, variant.name, share});
    }
  return all;
}

void count(SurveyedGroup& group, const GroupState& state) {
  group.requests = TargetState::load(state.requests);
  group.connections = TargetState::load(state.connections);
  group.pending = TargetState::load(state.pending);
}

// The survey of one group.
class Surveyor {
 public:
  Surveyor(const config::TargetGroup& group, const Usage* usage, const CheckReports& reports, SteadyTime now)
      : group_(group), usage_(usage), reports_(reports), now_(now) {
    made_.name = group.name;
    made_.algorithm = group.algorithm;
    made_.protocol = group.protocol;
    made_.deregistration_delay = group.deregistration_delay;
  }

  // Takes those that are its own out of `departed`.
  SurveyedGroup survey(std::map<TargetName, DepartedTarget>& departed, const Draining& draining) {
    if (usage_) {
      made_.used_by = usage_->by;
      count(made_, *usage_->group->state);
      for (const auto& target : usage_->group->targets) add(target, *target.state);
    } else {
      for (const auto& target : group_.targets) add_unused(target, departed, draining);
    }
    std::erase_if(departed, [&](const auto& each) {
      const bool own = each.first.first == group_.name;
      if (own) add_departed(each.second.target);
      return own;
    });
    return std::move(made_);
  }

 private:
  // Of a target of the snapshot, or of the file.
  void add(const auto& target, const TargetState& state) {
    const auto report = reports_.find({group_.name, target.address});
    const TargetSituation situation{
        .checks = group_.health_check ? TargetSituation::Checks::active : TargetSituation::Checks::none,
        .group = usage_ ? TargetSituation::Group::used : TargetSituation::Group::unused,
        .report = report == reports_.end() ? nullptr : &report->second};
    auto& made = made_.targets.emplace_back();
    made.address = target.address;
    made.weight = target.weight;
    made.zone = target.zone;
    made.condition = condition_of(state, situation, now_);
    made.in_flight = TargetState::load(state.in_flight);
    if (state.is_ejected(now_)) made.ejected_until = TargetState::load(state.ejected_until);
    if (state.is_draining()) made.draining_until = TargetState::load(state.drain_by);
  }

  // Of a group that is not in use: what is left of a time when it was, else what the API has said.
  void add_unused(const config::Target& target, std::map<TargetName, DepartedTarget>& departed,
                  const Draining& draining) {
    const TargetName name{group_.name, target.address};
    if (const auto gone = departed.extract(name)) return add(target, *gone.mapped().target.state);
    TargetState state;
    state.drain_by = draining.drained_until(name).value_or(SteadyTime{});
    add(target, state);
  }

  void add_departed(const Target& target) {
    add(target, *target.state);
    auto& made = made_.targets.back();
    made.departed = true;
    made.condition.description = "Gone from the configuration";
  }

  const config::TargetGroup& group_;
  const Usage* usage_;
  const CheckReports& reports_;
  SteadyTime now_;
  SurveyedGroup made_;
};

}  // namespace

std::size_t SurveyedGroup::total() const noexcept {
  return static_cast<std::size_t>(std::ranges::count(targets, false, &SurveyedTarget::departed));
}

std::size_t SurveyedGroup::healthy() const noexcept {
  return static_cast<std::size_t>(std::ranges::count_if(
      targets, [](const auto& target) { return target.condition.state == TargetWord::healthy; }));
}

TargetSurvey::TargetSurvey(const Revisions& revisions, const CheckReports& reports, SteadyTime now)
    : now_(now) {
  const auto used = usages(revisions.current().get());
  auto departed = revisions.draining().departed();
  for (const auto& group : revisions.config().target_groups) {
    const auto usage = used.find(group.name);
    Surveyor surveyor(group, usage == used.end() ? nullptr : &usage->second, reports, now);
    groups_.push_back(surveyor.survey(departed, revisions.draining()));
  }
}

const SurveyedGroup* TargetSurvey::find(std::string_view name) const noexcept {
  const auto found = std::ranges::find(groups_, name, &SurveyedGroup::name);
  return found == groups_.end() ? nullptr : &*found;
}

}  // namespace sluice
