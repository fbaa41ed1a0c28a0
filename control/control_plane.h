// Everything of the control plane, put together: the store and what it had, revisions, rollouts with their
// hooks, warm-ups, the admin API. The app gives it the way to the data plane. Control thread only.
#pragma once

#include <boost/asio/io_context.hpp>

#include <functional>
#include <memory>
#include <string>

#include "control/api/admin_server.h"
#include "control/event_log.h"
#include "control/revisions.h"
#include "control/rollout/engine.h"
#include "control/rollout/hook_runner.h"
#include "control/rollout/notifier.h"
#include "control/warm_up_timer.h"

namespace sluice {

// A store that is open, and what it had.
struct OpenStore {
  std::unique_ptr<Store> store;
  Stored stored;
};

// In the state directory, or in memory where that is empty. The error is for people.
[[nodiscard]] Result<OpenStore, std::string> open_store(const std::string& state,
                                                        boost::asio::io_context& io);

class ControlPlane {
 public:
  struct Parts {
    boost::asio::io_context& io;
    OpenStore store;
    Secrets own_secrets;
    std::string config_file;
    double speed = 1;  // of rollouts, for rehearsals
    Revisions::Publish publish, check;
    const Outcomes& outcomes;
    std::function<bool()> ready;
    std::function<CheckReports()> check_reports;
  };

  explicit ControlPlane(Parts parts);

  // A rollout of the store that cannot be read. Before anything else.
  [[nodiscard]] Result<void, std::string> restore();
  // Once the first configuration is current.
  void run() { rollouts_.run(); }
  void stop();

  [[nodiscard]] Revisions& revisions() noexcept { return revisions_; }
  [[nodiscard]] AdminServer& admin() noexcept { return admin_; }
  // After each configuration that was applied.
  void configured();

 private:
  [[nodiscard]] Result<void, std::string> publish(std::shared_ptr<const Snapshot> snapshot);
  void tell(const RolloutNews& news);

  boost::asio::io_context& io_;
  OpenStore store_;
  Revisions::Publish publish_;
  EventLog events_;
  Revisions revisions_;
  HookRunner hooks_;
  Notifier notifier_;
  Engine rollouts_;
  WarmUpTimer warm_ups_;
  AdminServer admin_;
};

}  // namespace sluice
