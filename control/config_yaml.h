// The configuration file, from YAML to config::Config. `sluice check`, `run` and `apply` start here;
// config_check comes next.
#pragma once

#include <string>
#include <vector>

#include "control/config.h"

namespace sluice {

// The config is complete only if there is no problem. Problems are in the order of the file.
struct ParsedConfig {
  sluice::config::Config config;
  std::vector<sluice::config::Problem> problems;
};

// A file that cannot be read is a problem at 0:0.
[[nodiscard]] ParsedConfig read_config(const std::string& path);

// `path` is for messages and for the names of files, which are relative to it.
[[nodiscard]] ParsedConfig read_config_text(std::string text, const std::string& path);

namespace config {
// Every key that the reader asks for, sorted, as patterns: "services.NAME.variants.NAME.weight",
// "listeners[].name".
[[nodiscard]] std::vector<std::string> known_keys();
}  // namespace config

}  // namespace sluice
