#include "control/check_strategies.h"

#include <algorithm>

#include "control/did_you_mean.h"
#include "control/read_hook.h"
#include "control/secrets.h"

namespace sluice::config {
namespace {

template <class T>
const T* shape_of(const Strategy& strategy) {
  return std::get_if<T>(&strategy.shape);
}

void check_steps(const Strategy& strategy, const std::string& key, Findings& findings) {
  const auto* shape = shape_of<Steps>(strategy);
  if (!shape) return;
  const Weight* last = nullptr;
  for (std::size_t i = 0; i < shape->steps.size(); ++i) {
    const auto* share = std::get_if<Weight>(&shape->steps[i]);
    if (!share) continue;
    if (last && *share < *last)
      findings.add(indexed(key + ".steps", i),
                   share->text() + "% is below the step before it, " + last->text() + "%; shares only grow");
    last = share;
  }
  if (!last) findings.add(key + ".steps", "needs a share, as 10%");
}

// A step below it would make a plan that nobody can read; ECS' own smallest is 3 %.
void check_linear(const Strategy& strategy, const std::string& key, Findings& findings) {
  const auto* shape = shape_of<Linear>(strategy);
  if (shape && shape->percent.millionths < Weight::unit / 10)
    findings.add(key + ".linear.percent", shape->percent.text() + "% is less than 0.1%, the smallest step");
}

// `every` is how long a step is held, so that there must be more steps than one; canary and linear may say it
// in their own words.
void check_every(const Config& config, const Strategy& strategy, const std::string& key, Findings& findings) {
  if (!config.marks.contains(key + ".every")) return;
  if (shape_of<AllAtOnce>(strategy) || shape_of<BlueGreen>(strategy))
    findings.add(key + ".every", "there is only one step; for the time after it, use bake");
  for (const auto* own : {".canary.bake", ".linear.every"})
    if (config.marks.contains(key + own))
      findings.add(key + ".every", "is said by " + std::string(own + 1) + " already; leave one out");
}

void check_test(const Config& config, const Strategy& strategy, const std::string& key, Findings& findings) {
  const auto* shape = shape_of<BlueGreen>(strategy);
  if (!shape || shape->test_listener.empty()) return;
  std::vector<std::string> names;
  for (const auto& listener : config.listeners) names.push_back(listener.name);
  if (std::ranges::find(names, shape->test_listener) == names.end())
    findings.add(key + ".blue_green.test",
                 "no listener `" + shape->test_listener + "`" + did_you_mean(shape->test_listener, names));
}

void check_hooks(const Strategy& strategy, const std::string& key, Findings& findings) {
  const bool touches_targets = shape_of<Rolling>(strategy) || shape_of<InPlace>(strategy);
  for (const auto& hook : strategy.hooks) {
    const auto path = key + ".hooks." + stage_word(hook.stage);
    if (hook.stage == Stage::per_target && !touches_targets)
      findings.add(path, "goes only with rolling and in_place");
    const auto* http = std::get_if<HttpCall>(&hook.call);
    if (http && !http->secret_file.empty())
      if (const auto secrets = read_secrets(findings.file(http->secret_file)); !secrets)
        findings.add(path + ".secret_file", secrets.error());
    const auto* command = std::get_if<Command>(&hook.call);
    if (command && (command->words.empty() || command->words[0].empty()))
      findings.add(path + ".command", "has no program; write as [deploy.sh, fast]");
  }
}

}  // namespace

void check_strategies(const Config& config, Findings& findings) {
  for (const auto& strategy : config.strategies) {
    const auto key = "strategies." + strategy.name;
    check_steps(strategy, key, findings);
    check_linear(strategy, key, findings);
    check_every(config, strategy, key, findings);
    check_test(config, strategy, key, findings);
    check_hooks(strategy, key, findings);
  }
}

}  // namespace sluice::config
