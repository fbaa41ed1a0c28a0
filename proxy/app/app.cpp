#include "proxy/app/app.h"

#include <csignal>

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include "control/admin_address.h"
#include "control/compile_admin.h"
#include "control/control_plane.h"
#include "control/file_text.h"
#include "control/list_checks.h"
#include "control/load_config.h"
#include "control/not_acted_upon.h"
#include "health/health_metrics.h"
#include "health/outlier_scan.h"
#include "proxy/cgroup.h"
#include "proxy/data_plane.h"
#include "proxy/metrics.h"
#include "proxy/socket_address.h"

namespace sluice {
namespace {

namespace asio = boost::asio;

void log_to_stderr() {
  auto logger = spdlog::stderr_logger_mt("sluice");
  logger->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %^%l%$ %v");
  spdlog::set_default_logger(std::move(logger));
}

void log_problems(const std::string& file, const std::vector<config::Problem>& problems) {
  for (const auto& problem : problems) spdlog::error("{}", config::to_string(file, problem));
}

bool needs_own_secret(const config::Sticky& sticky) {
  return sticky.cookie ? sticky.cookie->secret_file.empty() : sticky.pin.count() != 0;
}

// Cookies that a restart makes worthless would give every user another identity.
void warn_of_forgotten_secret(const config::Config& config) {
  for (const auto& service : config.services)
    if (needs_own_secret(service.sticky))
      spdlog::warn(
          "service {}: its identity cookies and pins are signed with a secret that a restart forgets; name a "
          "`cookie.secret_file`, or run with --state DIR",
          service.name);
}

void warn_of_open_admin(const config::Config& config) {
  const auto& admin = config.admin;
  if (!admin.tokens_file.empty() && readable_by_others(beside(config.path, admin.tokens_file)))
    spdlog::warn("admin: everybody on this machine may read {}; chmod 640 it", admin.tokens_file);
  if (const auto address = parse_admin_address(admin.address); address && !is_local(*address) && !admin.tls)
    spdlog::warn("admin: tokens go over the network to {} in clear; set `admin.tls`", admin.address);
}

void warn_of_unused(const config::Config& config) {
  std::string keys;
  for (const auto& key : not_acted_upon(config)) keys += (keys.empty() ? "" : ", ") + key;
  if (!keys.empty()) spdlog::warn("read and checked, but not acted upon by this version: {}", keys);
}

// A file that is well-formed and makes sense.
Result<config::Config, ChangeRefused> load(const std::string& path) {
  auto loaded = load_config(path);
  if (!loaded.problems.empty())
    return failure(ChangeRefused{ChangeRefused::Reason::invalid_config, {}, std::move(loaded.problems)});
  warn_of_unused(loaded.config);
  return std::move(loaded.config);
}

// What the checks have to say of the targets that do not pass them.
CheckReports check_reports(const TargetReports& reports) {
  CheckReports told;
  for (auto& report : reports.list())
    if (!report.reason.empty())
      told[{report.target_group, report.target}] = {std::move(report.reason), std::move(report.description)};
  return told;
}

// Where the file says nothing of memory, what the system will not let us exceed: nine tenths of it.
OverloadLimits overload_limits(const config::Overload& overload) {
  const auto limit = cgroup_memory_limit();
  return {.memory = overload.memory.value_or(limit - limit / 10), .loop_lag = overload.loop_lag};
}

void log_refusal(const std::string& file, const ChangeRefused& refused) {
  if (refused.problems.empty()) return spdlog::error("{}", refused.what);
  log_problems(file, refused.problems);
}

// The first problem, and how many more there are.
std::string told_briefly(const std::string& file, const ChangeRefused& refused) {
  if (refused.problems.empty()) return refused.what;
  const auto more = refused.problems.size() - 1;
  return config::to_string(file, refused.problems.front()) +
         (more == 0 ? "" : " (and " + std::to_string(more) + " more)");
}

class App {
 public:
  App(const RunOptions& options, asio::io_context& control, config::Config config, Secrets own_secrets,
      std::unique_ptr<AccessLog> log, OpenStore store)
      : path_(options.config),
        config_(std::move(config)),
        control_(control),
        log_(std::move(log)),
        plane_(options.workers.value_or(usable_cores()), outcomes_, log_.get()),
        metrics_(std::make_shared<DataPlaneMetrics>(plane_, outcomes_, log_.get())),
        control_plane_({.io = control_,
                        .store = std::move(store),
                        .own_secrets = std::move(own_secrets),
                        .config_file = options.config,
                        .speed = options.rollout_speed,
                        .publish = [this](auto snapshot) { return plane_.publish(std::move(snapshot)); },
                        .check = [this](auto snapshot) { return plane_.check(std::move(snapshot)); },
                        .outcomes = outcomes_,
                        .ready = [this] { return plane_.ready(); },
                        .check_reports = [this] { return check_reports(prober_.reports()); }}),
        signals_(control_, SIGTERM, SIGINT, SIGHUP),
        grace_(control_),
        scan_timer_(control_) {
    signals_.add(SIGUSR1);
    control_plane_.admin().register_collectable(metrics_);
    control_plane_.admin().register_collectable(health_metrics_);
    revisions().when_applied([this] { configured(); });
  }

