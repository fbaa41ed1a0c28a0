#include "control/rollout/engine.h"

#include <spdlog/spdlog.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/object.hpp>

#include <algorithm>

#include "control/api/json_text.h"
#include "control/read_hook.h"
#include "control/rollout/active_rollout.h"
#include "control/rollout/stored_rollout.h"

namespace sluice {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;

constexpr milliseconds between_verdicts{250};
constexpr milliseconds after_trouble{1000};
constexpr milliseconds ask_hook_again{30'000};
constexpr std::size_t kept_ended = 1000;

std::string variant_key(const Rollout& rollout) {
  return rollout.service + "/" + rollout.to;
}

bool deploys_to_targets(const Rollout& rollout) {
  return std::ranges::any_of(rollout.plan.steps, [](const PlanStep& step) { return !step.targets.empty(); });
}

const Instruction* under_way(const Rollout& rollout, const Program& program) {
  return rollout.at < program.size() ? &program[rollout.at] : nullptr;
}

// After a start of the proxy, say: that none is healthy yet is nothing against the variant.
bool awaits_first_checks(const TargetGroup& group) {
  return std::ranges::any_of(group.targets, [](const Target& target) {
    return TargetState::load(target.state->verdict) == CheckVerdict::initial;
  });
}

// Who reaches the new variant by a listener while it is tested.
std::optional<TestTraffic> test_of(const Rollout& rollout) {
  const auto* shape = std::get_if<config::BlueGreen>(&rollout.strategy.shape);
  if (!shape || shape->test_listener.empty() || rollout.course != Course::forward) return {};
  const auto program = rollout.program();
  if (rollout.at >= program.size() || !program[rollout.at].testing) return {};
  return TestTraffic{.listener = shape->test_listener, .variant = rollout.to};
}

// The targets that the rollout has out of service where it is now.
std::vector<std::string> out_of_service(const Rollout& rollout) {
  if (rollout.course != Course::forward) return {};
  const auto program = rollout.program();
  std::vector<std::string> out;
  for (std::uint32_t i = 0; i <= rollout.at && i < program.size(); ++i) {
    if (const auto* drain = std::get_if<Drain>(&program[i].what)) out = drain->targets;
    if (std::holds_alternative<LetBack>(program[i].what) && i < rollout.at) out.clear();
  }
  return out;
}

HookCall call_of(const Rollout& rollout, const CallHook& call) {
  const auto stage = config::stage_word(call.stage);
  const auto found = std::ranges::find(rollout.strategy.hooks, call.stage, &config::Hook::stage);
  const auto done = rollout.steps_done;
  const auto share = done == 0 ? rollout.plan.share : rollout.plan.steps[done - 1].weight;
  const boost::json::object body{
      {"rollout", rollout.id}, {"service", rollout.service},        {"from", rollout.from},
      {"to", rollout.to},      {"strategy", rollout.strategy.name}, {"stage", stage},
      {"step", done},          {"weight", share.value()},           {"target", call.target}};
  const auto way = rollout.course == Course::forward ? "up" : "back";
  return {.hook = *found,
          .idempotency_key = rollout.id + "-" + way + "-" + std::to_string(rollout.at) + "-" + stage +
                             (call.target.empty() ? "" : "-" + call.target),
          .body = json_text(body),
          .environment = {{"SLUICE_ROLLOUT", rollout.id},
                          {"SLUICE_SERVICE", rollout.service},
                          {"SLUICE_FROM", rollout.from},
                          {"SLUICE_TO", rollout.to},
                          {"SLUICE_STRATEGY", rollout.strategy.name},
                          {"SLUICE_STAGE", stage},
                          {"SLUICE_STEP", std::to_string(done)},
                          {"SLUICE_WEIGHT", share.text()},
                          {"SLUICE_TARGET", call.target}}};
}

}  // namespace

Engine::Engine(Parts parts) : parts_(std::move(parts)), fleet_(parts_.revisions), timer_(parts_.io) {
  parts_.revisions.ask_for_rollouts([this](const std::string& service) {
    const auto* rollout = running(service);
    const bool moves = rollout && rollout->course != Course::back;  // else only a hook is waited for
    return moves ? rollout->id : std::string();
  });
}

Engine::~Engine() {
  *alive_ = false;
  stop();
  parts_.revisions.ask_for_rollouts([](const std::string&) { return std::string(); });
}

Result<void, std::string> Engine::restore(const std::vector<RolloutRecord>& records) {
  for (const auto& record : records) {
    auto rollout = parse_stored_rollout(record.json);
    if (!rollout && record.ended) {  // history alone is no reason not to start
      spdlog::warn("rollout {}: {}", record.id, rollout.error());
      continue;
    }
    if (!rollout) return failure("rollout " + record.id + ": " + rollout.error());
    last_id_ = std::max<std::uint64_t>(last_id_, std::strtoull(record.id.c_str() + 1, nullptr, 10));
    if (rollout->ended()) {
      ended_.push_back(*std::move(rollout));
    } else {
      const auto service = rollout->service;
      active_[service] = std::make_shared<Active>(*std::move(rollout));
    }
  }
  return {};
}

void Engine::run() {
  const auto all = active_;
  for (const auto& [service, active] : all) {
    const auto& rollout = active->rollout;
    spdlog::info("rollout {} of {} goes on: {}", rollout.id, service, to_string(rollout.state));
    if (const auto* group = fleet_.group_of(service, rollout.to))
      fleet_.drain(*group, out_of_service(rollout), std::chrono::steady_clock::now());
    restart_judgement(*active);
    enter(active);
  }
  look_later();
}

void Engine::stop() {
  timer_.cancel();
  for (const auto& [service, active] : active_) active->cancel_hook();
}

void Engine::look_later() {
  timer_.expires_after(parts_.look_every);
  timer_.async_wait([this, alive = alive_](const boost::system::error_code& error) {
    if (error || !*alive) return;
    look();
    open_tests();
    look_later();
  });
}

void Engine::look() {
  const auto all = active_;  // looking may end one
  for (const auto& [service, active] : all)
    if (!active->busy) look(active);
}

void Engine::open_tests() {
  const auto snapshot = parts_.revisions.current();
  for (const auto& service : snapshot->services) {
    const auto* rollout = running(service->name);
    const auto wanted = rollout ? test_of(*rollout) : std::nullopt;
    const bool is_so = wanted ? service->test && *service->test == *wanted : !service->test;
    if (!is_so)
      parts_.revisions.set_test(service->name,
                                wanted ? std::make_shared<const TestTraffic>(*wanted) : nullptr);
  }
}

void Engine::look(const Ref& active) {
  const auto now = system_now();
  if (now < active->quiet_until) return;
  const auto seen = see(*active, now);
  active->waits_for = active->trouble.empty() ? waits_for(active->rollout, seen) : active->trouble;
  auto transition = advance(active->rollout, seen);
  const auto& rollout = active->rollout;
  const bool gone =
      !fleet_.group_of(rollout.service, rollout.to) || !fleet_.group_of(rollout.service, rollout.from);
  if (gone && rollout.course == Course::forward)
    if (auto back = take_back(rollout, Course::back, RolloutState::failed, now,
                              "the service or a variant of it is no longer in the configuration"))
      transition = *std::move(back);
  if (!transition) return;
  active->busy = true;
  asio::co_spawn(parts_.io, make_alone(*this, active, *std::move(transition)), asio::detached);
}

Seen Engine::see(Active& active, SystemTime now) {
  const auto& rollout = active.rollout;
  const auto program = rollout.program();
  Seen seen{.now = now, .hook = active.hook_said};
  if (now >= active.judged_at + between_verdicts) judge_now(active, now);
  seen.gates = summary(active.gates);
  seen.frozen_until = parts_.frozen_until(now);
  if (const auto* instruction = under_way(rollout, program)) seen.ready = is_ready(active, *instruction, now);
  return seen;
}

bool Engine::is_ready(const Active& active, const Instruction& instruction, SystemTime now) const {
  const auto& rollout = active.rollout;
  const auto steady = std::chrono::steady_clock::now();
  const auto* group = fleet_.group_of(rollout.service, rollout.to);
  const auto* from = fleet_.group_of(rollout.service, rollout.from);
  if (!group || !from) return false;
  if (const auto* capacity = std::get_if<AwaitCapacity>(&instruction.what))
    return Fleet::can_carry(*group, *from, capacity->share, rollout.strategy.min_capacity, steady);
  if (const auto* drain = std::get_if<Drain>(&instruction.what))
    return Fleet::is_drained(*group, drain->targets, steady);
  // A check that was made before the deployment says nothing of what was deployed.
  if (const auto* back = std::get_if<LetBack>(&instruction.what))
    return Fleet::is_healthy(*group, back->targets) && now >= rollout.since + fleet_.check_lag(group->name);
  return false;
}

void Engine::judge_now(Active& active, SystemTime now) {
  const auto& rollout = active.rollout;
  active.judged_at = now;
  const auto* group = fleet_.group_of(rollout.service, rollout.to);
  if (!group) return;
  const auto steady = std::chrono::steady_clock::now();
  // While it deploys to targets, it takes them away itself.
  const bool has_traffic = rollout.steps_done > 0 && !deploys_to_targets(rollout);
  const auto warm_at =
      active.judged_from + std::chrono::duration_cast<milliseconds>(rollout.strategy.warm_up / rollout.speed);
  auto observed = active.observed(parts_.attempts(), variant_key(rollout));
  observed.warming_up = now < warm_at;
  observed.healthy_targets = Fleet::healthy(*group, steady);
  observed.has_traffic = has_traffic && !(observed.healthy_targets == 0 && awaits_first_checks(*group));
  active.gates = judge(rollout.strategy.gates, observed);
}

void Engine::restart_judgement(Active& active) {
  active.judged_from = system_now();
  active.judged_at = {};
  active.begin_at(parts_.attempts(), variant_key(active.rollout));
}

asio::awaitable<void> Engine::make_alone(Engine& engine, Ref active, Transition transition) {
  const Provenance by{.author = "rollout:" + active->rollout.id, .reason = transition.text};
  const auto made = co_await engine.make(active, std::move(transition), by);
  if (made) co_return;
  if (active->trouble != made.error().what)
    spdlog::warn("rollout {}: {}", active->rollout.id, made.error().what);
  active->trouble = made.error().what;
  active->quiet_until = system_now() + after_trouble;
}

Engine::LaterAnswer Engine::make(Ref active, Transition transition, Provenance by) {
  const auto version = ++active->version;
  active->busy = true;
  const auto& next = transition.next;
  RolloutMove move{
      .service = next.service,
      .variant = next.to,
      .before = next.before,
      .share = transition.share,
      .restores = transition.restores,
      .finishes = transition.finishes,
      .record = {
          .id = next.id, .service = next.service, .ended = next.ended(), .json = stored_rollout(next)}};
  move.events = events_of(transition, by.author);
  const auto urgency = transition.restores ? Urgency::at_once : Urgency::recorded_first;
  const auto alive = alive_;
  const auto made = co_await parts_.revisions.move(std::move(move), urgency, std::move(by));
  if (!*alive) co_return failure(RolloutRefused{RolloutRefused::Reason::not_now, "the proxy stops"});
  if (active->version != version)
    co_return failure(
        RolloutRefused{RolloutRefused::Reason::not_now, "something else was decided meanwhile"});
  active->busy = false;
  if (!made) {
    const bool published = made.error().reason != ChangeRefused::Reason::not_published;
    co_return failure(RolloutRefused{
        published ? RolloutRefused::Reason::store_unavailable : RolloutRefused::Reason::not_published,
        made.error().what});
  }
  arrive(active, transition.next, transition);
  co_return active->rollout;
}

// A last transition is told twice: for what it did, and for the end.
std::vector<AuditEvent> Engine::events_of(const Transition& transition, const std::string& author) {
  const auto& next = transition.next;
  const auto made = [&](std::string kind, std::string text) {
    return parts_.revisions.events().next({.author = author,
                                           .kind = std::move(kind),
                                           .service = next.service,
                                           .rollout = next.id,
                                           .text = std::move(text)});
  };
  std::vector<AuditEvent> events{made(transition.event, transition.text)};
  if (next.ended())
    events.push_back(
        made("rollout." + std::string(to_string(next.state)),
             next.reason.empty() ? next.to + " has all the traffic that it was to have" : next.reason));
  return events;
}

void Engine::arrive(const Ref& active, Rollout next, const Transition& transition) {
  const bool moved_on = next.at != active->rollout.at || next.course != active->rollout.course;
  if (moved_on) leave(*active, next);
  active->trouble.clear();
  active->rollout = std::move(next);
  const auto& rollout = active->rollout;
  spdlog::info("rollout {} of {} to {}: {}{}{}", rollout.id, rollout.service, rollout.to,
               to_string(rollout.state), transition.text.empty() ? "" : ": ", transition.text);
  if (transition.share) restart_judgement(*active);
  parts_.tell({rollout, transition.event, transition.text});
  if (rollout.ended()) return retire(active);
  if (moved_on) enter(active);
}

// What was begun with the instruction that ends now.
void Engine::leave(Active& active, const Rollout& next) {
  active.cancel_hook();
  active.hook_said.reset();
  const auto& rollout = active.rollout;
  const auto program = rollout.program();
  const auto* group = fleet_.group_of(rollout.service, rollout.to);
  const auto* before = under_way(rollout, program);
  if (!group || !before) return;
  const auto now = std::chrono::steady_clock::now();
  if (const auto* back = std::get_if<LetBack>(&before->what); back && next.course == Course::forward)
    return fleet_.let_back(*group, back->targets, now);
  // What somebody stopped was fit before; what a failed deployment left behind gets no traffic.
  const bool by_hand = next.ends_as == RolloutState::aborted || next.ends_as == RolloutState::superseded;
  if (next.course != rollout.course && by_hand) fleet_.let_back(*group, out_of_service(rollout), now);
}

void Engine::enter(const Ref& active) {
  const auto& rollout = active->rollout;
  const auto program = rollout.program();
  const auto* instruction = under_way(rollout, program);
  if (!instruction) return;
  if (const auto* drain = std::get_if<Drain>(&instruction->what))
    if (const auto* group = fleet_.group_of(rollout.service, rollout.to))
      fleet_.drain(*group, drain->targets, std::chrono::steady_clock::now());
  if (const auto* call = std::get_if<CallHook>(&instruction->what)) call_hook(active, *call);
}

void Engine::call_hook(const Ref& active, const CallHook& call) {
  const auto version_of_place = active->rollout.at;
  auto answered = [this, active, call, version_of_place, alive = alive_](HookAnswer answer) {
    if (!*alive || active->rollout.at != version_of_place) return;
    if (answer.kind != HookAnswer::Kind::wait) {
      const auto what =
          answer.kind == HookAnswer::Kind::proceed ? HookSaid::What::proceed : HookSaid::What::fail;
      active->hook_said = HookSaid{what, std::move(answer.reason)};
      return;
    }
    const auto pause = std::chrono::duration_cast<milliseconds>(answer.retry_after.value_or(ask_hook_again) /
                                                                active->rollout.speed);
    active->ask_again = std::make_unique<asio::steady_timer>(parts_.io, pause);
    active->ask_again->async_wait(
        [this, active, call, version_of_place, alive](const boost::system::error_code& error) {
          if (!error && *alive && active->rollout.at == version_of_place) call_hook(active, call);
        });
  };
  active->cancel = parts_.call_hook(call_of(active->rollout, call), std::move(answered));
}

void Engine::retire(const Ref& active) {
  active->cancel_hook();
  ended_.push_back(active->rollout);
  ++ended_counts_[{active->rollout.service, active->rollout.state}];
  if (ended_.size() > kept_ended) ended_.pop_front();
  active_.erase(active->rollout.service);
}

}  // namespace sluice
