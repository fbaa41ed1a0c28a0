#include "proxy/cgroup.h"

#include <algorithm>
#include <fstream>

namespace sluice {

std::vector<std::string> cgroup_folders() {
  std::ifstream file("/proc/self/cgroup");
  std::vector<std::string> folders;
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("0::/")) continue;
    for (auto path = line.substr(3); path.size() > 1; path.erase(path.rfind('/')))
      folders.push_back("/sys/fs/cgroup" + path);
    folders.push_back("/sys/fs/cgroup");
  }
  return folders;
}

std::uint64_t cgroup_memory_limit() {
  std::uint64_t smallest = 0;
  for (const auto& folder : cgroup_folders()) {
    std::ifstream file(folder + "/memory.max");
    std::uint64_t limit = 0;  // "max" is no number
    if (file >> limit && limit != 0) smallest = smallest == 0 ? limit : std::min(smallest, limit);
  }
  return smallest;
}

}  // namespace sluice