  int run() {
    if (const auto restored = control_plane_.restore(); !restored) {
      spdlog::error("{}", restored.error());
      return 1;
    }
    asio::co_spawn(control_, start(), asio::detached);
    control_.run();
    return exit_code_;
  }

 private:
  [[nodiscard]] Revisions& revisions() { return control_plane_.revisions(); }

  asio::awaitable<void> start() {
    Provenance by{.author = "start", .reason = {}};
    auto config = config_;
    const auto applied = co_await revisions().apply(std::move(config), std::move(by));
    if (!applied) {
      log_refusal(path_, applied.error());
      co_return give_up();
    }
    plane_.overload().set_limits(overload_limits(config_.overload));
    if (!take_admin_files(config_)) co_return give_up();
    if (const auto listening = control_plane_.admin().listen(config_.admin.address); !listening) {
      spdlog::error("admin: {}", listening.error());
      co_return give_up();
    }
    for (const auto& listener : plane_.listeners())
      spdlog::info("listener {} on {}, {} workers", listener.listener->name,
                   with_port(listener.sockets->ip(), listener.sockets->port()), plane_.workers().size());
    auto& admin = control_plane_.admin();
    spdlog::info("admin on {}, revision {}",
                 admin.port() != 0 ? "port " + std::to_string(admin.port()) : config_.admin.address,
                 revisions().current()->revision);
    wait_for_signal();
    scan_later();
    control_plane_.run();
  }

  void give_up() {
    exit_code_ = 1;
    control_.stop();
  }

  void configured() {
    control_plane_.configured();
    prober_.publish(list_checks(revisions().config(), *revisions().current()));
  }

  // The tokens and the certificate of the admin address, as they are now.
  bool take_admin_files(const config::Config& config) {
    warn_of_open_admin(config);
    config::Findings findings(config);
    auto files = compile_admin(config.admin, findings);
    if (const auto problems = findings.take(); !problems.empty()) {  // since the check
      log_problems(path_, problems);
      return false;
    }
    if (const auto used = control_plane_.admin().use(files.certificate); !used) {
      spdlog::error("admin.tls: {}", used.error());
      return false;
    }
    control_plane_.admin().let_in(std::move(files.tokens));
    return true;
  }

  void scan_later() {
    scan_timer_.expires_after(OutlierScan::interval);
    scan_timer_.async_wait([this](const boost::system::error_code& error) {
      if (error) return;
      for (const auto& target :
           scan_.look(*revisions().current(), outcomes_.attempts(), std::chrono::steady_clock::now()))
        spdlog::warn("target {} is ejected: it fails more often than the others of its group", target);
      scan_later();
    });
  }

  void wait_for_signal() {
    signals_.async_wait([this](const boost::system::error_code& error, int signal) {
      if (error) return;
      on_signal(signal);
      wait_for_signal();
    });
  }

