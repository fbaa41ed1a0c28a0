#include "control/config.h"

namespace sluice::config {

Mark Config::mark_of(std::string key) const {
  while (!key.empty()) {
    if (const auto found = marks.find(key); found != marks.end()) return found->second;
    const auto end = key.find_last_of(".[");
    key.resize(end == std::string::npos ? 0 : end);
  }
  return {1, 1};
}

std::string to_string(const std::string& file, const Problem& problem) {
  const auto place =
      file + ":" + std::to_string(problem.mark.line) + ":" + std::to_string(problem.mark.column) + ": ";
  return problem.key.empty() ? place + problem.what : place + problem.key + ": " + problem.what;
}

}  // namespace sluice::config
