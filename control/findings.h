// The problems that a pass over a read configuration finds, each placed by its key path.
#pragma once

#include <string>
#include <vector>

#include "control/config.h"

namespace sluice::config {

class Findings {
 public:
  explicit Findings(const Config& config) : config_(config) {}

  void add(const std::string& key, std::string what) {
    problems_.push_back({config_.mark_of(key), key, std::move(what)});
  }
  [[nodiscard]] const Config& config() const noexcept { return config_; }
  // A file that the configuration names: relative to the configuration's own.
  [[nodiscard]] std::string file(const std::string& name) const;
  // In the order of the file.
  [[nodiscard]] std::vector<Problem> take();
  [[nodiscard]] bool empty() const { return problems_.empty(); }

 private:
  const Config& config_;
  std::vector<Problem> problems_;
};

void sort_by_place(std::vector<Problem>& problems);

// "listeners", 2 → "listeners[2]"
[[nodiscard]] std::string indexed(const std::string& key, std::size_t index);

}  // namespace sluice::config
