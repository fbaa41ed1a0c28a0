// What the endpoints of the admin API answer from. One per process, for the control thread.
#pragma once

#include <prometheus/collectable.h>

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "control/api/access.h"
#include "control/api/control_metrics.h"
#include "control/api/message.h"
#include "control/api/rates.h"
#include "control/api/request_guard.h"
#include "control/event_log.h"
#include "control/revisions.h"
#include "control/rollout/engine.h"
#include "control/target_survey.h"
#include "health/outcomes.h"

namespace sluice {

struct AdminSources {
  Revisions& revisions;
  Engine& rollouts;
  const Outcomes& outcomes;
  EventLog& events;
  std::function<bool()> ready;  // whether load balancers should send traffic
  std::function<CheckReports()> check_reports = {};  // of the active checks; empty: there are none
  std::function<ControlCounts()> counts = [] { return ControlCounts(); };
};

class AdminApi {
 public:
  using Clock = std::chrono::steady_clock;

  explicit AdminApi(AdminSources sources) : sources_(std::move(sources)) { sample(); }

  // The answer to a request, whatever it asks; never throws for what a client sent.
  // Some wait: the API must live until they have come back, and is to be told when its sources go before.
  [[nodiscard]] boost::asio::awaitable<ApiResponse> answer(ApiRequest request);

  // The sources may be gone from now on.
  void stop() noexcept { stopped_ = true; }
  [[nodiscard]] bool stopped() const noexcept { return stopped_; }

  // Reads the outcomes for the rates; called every second, and before rates are told.
  void sample();

  [[nodiscard]] Revisions& revisions() noexcept { return sources_.revisions; }
  [[nodiscard]] Engine& rollouts() const noexcept { return sources_.rollouts; }
  // Takes back every rollout that moves a service just now, of one service or of all (empty); the refusal of
  // the first that cannot be, or nothing.
  [[nodiscard]] boost::asio::awaitable<std::optional<ApiResponse>> abort_rollouts(std::string service,
                                                                                  std::string author);
  [[nodiscard]] EventLog& events() noexcept { return sources_.events; }
  [[nodiscard]] const Rates& rates() const noexcept { return rates_; }
  [[nodiscard]] ExposureTotals exposures() const { return sources_.outcomes.exposures(); }
  [[nodiscard]] TargetSurvey survey() const;
  [[nodiscard]] bool ready() const { return sources_.ready(); }
  [[nodiscard]] std::chrono::duration<double> uptime() const { return Clock::now() - start_; }

  void guard_with(RequestGuard guard) { guard_ = std::move(guard); }
  void let_in(std::optional<Tokens> tokens) { access_.take(std::move(tokens)); }
  [[nodiscard]] const std::optional<Tokens>& tokens() const noexcept { return access_.tokens(); }
  void register_collectable(const std::weak_ptr<prometheus::Collectable>& collectable) {
    collectables_.push_back(collectable);
  }
  // Everything for /metrics: the registered collectables' families and control's own.
  [[nodiscard]] std::vector<prometheus::MetricFamily> collect();

 private:
  AdminSources sources_;
  bool stopped_ = false;
  RequestGuard guard_;
  Access access_;
  Rates rates_;
  Clock::time_point start_ = Clock::now();
  std::vector<std::weak_ptr<prometheus::Collectable>> collectables_;
};

}  // namespace sluice
