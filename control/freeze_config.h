// `freeze:` as the configuration writes it: times at which no rollout goes on. Part of config.h; read by
// read_freeze, judged by check_freeze, answered by rollout/freeze.
#pragma once

#include <chrono>
#include <string>
#include <variant>

namespace sluice::config {

// "Fri 16:00": each week.
struct WeekTime {
  std::chrono::weekday day;
  std::chrono::minutes at{0};  // of the day, 0 to 24 h
  bool operator==(const WeekTime&) const = default;
};
// "2026-12-20 00:00": once.
using DateTime = std::chrono::local_time<std::chrono::minutes>;
using FreezePoint = std::variant<WeekTime, DateTime>;

// From `from` to before `to`, both of one kind, as clocks show it in `timezone`.
struct FreezeWindow {
  FreezePoint from;
  FreezePoint to;
  std::string timezone = "UTC";  // a name of the IANA time zone database
  bool operator==(const FreezeWindow&) const = default;
};

}  // namespace sluice::config
