// What people ask of the engine: to start, to steer, to tell.
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>

#include "control/did_you_mean.h"
#include "control/rollout/active_rollout.h"
#include "control/rollout/preset.h"
#include "control/rollout/stored_rollout.h"

namespace sluice {
namespace {

namespace asio = boost::asio;
using Reason = RolloutRefused::Reason;
using std::chrono::milliseconds;

tl::unexpected<RolloutRefused> refuse(Reason reason, std::string what) {
  return failure(RolloutRefused{reason, std::move(what)});
}

const config::Strategy* find_strategy(const config::Config& config, const std::string& name) {
  const auto written = std::ranges::find(config.strategies, name, &config::Strategy::name);
  if (written != config.strategies.end()) return &*written;
  const auto preset = std::ranges::find(presets(), name, &config::Strategy::name);
  return preset == presets().end() ? nullptr : &*preset;
}

std::vector<std::string> names_of(const std::vector<Variant>& variants) {
  std::vector<std::string> names;
  for (const auto& variant : variants) names.push_back(variant.name);
  return names;
}

std::vector<std::string> names_of(const std::vector<std::shared_ptr<const Service>>& services) {
  std::vector<std::string> names;
  for (const auto& service : services) names.push_back(service->name);
  return names;
}

// What the new variant takes over from: the stable one, or the one with the largest share where that is the
// new one itself.
std::string origin(const Service& service, const std::string& to) {
  const auto& stable = service.variants.at(service.stable).name;
  if (stable != to) return stable;
  const Variant* largest = nullptr;
  for (const auto& variant : service.variants)
    if (variant.name != to && (!largest || variant.weight > largest->weight)) largest = &variant;
  return largest && largest->weight > Weight{} ? largest->name : to;
}

std::vector<PlannedTarget> targets_of(const TargetGroup& group) {
  std::vector<PlannedTarget> targets;
  for (const auto& target : group.targets) targets.push_back({target.address, target.zone});
  return targets;
}

Result<Transition, std::string> commanded(const Rollout& rollout, RolloutCommand command,
                                          const Provenance& by) {
  const auto now = system_now();
  const auto why = by.reason.empty() ? "by " + by.author : by.reason;
  switch (command) {
    case RolloutCommand::pause:
      return pause(rollout, now, "paused " + why);
    case RolloutCommand::resume:
      return resume(rollout, now);
    case RolloutCommand::promote:
      return promote(rollout, now);
    case RolloutCommand::approve:
      return approve(rollout, now);
    case RolloutCommand::abort:
      return take_back(rollout, Course::back, RolloutState::aborted, now, "aborted " + why);
    case RolloutCommand::abort_gradually:
      break;
  }
  return take_back(rollout, Course::back_gradually, RolloutState::aborted, now, "aborted " + why);
}

}  // namespace

Engine::Answer Engine::draft(const StartRollout& wanted, const std::string& author) const {
  const auto& snapshot = *parts_.revisions.current();
  const auto& config = parts_.revisions.config();
  const auto* service = find_service(snapshot, wanted.service);
  if (!service)
    return refuse(Reason::no_such_service,
                  "no service `" + wanted.service + "`" +
                      config::did_you_mean(wanted.service, names_of(snapshot.services)));
  const auto names = names_of(service->variants);
  const auto variant = std::ranges::find(service->variants, wanted.to, &Variant::name);
  if (variant == service->variants.end())
    return refuse(Reason::no_such_variant, "service `" + wanted.service + "` has no variant `" + wanted.to +
                                               "`" + config::did_you_mean(wanted.to, names));
  const auto* strategy = find_strategy(config, wanted.strategy);
  if (!strategy)
    return refuse(Reason::no_such_strategy, "no strategy `" + wanted.strategy + "`" +
                                                config::did_you_mean(wanted.strategy, strategies()));
  const auto now = system_now();
  Rollout made{.service = wanted.service,
               .from = origin(*service, wanted.to),
               .to = wanted.to,
               .strategy = *strategy,
               .strategy_yaml = strategy_text(config.text, wanted.strategy),
               .author = author,
               .gating = wanted.gating,
               .ignores_freeze = wanted.ignores_freeze,
               .speed = parts_.speed,
               .before = allocation_of(*service),
               .started_at = now,
               .since = now};
  auto plan =
      make_plan(*strategy, {.share = share_of(*service, wanted.to), .targets = targets_of(*variant->group)});
  if (!plan) return refuse(Reason::nothing_to_do, "`" + wanted.to + "`: " + plan.error());
  made.plan = *std::move(plan);
  const auto program = made.program();
  if (!program.empty()) made.state = state_at(made, program.front());
  return made;
}

Engine::LaterAnswer Engine::start(StartRollout wanted, Provenance by) {
  if (const auto until = parts_.frozen_until(system_now()); until && !wanted.ignores_freeze)
    co_return refuse(Reason::frozen, "releases are frozen just now (freeze: in the configuration)");
  if (const auto* other = running(wanted.service)) {
    if (!wanted.supersedes)
      co_return refuse(Reason::rollout_running, "rollout " + other->id + " moves service `" + wanted.service +
                                                    "` to `" + other->to +
                                                    "` already; wait for its end, abort it, or supersede it");
    // What it would be is judged before the other is taken back.
    if (auto drafted = draft(wanted, by.author); !drafted && drafted.error().reason != Reason::nothing_to_do)
      co_return drafted;
    auto back = take_back(*other, Course::back, RolloutState::superseded, system_now(),
                          "superseded " + (by.reason.empty() ? "by " + by.author : by.reason));
    if (!back) co_return refuse(Reason::not_now, "rollout " + other->id + ": " + back.error());
    const auto active = find_active(other->id);
    const auto ended = co_await make(active, *std::move(back), by);
    if (!ended) co_return ended;
    if (running(wanted.service))
      co_return refuse(Reason::not_now, "rollout " + active->rollout.id +
                                            " is still on its way back; its hook has not answered");
  }
  auto drafted = draft(wanted, by.author);
  if (!drafted) co_return drafted;
  drafted->id = "r" + std::to_string(++last_id_);
  const auto active = std::make_shared<Active>(*drafted);
  active_[wanted.service] = active;  // from here on nobody else starts one
  Transition begins{.next = *std::move(drafted),
                    .event = "rollout.started",
                    .text = "to " + wanted.to + " by " + wanted.strategy};
  const auto made = co_await make(active, std::move(begins), by);
  if (!made) {
    const bool untouched = active->version == 1;  // nobody has aborted it meanwhile
    if (const auto found = active_.find(wanted.service);
        untouched && found != active_.end() && found->second == active)
      active_.erase(found);
    co_return made;
  }
  restart_judgement(*active);
  enter(active);
  co_return active->rollout;
}

Engine::LaterAnswer Engine::command(std::string id, RolloutCommand command, Provenance by) {
  const auto active = find_active(id);
  if (!active) {
    const auto* known = find(id);
    if (!known) co_return refuse(Reason::no_such_rollout, "no rollout `" + id + "`");
    co_return refuse(Reason::not_now,
                     "rollout " + known->id + " has ended: " + std::string(to_string(known->state)));
  }
  // A step that is being stored is waited for; whoever takes back a bad version does not wait.
  const bool waits = command != RolloutCommand::abort;
  asio::steady_timer pause(parts_.io);
  const auto alive = alive_;
  while (waits && active->busy) {
    pause.expires_after(milliseconds(2));
    co_await pause.async_wait(asio::as_tuple(asio::use_awaitable));
    if (!*alive) co_return refuse(Reason::not_now, "the proxy stops");
  }
  auto transition = commanded(active->rollout, command, by);
  if (!transition)
    co_return refuse(Reason::not_now, "rollout " + active->rollout.id + ": " + transition.error());
  co_return co_await make(active, *std::move(transition), by);
}

Engine::Ref Engine::find_active(const std::string& id) const {
  if (const auto found = active_.find(id); found != active_.end()) return found->second;
  for (const auto& [service, active] : active_)
    if (active->rollout.id == id) return active;
  return nullptr;
}

const Rollout* Engine::running(const std::string& service) const {
  const auto found = active_.find(service);
  return found == active_.end() ? nullptr : &found->second->rollout;
}

const Rollout* Engine::last_of(const std::string& service) const {
  if (const auto* rollout = running(service)) return rollout;
  const auto found = std::ranges::find(ended_.rbegin(), ended_.rend(), service, &Rollout::service);
  return found == ended_.rend() ? nullptr : &*found;
}

const Rollout* Engine::find(const std::string& id_or_service) const {
  if (const auto active = find_active(id_or_service)) return &active->rollout;
  const auto found = std::ranges::find_if(ended_.rbegin(), ended_.rend(), [&](const Rollout& each) {
    return each.id == id_or_service || each.service == id_or_service;
  });
  return found == ended_.rend() ? nullptr : &*found;
}

std::vector<const Rollout*> Engine::list() const {
  std::vector<const Rollout*> all;
  for (const auto& [service, active] : active_) all.push_back(&active->rollout);
  std::ranges::sort(all, std::greater(), &Rollout::started_at);
  for (auto each = ended_.rbegin(); each != ended_.rend(); ++each) all.push_back(&*each);
  return all;
}

RolloutNow Engine::now(const Rollout& rollout) const {
  RolloutNow told{.now = system_now()};
  const auto found = active_.find(rollout.service);
  if (found == active_.end() || found->second->rollout.id != rollout.id) return told;
  told.gates = found->second->gates;
  told.waits_for = found->second->waits_for;
  return told;
}

std::vector<std::string> Engine::strategies() const {
  std::vector<std::string> names;
  for (const auto& strategy : parts_.revisions.config().strategies) names.push_back(strategy.name);
  for (const auto& preset : presets())
    if (std::ranges::find(names, preset.name) == names.end()) names.push_back(preset.name);
  return names;
}

}  // namespace sluice
