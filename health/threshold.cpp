#include "health/threshold.h"

namespace sluice {

CheckVerdict Threshold::pass() noexcept {
  failures_ = 0;
  if (++passes_ >= needed_.healthy || verdict_ == CheckVerdict::initial) verdict_ = CheckVerdict::healthy;
  return verdict_;
}

CheckVerdict Threshold::fail() noexcept {
  passes_ = 0;
  if (++failures_ >= needed_.unhealthy) verdict_ = CheckVerdict::unhealthy;
  return verdict_;
}

}  // namespace sluice
