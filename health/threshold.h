// How many results in a row make a verdict about a target. As ALB: the first pass is enough for a new target,
// later ones need `healthy` passes or `unhealthy` failures in a row to turn.
#pragma once

#include <cstdint>

#include "routing/target_state.h"

namespace sluice {

class Threshold {
 public:
  // 1 or more each.
  struct Needed {
    std::uint32_t healthy;
    std::uint32_t unhealthy;
    bool operator==(const Needed&) const = default;
  };

  Threshold(Needed needed, CheckVerdict begin) noexcept : needed_(needed), verdict_(begin) {}

  // The verdict after one more result.
  CheckVerdict pass() noexcept;
  CheckVerdict fail() noexcept;

  [[nodiscard]] CheckVerdict verdict() const noexcept { return verdict_; }

 private:
  Needed needed_;
  CheckVerdict verdict_;
  std::uint32_t passes_ = 0, failures_ = 0;  // in a row; one of them is 0
};

}  // namespace sluice
