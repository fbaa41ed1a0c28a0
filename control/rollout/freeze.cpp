#include "control/rollout/freeze.h"

namespace sluice {
namespace {

using config::DateTime;
using config::FreezeWindow;
using config::WeekTime;
using std::chrono::days;
using std::chrono::weeks;

struct Period {
  WallTime from;
  WallTime to;

  [[nodiscard]] bool holds(WallTime time) const { return from <= time && time < to; }
};

struct LocalPeriod {
  LocalTime from;
  LocalTime to;
};

Period moments(const TimeZone& zone, const LocalPeriod& period) {
  return {zone.moment(period.from, TimeZone::OfTwo::earlier), zone.moment(period.to, TimeZone::OfTwo::later)};
}

// The window's turn that begins in the week of `day`, Sunday to Saturday.
LocalPeriod turn(const WeekTime& from, const WeekTime& to, std::chrono::local_days day) {
  const auto sunday = day - (std::chrono::weekday(day) - std::chrono::Sunday);
  const auto place = [&](const WeekTime& time) {
    return LocalTime(sunday + (time.day - std::chrono::Sunday)) + time.at;
  };
  auto end = place(to);
  if (end <= place(from)) end += weeks(1);
  return {place(from), end};
}

// The end of the window's turn that holds `time`. A turn is at most a week long, and begins this week or in
// the one before; the one after is for times of day near 24:00.
std::optional<WallTime> end_of_turn(const FreezeWindow& window, WallTime time) {
  const auto zone = TimeZone::find(window.timezone).value_or(TimeZone::utc());
  const auto* from = std::get_if<WeekTime>(&window.from);
  const auto* to = std::get_if<WeekTime>(&window.to);
  std::optional<WallTime> end;
  const auto see = [&](const LocalPeriod& period) {
    const auto turn = moments(zone, period);
    if (turn.holds(time) && (!end || turn.to > *end)) end = turn.to;
  };
  if (from && to) {
    const auto today = std::chrono::floor<days>(zone.local(time));
    for (const auto offset : {-1, 0, 1}) see(turn(*from, *to, today + weeks(offset)));
  } else if (!from && !to) {
    see({std::get<DateTime>(window.from), std::get<DateTime>(window.to)});
  }
  return end;
}

std::optional<WallTime> latest_end(const std::vector<FreezeWindow>& windows, WallTime time) {
  std::optional<WallTime> latest;
  for (const auto& window : windows)
    if (const auto end = end_of_turn(window, time); end && (!latest || *end > *latest)) latest = end;
  return latest;
}

}  // namespace

std::optional<WallTime> frozen_until(const std::vector<FreezeWindow>& windows, WallTime now) {
  std::optional<WallTime> until = latest_end(windows, now);
  while (until && *until < now + days(366)) {
    const auto further = latest_end(windows, *until);
    if (!further) break;
    until = further;
  }
  return until;
}

}  // namespace sluice
