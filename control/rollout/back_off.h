// How long to wait before another try. Pure: chance is passed in.
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>

namespace sluice {

// After `tries` (from 1) that failed: `first` doubled each time, at most a minute, of which the second half
// is left to chance (0 to 1), so that many who failed together do not come back together. What the peer asked
// for is the least, at most an hour.
[[nodiscard]] inline std::chrono::milliseconds back_off(unsigned tries, std::chrono::milliseconds first,
                                                        double chance,
                                                        std::optional<std::chrono::milliseconds> asked) {
  using std::chrono::milliseconds;
  const auto doubled = first * (1LL << std::min(tries - 1, 16u));
  const auto longest = std::min<milliseconds>(doubled, std::chrono::minutes(1));
  const auto drawn = milliseconds(static_cast<milliseconds::rep>(
      static_cast<double>(longest.count()) * (0.5 + chance / 2)));
  return std::max(drawn, std::min<milliseconds>(asked.value_or(milliseconds(0)), std::chrono::hours(1)));
}

}  // namespace sluice
