#include <sched.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <string>

#include "proxy/cgroup.h"
#include "proxy/data_plane.h"

namespace sluice {
namespace {

// cgroup v2's cpu.max ("200000 100000"), in cores; 0 if there is no quota.
double quota_of(const std::string& folder) {
  std::ifstream file(folder + "/cpu.max");
  std::string quota;
  double period = 0;
  if (!(file >> quota >> period) || quota == "max" || period <= 0) return 0;
  return std::stod(quota) / period;
}

// The smallest quota on the way from our own cgroup up to the root.
double cgroup_quota() {
  double smallest = 0;
  for (const auto& folder : cgroup_folders())
    if (const double quota = quota_of(folder); quota > 0 && (smallest == 0 || quota < smallest))
      smallest = quota;
  return smallest;
}

}  // namespace

unsigned usable_cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  unsigned cores = 1;
  if (::sched_getaffinity(0, sizeof set, &set) == 0) cores = static_cast<unsigned>(CPU_COUNT(&set));
  if (const double quota = cgroup_quota(); quota > 0)
    cores = std::min(cores, static_cast<unsigned>(std::ceil(quota)));
  return std::max(cores, 1U);
}

}  // namespace sluice