  void on_signal(int signal) {
    if (signal == SIGHUP) return asio::co_spawn(control_, reload(), asio::detached);
    if (signal == SIGUSR1) {
      if (log_) log_->reopen();
      return;
    }
    shut_down();
  }

  void refuse_reload(const ChangeRefused& refused) {
    log_refusal(path_, refused);
    spdlog::error("reload refused: revision {} goes on", revisions().current()->revision);
    AuditEvent event;
    event.author = "SIGHUP";
    event.kind = "config.refused";
    event.text = told_briefly(path_, refused);
    revisions().tell(std::move(event));
  }

  asio::awaitable<void> reload() {
    auto config = load(path_);
    if (!config) co_return refuse_reload(config.error());
    const auto next = *config;
    Provenance by{.author = "SIGHUP", .reason = {}};
    const auto applied = co_await revisions().apply(*std::move(config), std::move(by));
    if (!applied) co_return refuse_reload(applied.error());
    if (next.admin.address == config_.admin.address) std::ignore = take_admin_files(next);
    if (next.admin.address != config_.admin.address || next.access_log != config_.access_log)
      spdlog::warn("changes of admin.address and access_log take effect at the next start");
    config_.drain = next.drain;
    plane_.overload().set_limits(overload_limits(next.overload));
    spdlog::info("reloaded: revision {}", *applied);
  }

  // A lame duck first, so that load balancers notice; then the drain. A second signal cuts the grace short.
  void shut_down() {
    if (shutting_down_) {
      grace_.cancel();
      return;
    }
    shutting_down_ = true;
    plane_.become_lame_duck();
    spdlog::info("shutting down: unready, accepting for {} ms more", config_.drain.grace.count());
    grace_.expires_after(config_.drain.grace);
    grace_.async_wait([this](const boost::system::error_code&) {
      drainer_ = std::thread([this] {
        if (plane_.drain(config_.drain.deadline)) {
          spdlog::info("drained");
        } else {
          spdlog::warn("drained: connections were cut off after {} ms", config_.drain.deadline.count());
        }
        asio::post(control_, [this] { end(); });
      });
    });
  }

  void end() {
    drainer_.join();
    control_plane_.stop();
    signals_.cancel();
    scan_timer_.cancel();
    control_.stop();
  }

  std::string path_;
  config::Config config_;
  asio::io_context& control_;
  Outcomes outcomes_;
  std::unique_ptr<AccessLog> log_;
  DataPlane plane_;
  std::shared_ptr<DataPlaneMetrics> metrics_;
  Prober prober_;
  std::shared_ptr<HealthMetrics> health_metrics_ = std::make_shared<HealthMetrics>(prober_);
  ControlPlane control_plane_;
  asio::signal_set signals_;
  asio::steady_timer grace_;
  OutlierScan scan_;
  asio::steady_timer scan_timer_;
  std::thread drainer_;
  bool shutting_down_ = false;
  int exit_code_ = 0;
};

}  // namespace

int run_proxy(const RunOptions& options) {
  log_to_stderr();
  std::signal(SIGPIPE, SIG_IGN);  // libraries write without MSG_NOSIGNAL
  auto config = load(options.config);
  if (!config) {
    log_refusal(options.config, config.error());
    return 1;
  }
  std::unique_ptr<AccessLog> log;
  if (config->access_log) {
    auto opened = AccessLog::open(config->access_log->path);
    if (!opened) {
      spdlog::error("{}", opened.error());
      return 1;
    }
    log = std::move(*opened);
  }
  auto secrets = own_secrets(options.state);
  if (!secrets) {
    spdlog::error("{}", secrets.error());
    return 1;
  }
  if (options.state.empty()) warn_of_forgotten_secret(*config);
  asio::io_context control{1};
  auto store = open_store(options.state, control);
  if (!store) {
    spdlog::error("{}", store.error());
    return 1;
  }
  App app(options, control, std::move(*config), std::move(*secrets), std::move(log), *std::move(store));
  return app.run();
}

}  // namespace sluice
