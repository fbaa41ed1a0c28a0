// The one place that changes routing intent: a configuration file or new weights become the next revision,
// are published to the data plane, and only then are current. The proxy's main calls it at start and on
// SIGHUP, the admin API for weights. Control thread only.
#pragma once

#include <prometheus/histogram.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "control/config.h"
#include "control/draining.h"
#include "control/snapshot_builder.h"
#include "control/warm_up.h"
#include "routing/result.h"
#include "routing/snapshot.h"

namespace sluice {

// Why new weights were not taken; nothing has changed then.
struct WeightsRefused {
  enum class Reason {
    no_such_service,
    no_such_variant,
    variant_missing,
    named_twice,
    all_zero,
    too_fine,
    stale,
    not_published
  };
  Reason reason;
  std::string what;  // for people, with what would be right
};

using NamedWeights = std::vector<std::pair<std::string, Weight>>;

class Revisions {
 public:
  // Hands a snapshot to the data plane; an error means that the data plane goes on with what it had.
  using Publish = std::function<Result<void, std::string>(std::shared_ptr<const Snapshot>)>;

  // `own_secrets`: what services that name no secret file sign with.
  explicit Revisions(Publish publish, Secrets own_secrets = sluice::own_secrets({}).value());

  // Called after each configuration that was applied, when it is current.
  void when_applied(std::function<void()> then) { applied_ = std::move(then); }

  // The next revision from a configuration; the number of it, or all problems.
  [[nodiscard]] Result<std::uint64_t, std::vector<config::Problem>> apply(const config::Config& config);

  // The whole split of one service: each variant is named once. `if_match`: a revision that the caller has
  // seen the service at; refused when the service has changed since. Weights that are already so make no new
  // revision. Returns the service's revision. A warm-up of the service ends where it stands.
  [[nodiscard]] Result<std::uint64_t, WeightsRefused> set_weights(const std::string& service,
                                                                  const NamedWeights& weights,
                                                                  std::optional<std::uint64_t> if_match);

  // Takes a target out of service, which makes no revision: no new exchange, and those in flight have until
  // `by`. And back. For targets that the configuration has.
  void drain(const TargetName& target, SteadyTime by) { draining_.drain(current_.get(), target, by); }
  void undrain(const TargetName& target, SteadyTime now) { draining_.undrain(current_.get(), target, now); }
  [[nodiscard]] const Draining& draining() const noexcept { return draining_; }

  // Warm-ups of target groups (warm_up.h) go on in steps: when the next one is due, if one goes on, and what is
  // to be called then. A step is no revision.
  [[nodiscard]] std::optional<SteadyTime> next_step() const noexcept;
  void step(SteadyTime now);
  // The service's split is still on its way to its weights.
  [[nodiscard]] bool is_warming_up(const std::string& service) const { return warm_ups_.contains(service); }

  // Null until the first apply.
  [[nodiscard]] const std::shared_ptr<const Snapshot>& current() const noexcept { return current_; }
  // As last applied; the weights in it are the file's.
  [[nodiscard]] const config::Config& config() const noexcept { return config_; }
  // The revision that last changed this service's own split or definition; what its ETag says. 0 for unknown
  // names.
  [[nodiscard]] std::uint64_t service_revision(const std::string& service) const noexcept;
  // How long revisions took from intent to published, in seconds.
  [[nodiscard]] const prometheus::Histogram& publish_seconds() const noexcept { return publish_seconds_; }

 private:
  [[nodiscard]] std::uint64_t next_revision() const noexcept { return current_ ? current_->revision + 1 : 1; }
  [[nodiscard]] Result<void, std::string> publish(std::shared_ptr<const Snapshot> next,
                                                  std::chrono::steady_clock::time_point begin);

  [[nodiscard]] std::size_t index_of(const std::string& service) const noexcept;
  // Whether the warm-up is over.
  [[nodiscard]] bool step(const std::string& service, WarmUp& warm_up, SteadyTime now);

  SnapshotBuilder builder_;
  Publish publish_;
  std::function<void()> applied_ = [] {};
  config::Config config_;
  std::shared_ptr<const Snapshot> current_;
  Draining draining_;
  std::map<std::string, std::uint64_t> service_revisions_;
  std::map<std::string, WarmUp> warm_ups_;  // by service
  prometheus::Histogram publish_seconds_;
};

}  // namespace sluice
