#include "control/config_yaml.h"

#include <yaml-cpp/yaml.h>

#include "control/file_text.h"
#include "control/findings.h"
#include "control/read_experiment.h"
#include "control/read_freeze.h"
#include "control/read_listener.h"
#include "control/read_notification.h"
#include "control/read_protection.h"
#include "control/read_service.h"
#include "control/read_strategy.h"
#include "control/scalars.h"
#include "control/yaml_reader.h"

namespace sluice {
namespace config {
namespace {

using namespace std::chrono_literals;

void read_admin(Mapping& admin, Admin& into) {
  admin.read("address", into.address, some_text);
  admin.read("tokens_file", into.tokens_file, some_text);
  admin.section("tls", [&](Mapping& tls) {
    auto& files = into.tls.emplace();
    tls.require("cert", files.cert, some_text);
    tls.require("key", files.key, some_text);
  });
}

void read_drain(Mapping& drain, Drain& into) {
  drain.read("grace", into.grace, duration(0ms, 1h));
  drain.read("deadline", into.deadline, duration(0ms, 24h));
}

void read_access_log(Mapping& log, AccessLog& into) {
  log.read("path", into.path, some_text);
  log.read("format", into.format, one_of({{"json"}, {"alb"}}));
}

void read_file(Mapping& file, Config& into) {
  file.section("admin", [&](Mapping& admin) { read_admin(admin, into.admin); });
  file.read("zone", into.zone, some_text);
  if (const auto trusted = file.find("trusted")) trusted->read_list(into.trusted, some_text);
  file.section("drain", [&](Mapping& drain) { read_drain(drain, into.drain); });
  file.section("access_log", [&](Mapping& log) { read_access_log(log, into.access_log.emplace()); });
  file.section("overload", [&](Mapping& overload) { read_overload(overload, into.overload); });
  file.require("listeners");
  file.each("listeners", [&](const Value& value) { into.listeners.push_back(read_listener(value)); });
  file.each_named("services", [&](const std::string& name, const Value& value) {
    into.services.push_back(read_service(name, value));
  });
  file.each_named("target_groups", [&](const std::string& name, const Value& value) {
    into.target_groups.push_back(read_target_group(name, value));
  });
  file.each_named("experiments", [&](const std::string& name, const Value& value) {
    into.experiments.push_back(read_experiment(name, value));
  });
  file.each_named("strategies", [&](const std::string& name, const Value& value) {
    into.strategies.push_back(read_strategy(name, value));
  });
  file.each("freeze", [&](const Value& value) { into.freeze.push_back(read_freeze(value)); });
  file.each("notifications",
            [&](const Value& value) { into.notifications.push_back(read_notification(value)); });
  file.not_supported({"aws", "register"});
  file.ignore_prefix("x-");  // a place for YAML anchors
}

}  // namespace

std::vector<std::string> known_keys() {
  Reading reading{.what = Reading::Of::keys, .problems = {}, .marks = {}, .keys = {}};
  Config unused;
  Value(reading, {}, {}).mapping([&](Mapping& file) { read_file(file, unused); });
  return {reading.keys.begin(), reading.keys.end()};
}

}  // namespace config

namespace {

void read_document(const std::string& text, ParsedConfig& into) {
  config::Reading reading;
  try {
    const auto documents = YAML::LoadAll(text);
    const auto root = documents.empty() ? YAML::Node() : documents.front();
    const config::Value document(reading, root, {"", "", {1, 1}});
    if (documents.size() > 1) document.problem("the file has more than one YAML document");
    document.mapping([&](config::Mapping& file) { config::read_file(file, into.config); });
  } catch (const YAML::Exception& error) {
    reading.problems.push_back({{error.mark.line + 1, error.mark.column + 1}, "", "not YAML: " + error.msg});
  }
  config::sort_by_place(reading.problems);
  into.problems = std::move(reading.problems);
  into.config.marks = std::move(reading.marks);
}

}  // namespace

ParsedConfig read_config_text(std::string text, const std::string& path) {
  ParsedConfig parsed;
  parsed.config.path = path;
  read_document(text, parsed);
  parsed.config.text = std::move(text);
  return parsed;
}

ParsedConfig read_config(const std::string& path) {
  auto text = read_file_text(path);
  if (text) return read_config_text(*std::move(text), path);
  ParsedConfig parsed;
  parsed.config.path = path;
  parsed.problems.push_back({{0, 0}, "", text.error()});
  return parsed;
}

}  // namespace sluice
