// The cgroup (version 2) that this process is in, and those around it: each may set a limit of its own.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sluice {

// Their folders, from our own up to the root: "/sys/fs/cgroup/a/b", "/sys/fs/cgroup/a", "/sys/fs/cgroup".
[[nodiscard]] std::vector<std::string> cgroup_folders();

// The smallest memory limit of them, bytes; 0: there is none.
[[nodiscard]] std::uint64_t cgroup_memory_limit();

}  // namespace sluice
