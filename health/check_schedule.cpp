#include "health/check_schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace sluice {
namespace {

using Duration = SteadyTime::duration;
constexpr double jitter = 0.1;
constexpr Duration soon = std::chrono::seconds(1);

Duration part_of(Duration whole, double part) noexcept {
  return std::chrono::duration_cast<Duration>(whole * part);
}

}  // namespace

CheckSchedule::CheckSchedule(SteadyTime begin, std::chrono::milliseconds interval, double phase) noexcept
    : begin_(begin), interval_(interval), phase_(phase) {}

SteadyTime CheckSchedule::first() const noexcept {
  return begin_ + part_of(std::min(interval_, soon), phase_);
}

SteadyTime CheckSchedule::next(SteadyTime due, SteadyTime now, double random) const noexcept {
  // The first of its places that is half an interval away from the last check, and not past.
  const auto origin = begin_ + part_of(interval_, phase_);
  const auto earliest = std::max(due + part_of(interval_, 0.5 + jitter), now + part_of(interval_, jitter));
  const auto turns = std::ceil(static_cast<double>((earliest - origin).count()) /
                               static_cast<double>(interval_.count()));
  return origin + interval_ * static_cast<std::int64_t>(std::max(turns, 0.0)) +
         part_of(interval_, jitter * (2 * random - 1));
}

double phase_of(std::uint64_t n) noexcept {
  const auto turns = static_cast<double>(n) * (std::numbers::phi - 1);
  return turns - std::floor(turns);
}

}  // namespace sluice
