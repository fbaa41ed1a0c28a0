#include "control/rollout/stored_rollout.h"

#include <yaml-cpp/yaml.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_from.hpp>
#include <boost/json/value_to.hpp>

#include <algorithm>

#include "control/read_strategy.h"
#include "control/rollout/preset.h"
#include "control/store/allocation_json.h"

namespace sluice {
namespace {

namespace json = boost::json;
using std::chrono::milliseconds;

json::value time_json(const std::optional<SystemTime>& time) {
  return time ? json::value(time->time_since_epoch().count()) : json::value();
}

json::array steps_json(const std::vector<PlanStep>& steps) {
  json::array made;
  for (const auto& step : steps)
    made.push_back(json::object{{"weight", step.weight.millionths},
                                {"hold", step.hold.count()},
                                {"approval", step.approval},
                                {"targets", json::value_from(step.targets)}});
  return made;
}

// Reads members and throws, as Boost.JSON does, for what is not there or of another type.
SystemTime time_at(const json::object& object, std::string_view key) {
  return SystemTime(milliseconds(object.at(key).to_number<std::int64_t>()));
}
std::optional<SystemTime> maybe_time_at(const json::object& object, std::string_view key) {
  if (object.at(key).is_null()) return {};
  return time_at(object, key);
}
std::string text_at(const json::object& object, std::string_view key) {
  return std::string(object.at(key).as_string());
}
milliseconds length_at(const json::object& object, std::string_view key) {
  return milliseconds(object.at(key).to_number<std::int64_t>());
}
Weight weight_at(const json::object& object, std::string_view key) {
  return {object.at(key).to_number<std::uint64_t>()};
}

RolloutState state_at(const json::object& object, std::string_view key) {
  const auto state = rollout_state_of(text_at(object, key));
  if (!state) throw std::invalid_argument("no state `" + text_at(object, key) + "`");
  return *state;
}

Plan plan_at(const json::object& object) {
  Plan plan{.share = weight_at(object, "share"),
            .steps = {},
            .bake = length_at(object, "bake"),
            .keep_old = length_at(object, "keep_old")};
  for (const auto& value : object.at("plan").as_array()) {
    const auto& step = value.as_object();
    plan.steps.push_back({.weight = weight_at(step, "weight"),
                          .hold = length_at(step, "hold"),
                          .approval = step.at("approval").as_bool(),
                          .targets = json::value_to<std::vector<std::string>>(step.at("targets"))});
  }
  return plan;
}

config::Strategy strategy_of(const std::string& name, const std::string& yaml) {
  if (yaml.empty()) {
    const auto found = std::ranges::find(presets(), name, &config::Strategy::name);
    if (found == presets().end()) throw std::invalid_argument("no strategy `" + name + "`");
    return *found;
  }
  config::Reading reading;
  const config::Value value(reading, YAML::Load(yaml), {"", "", {1, 1}});
  auto strategy = config::read_strategy(name, value);
  if (!reading.problems.empty()) throw std::invalid_argument("strategy: " + reading.problems.front().what);
  return strategy;
}

Rollout parse(const json::object& object) {
  Rollout made{.id = text_at(object, "id"),
               .service = text_at(object, "service"),
               .from = text_at(object, "from"),
               .to = text_at(object, "to"),
               .strategy_yaml = text_at(object, "strategy_yaml"),
               .author = text_at(object, "author"),
               .gating = object.at("observe").as_bool() ? Gating::observe : Gating::act,
               .ignores_freeze = object.at("ignores_freeze").as_bool(),
               .speed = object.at("speed").to_number<double>(),
               .plan = plan_at(object),
               .state = state_at(object, "state"),
               .course = static_cast<Course>(object.at("course").to_number<std::uint8_t>()),
               .ends_as = state_at(object, "ends_as"),
               .steps_done = object.at("steps_done").to_number<std::uint32_t>(),
               .at = object.at("at").to_number<std::uint32_t>(),
               .started_at = time_at(object, "started_at"),
               .since = time_at(object, "since"),
               .paused_at = maybe_time_at(object, "paused_at"),
               .ended_at = maybe_time_at(object, "ended_at"),
               .reason = text_at(object, "reason")};
  made.strategy = strategy_of(text_at(object, "strategy"), made.strategy_yaml);
  auto before = parse_allocation(text_at(object, "before"));
  if (!before) throw std::invalid_argument("before: " + before.error());
  made.before = *std::move(before);
  if (made.course > Course::back_gradually) throw std::invalid_argument("no such course");
  if (made.plan.steps.empty()) throw std::invalid_argument("a plan without steps");
  if (!made.ended() && made.at >= made.program().size()) throw std::invalid_argument("beyond the plan's end");
  return made;
}

}  // namespace

std::string stored_rollout(const Rollout& rollout) {
  return json::serialize(json::object{{"id", rollout.id},
                                      {"service", rollout.service},
                                      {"from", rollout.from},
                                      {"to", rollout.to},
                                      {"strategy", rollout.strategy.name},
                                      {"strategy_yaml", rollout.strategy_yaml},
                                      {"author", rollout.author},
                                      {"observe", rollout.gating == Gating::observe},
                                      {"ignores_freeze", rollout.ignores_freeze},
                                      {"speed", rollout.speed},
                                      {"share", rollout.plan.share.millionths},
                                      {"plan", steps_json(rollout.plan.steps)},
                                      {"bake", rollout.plan.bake.count()},
                                      {"keep_old", rollout.plan.keep_old.count()},
                                      {"before", allocation_text(rollout.before)},
                                      {"state", to_string(rollout.state)},
                                      {"course", static_cast<std::uint8_t>(rollout.course)},
                                      {"ends_as", to_string(rollout.ends_as)},
                                      {"steps_done", rollout.steps_done},
                                      {"at", rollout.at},
                                      {"started_at", time_json(rollout.started_at)},
                                      {"since", time_json(rollout.since)},
                                      {"paused_at", time_json(rollout.paused_at)},
                                      {"ended_at", time_json(rollout.ended_at)},
                                      {"reason", rollout.reason}});
}

Result<Rollout, std::string> parse_stored_rollout(std::string_view text) {
  try {
    json::parse_options options;
    options.allow_invalid_utf8 = true;  // what a program printed may be the reason
    return parse(json::parse({text.data(), text.size()}, {}, options).as_object());
  } catch (const std::exception& wrong) {
    return failure(std::string("a stored rollout cannot be read: ") + wrong.what());
  }
}

std::string strategy_text(const std::string& config, const std::string& name) {
  try {
    const auto found = YAML::Load(config)["strategies"][name];
    return found ? YAML::Dump(found) : std::string();
  } catch (const YAML::Exception&) {
    return {};
  }
}

}  // namespace sluice
