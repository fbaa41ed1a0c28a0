#include "control/rollout/preset.h"

namespace sluice {
namespace {

using namespace config;
using namespace std::chrono_literals;
using std::chrono::minutes;

constexpr Weight percent(std::uint64_t number) {
  return {number * Weight::unit};
}

Strategy named(std::string name, Shape shape, std::chrono::milliseconds every = 0ms) {
  Strategy made;
  made.name = std::move(name);
  made.shape = std::move(shape);
  made.every = every;
  return made;
}

Strategy canary(const std::string& platform, int first, int wait) {
  return named("CodeDeployDefault." + platform + "Canary" + std::to_string(first) + "Percent" +
                   std::to_string(wait) + "Minutes",
               Canary{percent(static_cast<std::uint64_t>(first))}, minutes(wait));
}

// CodeDeploy writes "1Minutes" for ECS and "1Minute" for Lambda.
Strategy linear(const std::string& platform, int every, const char* unit) {
  return named("CodeDeployDefault." + platform + "Linear10PercentEvery" + std::to_string(every) + unit,
               Linear{percent(10)}, minutes(every));
}

InPlace at_a_time(BatchSize batch) {
  InPlace made;
  made.batch = batch;
  return made;
}

std::vector<Strategy> make_presets() {
  std::vector<Strategy> all{
      named("CodeDeployDefault.AllAtOnce", at_a_time(percent(100))),
      named("CodeDeployDefault.HalfAtATime", at_a_time(percent(50))),
      named("CodeDeployDefault.OneAtATime", at_a_time(1u)),
      linear("ECS", 1, "Minutes"),
      linear("ECS", 3, "Minutes"),
      canary("ECS", 10, 5),
      canary("ECS", 10, 15),
      named("CodeDeployDefault.ECSAllAtOnce", AllAtOnce{}),
  };
  for (const int wait : {5, 10, 15, 30}) all.push_back(canary("Lambda", 10, wait));
  for (const int every : {1, 2, 3, 10})
    all.push_back(linear("Lambda", every, every == 1 ? "Minute" : "Minutes"));
  all.push_back(named("CodeDeployDefault.LambdaAllAtOnce", AllAtOnce{}));
  all.push_back(named("ECS.Canary", Canary{}, 10min));
  all.push_back(named("ECS.Linear", Linear{}, 6min));
  return all;
}

}  // namespace

const std::vector<Strategy>& presets() {
  static const auto all = make_presets();
  return all;
}

}  // namespace sluice
