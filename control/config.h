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

#include "routing/listener.h"
#include "routing/service.h"
#include "routing/target_group.h"

namespace sluice::config {

// Where in the file something stands, for messages: "sluice.yaml:12:7". 1-based.
struct Mark {
  int line = 0;
  int column = 0;
};

struct Admin {
  std::string address = "127.0.0.1:9900";
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
struct Forward {
  std::string service;
};
using Action = std::variant<Forward, FixedResponse>;

struct Rule {
  int priority = 0;
  std::vector<Condition> conditions;  // routing's own type: a condition is what it says
  Action action;
};

struct CertificateFiles {
  std::string cert;  // relative to the configuration file
  std::string key;
};
struct ListenerTls {
  std::vector<CertificateFiles> certificates;
};

enum class ListenerProtocol { http, https };

struct Listener {
  std::string name;
  std::string address;
  ListenerProtocol protocol = ListenerProtocol::http;
  std::string health_path;
  std::optional<ListenerTls> tls;
  ListenerLimits limits;
  std::vector<Rule> rules;
  Action fallback = FixedResponse{404, "text/plain", "no such service\n"};  // `default:` in the file
};

struct Variant {
  std::string name;
  std::string target_group;
  Weight weight;
};

struct Service {
  std::string name;
  std::vector<Variant> variants;  // in the order of the file
  std::string stable;             // empty: the first variant
  std::vector<IdentitySource> identity;
  std::string salt;  // empty: the service's name
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
  std::optional<TargetGroupTls> tls;
  TargetGroupLimits limits;
};

struct Config {
  std::string path;  // the file that this came from, for messages and relative names
  Admin admin;
  std::vector<std::string> trusted;  // CIDR blocks as typed
  Drain drain;
  std::optional<AccessLog> access_log;
  std::vector<Listener> listeners;
  std::vector<Service> services;
  std::vector<TargetGroup> target_groups;
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
