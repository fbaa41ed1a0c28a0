// The one place that changes routing intent: a configuration, new weights, a rollout's step or an old
// revision become the next revision, which is in the store first, then published to the data plane, and only
// then current. The proxy's main calls it at start and on SIGHUP, the admin API and the rollouts' engine for
// the rest. Control thread only.
#pragma once

#include <prometheus/histogram.h>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "control/change.h"
#include "control/config.h"
#include "control/draining.h"
#include "control/event_log.h"
#include "control/history.h"
#include "control/snapshot_builder.h"
#include "control/store/memory_store.h"
#include "control/warm_up.h"
#include "routing/result.h"
#include "routing/snapshot.h"

namespace sluice {

class Revisions {
 public:
  // Hands a snapshot to the data plane; an error means that the data plane goes on with what it had.
  using Publish = std::function<Result<void, std::string>(std::shared_ptr<const Snapshot>)>;

  using Number = Result<std::uint64_t, ChangeRefused>;
  using LaterNumber = boost::asio::awaitable<Number>;

  struct Parts {
    Publish publish;
    Publish check =
        {};  // whether publish would work; empty: it would. Asked before a configuration is stored
    Secrets own_secrets = sluice::own_secrets({}).value();  // what services without a secret file sign with
    Store* store = nullptr;                                 // null: nothing lasts
    EventLog* events = nullptr;                             // null: one of its own
    boost::asio::any_io_executor executor =
        {};  // of the control thread; empty: what is owed to the store stays so
  };

  explicit Revisions(Parts parts);
  explicit Revisions(Publish publish) : Revisions(Parts{.publish = std::move(publish)}) {}

  // Called after each configuration that was applied, when it is current.
  void when_applied(std::function<void()> then) { applied_ = std::move(then); }
  // Which rollout moves a service just now, for people; empty: none does.
  using RolloutOf = std::function<std::string(const std::string& service)>;
  void ask_for_rollouts(RolloutOf rollout_of) { rollout_of_ = std::move(rollout_of); }

  // What the store had, before the first apply. That one then goes on from there: the same file as was last
  // applied makes no revision, whatever was done since.
  void restore(std::vector<RevisionRecord> revisions);

  // The next revision from a configuration.
  [[nodiscard]] LaterNumber apply(config::Config config, Provenance by);

  // What apply would refuse it for; nothing is changed.
  [[nodiscard]] std::vector<config::Problem> try_out(const config::Config& config);

  // The whole split of one service: each variant is named once. `if_match`: a revision that the caller has
  // seen the service at; refused when the service has changed since. Weights that are already so make no new
  // revision. Returns the service's revision. A warm-up of the service ends where it stands.
  [[nodiscard]] LaterNumber set_weights(std::string service, NamedWeights weights,
                                        std::optional<std::uint64_t> if_match, Provenance by);

  // Rules, services, variants and splits as that revision had them; targets drain or not as now. Returns the
  // new revision.
  [[nodiscard]] LaterNumber roll_back(std::uint64_t number, Provenance by);

  // The rollouts' engine only. Returns the revision that it is at.
  [[nodiscard]] LaterNumber move(RolloutMove move, Urgency urgency, Provenance by);

  // Testers by a listener, or null for none; makes no revision. False: not now, ask again.
  bool set_test(const std::string& service, std::shared_ptr<const TestTraffic> test);

  // Takes a target out of service, which makes no revision: no new exchange, and those in flight have until
  // `by`. And back. For targets that the configuration has.
  void drain(const TargetName& target, SteadyTime by) { draining_.drain(current().get(), target, by); }
  void undrain(const TargetName& target, SteadyTime now) { draining_.undrain(current().get(), target, now); }
  [[nodiscard]] const Draining& draining() const noexcept { return draining_; }

  // Warm-ups of target groups (warm_up.h) go on in steps: when the next one is due, if one goes on, and what
  // is to be called then. A step is no revision.
  [[nodiscard]] std::optional<SteadyTime> next_step() const noexcept;
  void step(SteadyTime now);
  // The service's split is still on its way to its weights.
  [[nodiscard]] bool is_warming_up(const std::string& service) const { return warm_ups_.contains(service); }

