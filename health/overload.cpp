#include "health/overload.h"

namespace sluice {
namespace {

constexpr std::uint32_t looks_to_end = 10;
// After the whole process stood still (a suspended machine), workers look late once.
constexpr std::uint32_t looks_to_begin_by_lag = 2;

struct Evidence {
  bool over = false;   // speaks for a beginning
  bool under = false;  // speaks for an end
  std::uint32_t looks_to_begin = 1;
};

Evidence of_memory(const OverloadLimits& limits, std::uint64_t memory) noexcept {
  if (limits.memory == 0) return {.over = false, .under = true};
  return {.over = memory >= limits.memory, .under = memory < limits.memory - limits.memory / 20};
}

Evidence of_lag(const OverloadLimits& limits, std::chrono::milliseconds lag) noexcept {
  if (limits.loop_lag.count() == 0) return {.over = false, .under = true};
  return {.over = lag >= limits.loop_lag,
          .under = lag < limits.loop_lag / 2,
          .looks_to_begin = looks_to_begin_by_lag};
}

Overload::Trouble next(Overload::Trouble before, const Evidence& evidence) noexcept {
  const bool speaks = before.over ? evidence.under : evidence.over;
  const auto looks = speaks ? before.looks + 1 : 0;
  const auto needed = before.over ? looks_to_end : evidence.looks_to_begin;
  if (looks >= needed) return {.over = !before.over, .looks = 0};
  return {.over = before.over, .looks = looks};
}

}  // namespace

Overload look(Overload before, const OverloadLimits& limits, const OverloadReading& reading) noexcept {
  const std::array evidence{of_memory(limits, reading.memory), of_lag(limits, reading.loop_lag)};
  for (std::size_t i = 0; i < overload_reasons; ++i)
    before.troubles[i] = next(before.troubles[i], evidence[i]);
  return before;
}

}  // namespace sluice
