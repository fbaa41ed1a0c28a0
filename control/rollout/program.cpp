#include "control/rollout/program.h"

#include <algorithm>

namespace sluice {
namespace {

using config::Stage;
using std::chrono::milliseconds;

class Writer {
 public:
  explicit Writer(const config::Strategy& strategy) : strategy_(strategy) {}

  void at_step(std::size_t step) { step_ = static_cast<std::uint32_t>(step); }
  void testing(bool on) { testing_ = on; }

  template <class What>
  void add(What what) {
    program_.push_back({step_, testing_, std::move(what)});
  }
  void hook(Stage stage, const std::string& target = {}) {
    if (std::ranges::find(strategy_.hooks, stage, &config::Hook::stage) != strategy_.hooks.end())
      add(CallHook{stage, target});
  }
  void hold(milliseconds length, Watched what) {
    if (length > milliseconds(0)) add(Hold{length, what});
  }

  Program take() { return std::move(program_); }

 private:
  const config::Strategy& strategy_;
  Program program_;
  std::uint32_t step_ = 0;
  bool testing_ = false;
};

// What happens before users come: testers reach the new variant, by an override or by a listener of theirs.
void write_test(const config::Strategy& strategy, Writer& writer) {
  const auto* shape = std::get_if<config::BlueGreen>(&strategy.shape);
  if (shape) {
    writer.testing(true);
    writer.add(AwaitCapacity{all_percent});
  }
  writer.hook(Stage::after_test_traffic);
  if (shape && shape->approve) writer.add(AwaitApproval{});
  writer.testing(false);
}

void write_deployment(const PlanStep& step, Writer& writer) {
  if (step.targets.empty()) return;
  writer.add(Drain{step.targets});
  for (const auto& target : step.targets) writer.hook(Stage::per_target, target);
  writer.add(LetBack{step.targets});
}

void write_step(const PlanStep& step, Weight before, bool last, Writer& writer) {
  writer.hook(Stage::before_step);
  if (last) writer.hook(Stage::before_promote);
  write_deployment(step, writer);
  if (step.weight > before) {
    if (step.targets.empty()) writer.add(AwaitCapacity{step.weight});
    writer.add(Shift{step.weight});
  }
  writer.hold(step.hold, Watched::step);
  if (step.approval) writer.add(AwaitApproval{});
  writer.hook(Stage::after_step);
}

}  // namespace

Program program_forward(const config::Strategy& strategy, const Plan& plan) {
  Writer writer(strategy);
  writer.hook(Stage::before_traffic);
  write_test(strategy, writer);
  auto before = plan.share;
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    writer.at_step(i);
    write_step(plan.steps[i], before, i + 1 == plan.steps.size(), writer);
    before = plan.steps[i].weight;
  }
  writer.at_step(plan.steps.size());
  writer.hook(Stage::after_promote);
  writer.hold(plan.bake, Watched::bake);
  writer.hold(plan.keep_old, Watched::old_version);
  return writer.take();
}

Program program_back(const config::Strategy& strategy, const Plan& plan, Course course,
                     std::uint32_t steps_done) {
  Writer writer(strategy);
  const auto step = std::min<std::size_t>(steps_done, plan.steps.size());
  if (course == Course::back_gradually) {
    for (auto i = step; i-- > 1;) {
      writer.at_step(i - 1);
      const auto& down = plan.steps[i - 1];
      if (down.weight <= plan.share) break;
      writer.add(Shift{down.weight});
      writer.hold(down.hold, Watched::step);
    }
  }
  writer.at_step(0);
  writer.add(Restore{});
  writer.hook(Stage::after_rollback);
  return writer.take();
}

}  // namespace sluice
