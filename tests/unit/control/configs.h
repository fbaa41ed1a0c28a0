// Configurations for tests, and what the reader and the checks say about them.
#pragma once

#include <string>
#include <vector>

#include "control/config_check.h"
#include "control/config_yaml.h"

namespace sluice {

inline const std::string quickstart = R"(admin: { address: 127.0.0.1:9900 }
listeners:
  - name: web
    address: 127.0.0.1:8080
    default: { forward: shop }
services:
  shop:
    variants:
      blue:  { target_group: shop-blue,  weight: 90 }
      green: { target_group: shop-green, weight: 10 }
    sticky:
      identity: [cookie:user_id, header:X-User-Id]
target_groups:
  shop-blue:  { targets: [127.0.0.1:9001] }
  shop-green: { targets: [127.0.0.1:9002] }
)";

// `text` with the first `from` replaced.
inline std::string with(std::string text, const std::string& from, const std::string& to) {
  return text.replace(text.find(from), from.size(), to);
}

// "LINE:COL: KEY: what" of each problem.
inline std::vector<std::string> lines(const std::vector<config::Problem>& problems) {
  std::vector<std::string> result;
  for (const auto& problem : problems) result.push_back(config::to_string("", problem).substr(1));
  return result;
}

inline std::vector<std::string> reading_problems(const std::string& text) {
  return lines(read_config_text(text, "sluice.yaml").problems);
}

// Of a file that must read well.
inline std::vector<std::string> check_problems(const std::string& text,
                                               const std::string& path = "sluice.yaml") {
  const auto parsed = read_config_text(text, path);
  if (!parsed.problems.empty()) return lines(parsed.problems);
  return lines(check_config(parsed.config));
}

}  // namespace sluice
