#include "proxy/app/app.h"

#include <csignal>

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include "control/admin_address.h"
#include "control/api/admin_server.h"
#include "control/compile_admin.h"
#include "control/file_text.h"
#include "control/list_checks.h"
#include "control/load_config.h"
#include "control/not_acted_upon.h"
#include "control/revisions.h"
#include "control/warm_up_timer.h"
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

// A file that is well-formed and makes sense, or nothing: then the log says why.
std::optional<config::Config> load(const std::string& path) {
  auto loaded = load_config(path);
  if (loaded.problems.empty()) {
    warn_of_unused(loaded.config);
    return std::move(loaded.config);
  }
  log_problems(path, loaded.problems);
  return {};
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

class App {
 public:
  App(const RunOptions& options, config::Config config, Secrets own_secrets, std::unique_ptr<AccessLog> log)
      : path_(options.config),
        config_(std::move(config)),
        log_(std::move(log)),
        plane_(options.workers.value_or(usable_cores()), outcomes_, log_.get()),
        metrics_(std::make_shared<DataPlaneMetrics>(plane_, outcomes_, log_.get())),
        revisions_(
            [this](std::shared_ptr<const Snapshot> snapshot) { return publish(std::move(snapshot)); },
            std::move(own_secrets)),
        warm_ups_(control_, revisions_),
        admin_(control_, AdminSources{.revisions = revisions_,
                                      .outcomes = outcomes_,
                                      .events = events_,
                                      .ready = [this] { return plane_.ready(); },
                                      .check_reports = [this] { return check_reports(prober_.reports()); }}),
        signals_(control_, SIGTERM, SIGINT, SIGHUP),
        grace_(control_),
        scan_timer_(control_) {
    signals_.add(SIGUSR1);
    admin_.register_collectable(metrics_);
    admin_.register_collectable(health_metrics_);
    revisions_.when_applied(
        [this] { prober_.publish(list_checks(revisions_.config(), *revisions_.current())); });
  }

  int run() {
    if (const auto applied = revisions_.apply(config_); !applied) {
      log_problems(path_, applied.error());
      return 1;
    }
    plane_.overload().set_limits(overload_limits(config_.overload));
    if (!take_admin_files(config_)) return 1;
    if (const auto listening = admin_.listen(config_.admin.address); !listening) {
      spdlog::error("admin: {}", listening.error());
      return 1;
    }
    for (const auto& listener : plane_.listeners())
      spdlog::info("listener {} on {}, {} workers", listener.listener->name,
                   with_port(listener.sockets->ip(), listener.sockets->port()), plane_.workers().size());
    if (admin_.port() != 0)
      spdlog::info("admin on port {}, revision {}", admin_.port(), revisions_.current()->revision);
    else
      spdlog::info("admin on {}, revision {}", config_.admin.address, revisions_.current()->revision);
    wait_for_signal();
    scan_later();
    control_.run();
    return 0;
  }

 private:
  // The tokens and the certificate of the admin address, as they are now.
  bool take_admin_files(const config::Config& config) {
    warn_of_open_admin(config);
    config::Findings findings(config);
    auto files = compile_admin(config.admin, findings);
    if (const auto problems = findings.take(); !problems.empty()) {  // since the check
      log_problems(path_, problems);
      return false;
    }
    if (const auto used = admin_.use(files.certificate); !used) {
      spdlog::error("admin.tls: {}", used.error());
      return false;
    }
    admin_.let_in(std::move(files.tokens));
    return true;
  }

  void scan_later() {
    scan_timer_.expires_after(OutlierScan::interval);
    scan_timer_.async_wait([this](const boost::system::error_code& error) {
      if (error) return;
      for (const auto& target : scan_.look(*revisions_.current(), outcomes_.attempts(), std::chrono::steady_clock::now()))
        spdlog::warn("target {} is ejected: it fails more often than the others of its group", target);
      scan_later();
    });
  }

  Result<void, std::string> publish(std::shared_ptr<const Snapshot> snapshot) {
    asio::post(control_, [this] { warm_ups_.arm(); });  // once the revision is made
    return plane_.publish(std::move(snapshot));
  }

  void wait_for_signal() {
    signals_.async_wait([this](const boost::system::error_code& error, int signal) {
      if (error) return;
      on_signal(signal);
      wait_for_signal();
    });
  }

  void on_signal(int signal) {
    if (signal == SIGHUP) return reload();
    if (signal == SIGUSR1) {
      if (log_) log_->reopen();
      return;
    }
    shut_down();
  }

  void reload() {
    auto config = load(path_);
    if (!config) return spdlog::error("reload refused: revision {} goes on", revisions_.current()->revision);
    const auto applied = revisions_.apply(*config);
    if (!applied) {
      log_problems(path_, applied.error());
      return spdlog::error("reload refused: revision {} goes on", revisions_.current()->revision);
    }
    if (config->admin.address == config_.admin.address) std::ignore = take_admin_files(*config);
    if (config->admin.address != config_.admin.address || config->access_log != config_.access_log)
      spdlog::warn("changes of admin.address and access_log take effect at the next start");
    config_.drain = config->drain;
    plane_.overload().set_limits(overload_limits(config->overload));
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
    admin_.stop();
    signals_.cancel();
    scan_timer_.cancel();
    control_.stop();
  }

  std::string path_;
  config::Config config_;
  asio::io_context control_{1};
  Outcomes outcomes_;
  std::unique_ptr<AccessLog> log_;
  DataPlane plane_;
  std::shared_ptr<DataPlaneMetrics> metrics_;
  Prober prober_;
  std::shared_ptr<HealthMetrics> health_metrics_ = std::make_shared<HealthMetrics>(prober_);
  Revisions revisions_;
  WarmUpTimer warm_ups_;
  EventLog events_;
  AdminServer admin_;
  asio::signal_set signals_;
  asio::steady_timer grace_;
  OutlierScan scan_;
  asio::steady_timer scan_timer_;
  std::thread drainer_;
  bool shutting_down_ = false;
};

}  // namespace

int run_proxy(const RunOptions& options) {
  log_to_stderr();
  std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes without MSG_NOSIGNAL
  auto config = load(options.config);
  if (!config) return 1;
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
  App app(options, std::move(*config), std::move(*secrets), std::move(log));
  return app.run();
}

}  // namespace sluice
