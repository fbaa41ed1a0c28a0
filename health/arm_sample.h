// Whether an experiment's users really fall into its arms as its weights say: each user counted once, without
// a list of all users. Kept is the sample of those whose hash is smallest (a bottom-k sketch: Cohen and
// Kaplan, PODC 2007), which is a fair one whatever the users' number is and however often each comes.
#pragma once

#include <cstdint>
#include <mutex>
#include <string_view>
#include <vector>

#include "routing/experiment.h"

namespace sluice {

struct SampledUser {
  std::uint64_t hash;
  std::uint32_t arm;  // index into the experiment's arms
  auto operator<=>(const SampledUser&) const = default;
};

// One worker's sample of one experiment. add() is for that worker, users() for any thread.
class ArmSample {
 public:
  static constexpr std::size_t most = 4096;

  // Begins anew when the arms or their split have changed: what was counted before was expected to be
  // otherwise.
  void add(const Experiment& experiment, const Arm& arm, std::string_view identity);

  // By hash; empty unless they were counted for this very division of the arms.
  [[nodiscard]] std::vector<SampledUser> users(std::uint64_t division) const;

 private:
  mutable std::mutex mutex_;  // taken for hashes below the largest one kept, so ever more rarely
  std::uint64_t division_ = 0;
  std::vector<SampledUser> users_;  // by hash
};

// The workers' samples as one.
[[nodiscard]] std::vector<SampledUser> merge_samples(std::vector<SampledUser> one,
                                                     const std::vector<SampledUser>& other);

// The chance that users who fall into the arms by their shares differ from these counts as much or more
// (Pearson's chi-square test): below 0.001 the experiment is broken, since something but chance decides who
// is seen. 1 if nobody was counted.
[[nodiscard]] double sample_ratio_p_value(const std::vector<std::uint64_t>& users,
                                          const std::vector<double>& shares);

}  // namespace sluice
