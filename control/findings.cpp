#include "control/findings.h"

#include <algorithm>
#include <utility>

#include "control/file_text.h"

namespace sluice::config {

std::string Findings::file(const std::string& name) const {
  return beside(config_.path, name);
}

std::vector<Problem> Findings::take() {
  sort_by_place(problems_);
  return std::exchange(problems_, {});
}

void sort_by_place(std::vector<Problem>& problems) {
  std::ranges::stable_sort(problems, [](const Problem& a, const Problem& b) {
    return std::pair(a.mark.line, a.mark.column) < std::pair(b.mark.line, b.mark.column);
  });
}

std::string indexed(const std::string& key, std::size_t index) {
  return key + "[" + std::to_string(index) + "]";
}

}  // namespace sluice::config
