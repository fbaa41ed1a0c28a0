// The configuration file as plain structs: what was typed, with defaults filled in, before anything is
// compiled. config_yaml reads it, config_check judges it, snapshot_builder compiles it. Times and sizes are
// already in base units.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "control/freeze_config.h"
#include "control/health_config.h"
#include "control/notification_config.h"
#include "control/protection_config.h"
#include "control/retry_config.h"
#include "control/strategy_config.h"
#include "routing/listener.h"
#include "routing/service.h"
#include "routing/target_group.h"

namespace sluice::config {

// Where in the file something stands, for messages: "sluice.yaml:12:7". 1-based.
struct Mark {
  int line = 0;
  int column = 0;
};

struct CertificateFiles {
  std::string cert;  // relative to the configuration file
  std::string key;
  std::string ocsp;  // empty: none
};

struct Admin {
  std::string address = "127.0.0.1:9900";  // or "unix:/run/sluice.sock"
  std::string tokens_file;                 // relative to the configuration file; empty: none
  std::optional<CertificateFiles> tls;
};

struct Drain {
  std::chrono::milliseconds grace{0};
  std::chrono::milliseconds deadline{30'000};
};

struct AccessLog {
  std::string path = "stdout";  // or a file
  std::string format = "json";
  bool operator==(const AccessLog&) const = default;
};

struct FixedResponse {
  int status = 0;
  std::string content_type;
  std::string body;
};
struct Redirect {  // templates with #{tokens}
  std::string protocol = "#{protocol}";
  std::string host = "#{host}";
  std::string port = "#{port}";
  std::string path = "/#{path}";
  std::string query = "#{query}";
  int status = 302;
};
struct Forward {
  std::string service;
};
using Action = std::variant<Forward, FixedResponse, Redirect>;

struct Rewrite {
  std::string regex;
  std::string replace;
};
struct Rule {
  int priority = 0;
  std::vector<Condition> conditions;  // routing's own type: a condition is what it says
  Action action;
  std::optional<Rewrite> url_rewrite;
  std::optional<Rewrite> host_header_rewrite;
  HeaderEdits response_headers;  // routing's own type too
  std::optional<RateLimit> rate_limit = std::nullopt;
  std::optional<Fault> fault = std::nullopt;
};

struct ClientAuthFiles {
  ClientAuth::Mode mode = ClientAuth::Mode::off;
  std::string ca;
  std::string crl;
};
struct ListenerTls {
  std::vector<CertificateFiles> certificates;
  const TlsPolicy* policy = &default_tls_policy();
  ClientAuthFiles client_auth;
};

enum class ListenerProtocol { http, https };

struct Listener {
  std::string name;
  std::string address;
  ListenerProtocol protocol = ListenerProtocol::http;
  bool h2c = false;
  std::string health_path;
  EscapedSlashes escaped_slashes = EscapedSlashes::reject;
  bool proxy_protocol = false;
  std::optional<ListenerTls> tls;
  ListenerLimits limits;
  std::optional<RateLimit> rate_limit = std::nullopt;
  std::vector<Rule> rules;
  Action fallback = FixedResponse{404, "text/plain", "no such service\n"};  // `default:` in the file
};

struct Variant {
  std::string name;
  std::string target_group;
  Weight weight;
};

struct StickyCookie {
  std::string name = "sluice_id";
  std::chrono::seconds max_age{30 * 24 * 3600};
  std::string secret_file;  // empty: the secret that Sluice makes itself
};
struct Sticky {
  std::vector<IdentitySource> identity;
  std::optional<StickyCookie> cookie;
  std::string salt;  // empty: the service's name
  HashMethod hash = HashMethod::sluice;
  std::chrono::seconds pin{0};  // 0: off
};

struct Service {
  std::string name;
  std::vector<Variant> variants;  // in the order of the file
  std::string stable;             // empty: the one with the largest first weight
  Sticky sticky;
  Fallback fallback = Fallback::stable;
  std::optional<Retry> retry = std::nullopt;
  std::optional<Mirror> mirror = std::nullopt;
};

struct Arm {
  std::string name;
  Weight weight;
  std::vector<std::pair<std::string, FlagValue>> flags;
  std::string variant;  // empty: none is forced
};
struct Experiment {
  std::string name;
  std::string service;
  std::string exclusive;             // empty: excludes no other
  Weight share{100 * Weight::unit};  // per cent
  std::vector<Condition> conditions;
  std::vector<Arm> arms;
};

struct Target {
  std::string address;
  std::uint32_t weight = 1;
  std::string zone;
};
struct TargetGroupTls {
  bool verify = true;
  std::string server_name;
  std::string ca;  // a file
};
struct TargetGroup {
  std::string name;
  std::vector<Target> targets;
  UpstreamProtocol protocol = UpstreamProtocol::http1;
  std::optional<TargetGroupTls> tls;
  TargetGroupLimits limits;
  bool proxy_protocol = false;
  Capacity capacity = {};  // the rest of `limits:`
  std::optional<AdaptiveBounds> adaptive_concurrency = std::nullopt;
  Algorithm algorithm = Algorithm::round_robin;
  HashBy hash_by = {};
  std::optional<HealthCheck> health_check = std::nullopt;
  Outlier outlier = {};
  Weight panic_threshold = {};  // `outlier.panic_threshold`, per cent
  std::chrono::milliseconds slow_start{0};
  std::chrono::milliseconds deregistration_delay{300'000};
};

struct Config {
  std::string path;  // the file that this came from, for messages and relative names
  std::string text;  // what was read
  Admin admin;
  std::string zone;                  // where Sluice runs itself; empty: not said
  std::vector<std::string> trusted;  // CIDR blocks as typed
  Drain drain;
  std::optional<AccessLog> access_log;
  Overload overload;
  std::vector<Listener> listeners;
  std::vector<Service> services;
  std::vector<TargetGroup> target_groups;
  std::vector<Experiment> experiments;
  std::vector<Strategy> strategies;
  std::vector<FreezeWindow> freeze;
  std::vector<Notification> notifications;
  std::map<std::string, Mark> marks;  // by key path ("listeners[0].address"): where its value stands

  // Where a key path stands; for one that is not in the file, its nearest parent.
  [[nodiscard]] Mark mark_of(std::string key) const;
};

// One thing that is wrong, with what would be right.
struct Problem {
  Mark mark;
  std::string key;   // "listeners[0].rules[1].forward"
  std::string what;  // "no service `shp`; did you mean `shop`?"
};

// "FILE:LINE:COL: KEY.PATH: what", as `sluice check` and a refused reload print it.
[[nodiscard]] std::string to_string(const std::string& file, const Problem& problem);

}  // namespace sluice::config
