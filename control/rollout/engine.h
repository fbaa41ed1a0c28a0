// Runs rollouts: looks at each several times a second, stores what it is next, and acts. What it is next is
// decided by advance.h. Also what people ask for. One for the process; control thread only.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "control/revisions.h"
#include "control/rollout/advance.h"
#include "control/rollout/fleet.h"
#include "control/rollout/hook_caller.h"
#include "control/rollout/rollout_json.h"
#include "health/attempt_counts.h"

namespace sluice {

struct StartRollout {
  std::string service, to, strategy;
  Gating gating = Gating::act;
  bool supersedes = false;  // one that runs is taken back first
  bool ignores_freeze = false;
};

struct RolloutRefused {
  enum class Reason {
    no_such_service,
    no_such_variant,
    no_such_strategy,
    no_such_rollout,
    rollout_running,
    nothing_to_do,
    frozen,
    not_now,  // the rollout is in a state in which that cannot be
    store_unavailable,
    not_published
  };
  Reason reason;
  std::string what;  // for people
};

enum class RolloutCommand { pause, resume, promote, approve, abort, abort_gradually };

// A running rollout, as it is told to people after each transition.
struct RolloutNews {
  const Rollout& rollout;
  std::string event, text;
};

class Engine {
 public:
  struct Parts {
    boost::asio::io_context& io;
    Revisions& revisions;
    std::function<AttemptTotals()> attempts;
    HookCaller call_hook;
    std::function<std::optional<SystemTime>(SystemTime)> frozen_until = [](SystemTime) {
      return std::nullopt;
    };
    std::function<void(const RolloutNews&)> tell = [](const RolloutNews&) {};
    double speed = 1;  // times pass so many times faster, for rehearsals
    std::chrono::milliseconds look_every{50};
  };
  using Answer = Result<Rollout, RolloutRefused>;
  using LaterAnswer = boost::asio::awaitable<Answer>;

  explicit Engine(Parts parts);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // What the store had. Those that had not ended go on where they were, once run() is called. The error names
  // one that cannot be read.
  [[nodiscard]] Result<void, std::string> restore(const std::vector<RolloutRecord>& records);
  void run();
  void stop();

  // What starting it would do: the rollout as it would be, without an id.
  [[nodiscard]] Answer draft(const StartRollout& wanted, const std::string& author) const;
  [[nodiscard]] LaterAnswer start(StartRollout wanted, Provenance by);
  [[nodiscard]] LaterAnswer command(std::string id, RolloutCommand command, Provenance by);

  // Of this service, the one that has not ended; null: none.
  [[nodiscard]] const Rollout* running(const std::string& service) const;
  // Of this service, the one that runs, else the last one; null: none.
  [[nodiscard]] const Rollout* last_of(const std::string& service) const;
  // By id, or the newest of the service that bears the name; null: none.
  [[nodiscard]] const Rollout* find(const std::string& id_or_service) const;
  // Newest first.
  [[nodiscard]] std::vector<const Rollout*> list() const;
  [[nodiscard]] RolloutNow now(const Rollout& rollout) const;
  [[nodiscard]] std::vector<std::string> strategies() const;
  // Rollouts that have ended since the process began, by service and state.
  using EndedCounts = std::map<std::pair<std::string, RolloutState>, std::uint64_t>;
  [[nodiscard]] const EndedCounts& ended_counts() const noexcept { return ended_counts_; }

 private:
  struct Active;
  using Ref = std::shared_ptr<Active>;

  [[nodiscard]] Ref find_active(const std::string& id) const;
  void look_later();
  void look();
  void look(const Ref& active);
  // Lets testers' listeners reach what is tested just now, and nothing else.
  void open_tests();
  [[nodiscard]] Seen see(Active& active, SystemTime now);
  [[nodiscard]] bool is_ready(const Active& active, const Instruction& instruction, SystemTime now) const;
  void judge_now(Active& active, SystemTime now);
  // Stores a transition and acts; the coroutine keeps what it needs alive.
  [[nodiscard]] LaterAnswer make(Ref active, Transition transition, Provenance by);
  static boost::asio::awaitable<void> make_alone(Engine& engine, Ref active, Transition transition);
  [[nodiscard]] std::vector<AuditEvent> events_of(const Transition& transition, const std::string& author);
  void arrive(const Ref& active, Rollout next, const Transition& transition);
  void enter(const Ref& active);
  void leave(Active& active, const Rollout& next);
  void call_hook(const Ref& active, const CallHook& call);
  void restart_judgement(Active& active);
  void retire(const Ref& active);

  Parts parts_;
  Fleet fleet_;
  boost::asio::steady_timer timer_;
  std::map<std::string, Ref> active_;  // by service
  std::deque<Rollout> ended_;          // oldest first
  EndedCounts ended_counts_;
  std::uint64_t last_id_ = 0;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace sluice