  // What is published. Null until the first apply.
  [[nodiscard]] const std::shared_ptr<const Snapshot>& current() const noexcept {
    return published_.snapshot;
  }
  // As last applied; the weights in it are the file's.
  [[nodiscard]] const config::Config& config() const noexcept { return *published_.config; }
  [[nodiscard]] const History& history() const noexcept { return history_; }
  [[nodiscard]] EventLog& events() noexcept { return *events_; }
  // Something happened that makes no revision. Nobody waits: the event is recorded when it can be, and then
  // in the log. With more than `most_owed` that the store has not taken, it is only in the process' own log.
  void tell(AuditEvent event);
  static constexpr std::size_t most_owed = 10'000;
  // The revision that last changed this service's own split or definition; what its ETag says. 0 for unknown
  // names.
  [[nodiscard]] std::uint64_t service_revision(const std::string& service) const noexcept {
    return number_of(published_, service);
  }
  // How long revisions took from intent to published, in seconds.
  [[nodiscard]] const prometheus::Histogram& publish_seconds() const noexcept { return publish_seconds_; }
  // Revisions in effect, and events, that the store did not take when it was asked, and does not have yet.
  [[nodiscard]] std::size_t unrecorded() const noexcept { return owed_.size(); }

 private:
  using Clock = std::chrono::steady_clock;
  using ServiceRevisions = std::map<std::string, std::uint64_t>;

  // A state of everything: what is published, or what will be when the store has it.
  struct State {
    std::shared_ptr<const Snapshot> snapshot;
    std::shared_ptr<const config::Config> config;
    std::shared_ptr<const RevisionRecord> record;
    std::shared_ptr<const ServiceRevisions> numbers;  // the revision that last changed each service
  };
  struct Draft {
    State state;
    Clock::time_point begin;
    Write write = {};                              // what is stored beside the revision
    std::string service = {};                      // that it is about; empty: about all
    bool ends_warm_up = false;                     // of that service
    std::optional<WarmUp> warm_up = std::nullopt;  // that begins
  };

  [[nodiscard]] Number take_up(const std::string& path);
  [[nodiscard]] Result<Draft, ChangeRefused> draft_of(config::Config config, const Allocations& kept,
                                                      RevisionRecord like, Clock::time_point begin);
  [[nodiscard]] Draft draft_of(const std::string& service, std::shared_ptr<const Snapshot> next,
                               RevisionRecord like, Clock::time_point begin, Urgency urgency);
  void take_warm_up(Draft& draft, bool overtaken);
  [[nodiscard]] Result<std::shared_ptr<const Snapshot>, ChangeRefused> moved(const RolloutMove& move,
                                                                             std::size_t index) const;
  [[nodiscard]] bool is_stable_named(const std::string& service) const;
  [[nodiscard]] RevisionRecord record_like(const std::string& kind, const Provenance& by) const;
  [[nodiscard]] const Service* was(std::size_t place, const Service& service) const noexcept;
  void describe(Draft& draft, RevisionRecord like) const;
  [[nodiscard]] std::shared_ptr<const ServiceRevisions> numbers_after(const State& next) const;
  [[nodiscard]] static tl::unexpected<ChangeRefused> refuse_for(const std::string& rollout,
                                                                const std::string& service);

  [[nodiscard]] LaterNumber commit(Draft draft, Urgency urgency);
  [[nodiscard]] LaterNumber note(Write write, Urgency urgency);
  [[nodiscard]] Write begin(Draft& draft);
  [[nodiscard]] Number take(Draft draft);
  [[nodiscard]] Result<void, std::string> publish(const State& next, Clock::time_point begin);
  void recorded(const Write& write);
  void not_recorded(std::uint64_t epoch);
  void not_published(std::uint64_t number, const std::string& why);
  // What is in effect already and the store did not take, or not yet.
  [[nodiscard]] Store::Done taker(Write write);
  void owe(Write write);
  [[nodiscard]] Write next_owed();
  boost::asio::awaitable<void> settle();

  [[nodiscard]] static std::size_t index_of(const Snapshot& snapshot, const std::string& service) noexcept;
  [[nodiscard]] static std::uint64_t number_of(const State& state, const std::string& service) noexcept;
  // Whether the warm-up is over.
  [[nodiscard]] bool step(const std::string& service, WarmUp& warm_up, SteadyTime now);

  SnapshotBuilder builder_;
  Publish publish_, check_;
  boost::asio::any_io_executor executor_;
  MemoryStore own_store_;
  Store& store_;
  EventLog own_events_;
  EventLog* events_;
  std::function<void()> applied_ = [] {};
  RolloutOf rollout_of_ = [](const std::string&) { return std::string(); };

  State head_;  // what the next change is made from
  State published_;
  std::uint64_t last_number_ = 0;  // given to a revision
  std::uint64_t chain_ = 0;        // what the store will have last, when it has taken all that it was given
  std::uint64_t durable_ = 0;      // what it has last
  std::uint64_t epoch_ = 0;        // goes up when what was drafted before is void
  std::deque<Write> owed_;
  std::string trouble_;  // of the last that was owed

  History history_;
  Draining draining_;
  std::map<std::string, WarmUp> warm_ups_;  // by service
  prometheus::Histogram publish_seconds_;
};

}  // namespace sluice
