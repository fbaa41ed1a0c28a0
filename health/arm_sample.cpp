#include "health/arm_sample.h"

#include <algorithm>
#include <boost/math/special_functions/gamma.hpp>
#include <iterator>
#include <numeric>

namespace sluice {

void ArmSample::add(const Experiment& experiment, const Arm& arm, std::string_view identity) {
  static const auto seed = salt_seed("sample");
  const bool anew = experiment.division != division_;
  const auto hash = point_of(seed, identity);
  if (!anew && users_.size() == most && hash >= users_.back().hash) return;
  std::lock_guard lock(mutex_);
  if (anew) {
    division_ = experiment.division;
    users_.clear();
    users_.reserve(most + 1);
  }
  const auto at = std::ranges::lower_bound(users_, hash, {}, &SampledUser::hash);
  if (at != users_.end() && at->hash == hash) return;
  users_.insert(at, {hash, static_cast<std::uint32_t>(&arm - experiment.arms.data())});
  if (users_.size() > most) users_.pop_back();
}

std::vector<SampledUser> ArmSample::users(std::uint64_t division) const {
  std::lock_guard lock(mutex_);
  return division == division_ ? users_ : std::vector<SampledUser>();
}

std::vector<SampledUser> merge_samples(std::vector<SampledUser> one, const std::vector<SampledUser>& other) {
  std::vector<SampledUser> both;
  std::ranges::merge(one, other, std::back_inserter(both));
  const auto again = std::ranges::unique(both, {}, &SampledUser::hash);
  both.erase(again.begin(), again.end());
  if (both.size() > ArmSample::most) both.resize(ArmSample::most);
  return both;
}

double sample_ratio_p_value(const std::vector<std::uint64_t>& users, const std::vector<double>& shares) {
  const auto all = static_cast<double>(std::accumulate(users.begin(), users.end(), std::uint64_t{0}));
  double chi_square = 0;
  int arms = 0;
  for (std::size_t i = 0; i < users.size(); ++i) {
    if (shares[i] <= 0) continue;
    const double expected = all * shares[i];
    const double difference = static_cast<double>(users[i]) - expected;
    if (expected > 0) chi_square += difference * difference / expected;
    ++arms;
  }
  if (all == 0 || arms < 2) return 1;
  return boost::math::gamma_q((arms - 1) / 2.0, chi_square / 2);
}

}  // namespace sluice
