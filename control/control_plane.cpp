#include "control/control_plane.h"

#include <boost/asio/post.hpp>

#include "control/rollout/freeze.h"
#include "control/store/memory_store.h"
#include "control/store/sqlite_store.h"

namespace sluice {
namespace {

namespace asio = boost::asio;

boost::json::object fields_of(const RolloutNews& news) {
  const auto& rollout = news.rollout;
  return {{"event", news.event},
          {"rollout", rollout.id},
          {"service", rollout.service},
          {"from", rollout.from},
          {"to", rollout.to},
          {"strategy", rollout.strategy.name},
          {"state", to_string(rollout.state)},
          {"step", rollout.steps_done},
          {"reason", rollout.reason}};
}

std::string title_of(const RolloutNews& news) {
  std::string state(to_string(news.rollout.state));
  std::ranges::replace(state, '_', ' ');
  return news.rollout.service + ": rollout to " + news.rollout.to + " " + state;
}

}  // namespace

Result<OpenStore, std::string> open_store(const std::string& state, asio::io_context& io) {
  OpenStore made;
  if (state.empty()) {
    made.store = std::make_unique<MemoryStore>();
  } else {
    auto opened = SqliteStore::open(state, io);
    if (!opened) return failure(opened.error());
    made.store = std::move(*opened);
  }
  auto stored = made.store->load();
  if (!stored) return failure(stored.error());
  made.stored = *std::move(stored);
  return made;
}

ControlPlane::ControlPlane(Parts parts)
    : io_(parts.io),
      store_(std::move(parts.store)),
      publish_(std::move(parts.publish)),
      revisions_(
          {.publish =
               [this](std::shared_ptr<const Snapshot> snapshot) { return publish(std::move(snapshot)); },
           .check = std::move(parts.check),
           .own_secrets = std::move(parts.own_secrets),
           .store = store_.store.get(),
           .events = &events_,
           .executor = io_.get_executor()}),
      hooks_(io_, {.config_file = std::move(parts.config_file)}),
      notifier_(hooks_),
      rollouts_({.io = io_,
                 .revisions = revisions_,
                 .attempts = [&outcomes = parts.outcomes] { return outcomes.attempts(); },
                 .call_hook = [this](HookCall call, std::function<void(HookAnswer)> then) -> CancelHook {
                   const auto ticket = hooks_.start(std::move(call), std::move(then));
                   return [this, ticket] { hooks_.cancel(ticket); };
                 },
                 .frozen_until =
                     [this](SystemTime now) {
                       const auto seconds = std::chrono::floor<std::chrono::seconds>(now);
                       return std::optional<SystemTime>(frozen_until(revisions_.config().freeze, seconds));
                     },
                 .tell = [this](const RolloutNews& news) { tell(news); },
                 .speed = parts.speed}),
      warm_ups_(io_, revisions_),
      admin_(io_, AdminSources{.revisions = revisions_,
                               .rollouts = rollouts_,
                               .outcomes = parts.outcomes,
                               .events = events_,
                               .ready = std::move(parts.ready),
                               .check_reports = std::move(parts.check_reports),
                               .counts = [this] {
                                 return ControlCounts{store_.store->commits(), notifier_.counts()};
                               }}) {}

Result<void, std::string> ControlPlane::restore() {
  events_.restore(std::move(store_.stored.events));
  revisions_.restore(std::move(store_.stored.revisions));
  return rollouts_.restore(store_.stored.rollouts);
}

void ControlPlane::configured() {
  notifier_.publish(revisions_.config().notifications);
}

void ControlPlane::stop() {
  rollouts_.stop();
  admin_.stop();
}

Result<void, std::string> ControlPlane::publish(std::shared_ptr<const Snapshot> snapshot) {
  asio::post(io_, [this] { warm_ups_.arm(); });  // once the revision is made
  return publish_(std::move(snapshot));
}

void ControlPlane::tell(const RolloutNews& news) {
  notifier_.notify({.title = title_of(news), .text = news.text, .fields = fields_of(news)});
}

}  // namespace sluice
