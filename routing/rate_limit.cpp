#include "routing/rate_limit.h"

#include <algorithm>

namespace sluice {
namespace {

// 36 years: more is no limit, and this cannot overflow.
constexpr std::int64_t most_tolerance = std::int64_t{1} << 60;

std::int64_t tolerance_of(std::int64_t interval, std::uint32_t burst) noexcept {
  const std::int64_t further = burst - 1;
  return further > most_tolerance / interval ? most_tolerance : interval * further;
}

}  // namespace

Gcra::Gcra(const Rate& rate) noexcept {
  const std::int64_t per = std::chrono::nanoseconds(rate.per).count();
  interval_ = std::max<std::int64_t>((per + rate.requests / 2) / rate.requests, 1);
  tolerance_ = tolerance_of(interval_, rate.burst);
}

std::chrono::nanoseconds Gcra::take(ArrivalTime& arrival, SteadyTime now) const noexcept {
  const std::int64_t at = std::chrono::nanoseconds(now.time_since_epoch()).count();
  auto seen = arrival.load(std::memory_order_relaxed);
  for (;;) {
    const auto due = std::max(seen, at);
    if (const auto early = due - at - tolerance_; early > 0) return std::chrono::nanoseconds(early);
    if (arrival.compare_exchange_weak(seen, due + interval_, std::memory_order_relaxed)) return {};
  }
}

}  // namespace sluice
