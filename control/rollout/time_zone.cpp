#include "control/rollout/time_zone.h"

// As Debian's and Ubuntu's libdate-tz are built: with the system's own database.
#ifndef USE_OS_TZDB
#define USE_OS_TZDB 1
#endif
#include <date/tz.h>

#include <stdexcept>

namespace sluice {
namespace {

// std::chrono of GCC 12 has calendars but no zones, the library has both: counts of seconds go between them.
date::sys_seconds theirs(WallTime time) {
  return date::sys_seconds(time.time_since_epoch());
}
date::local_seconds theirs(LocalTime time) {
  return date::local_seconds(time.time_since_epoch());
}

}  // namespace

std::optional<TimeZone> TimeZone::find(const std::string& name) {
  if (name == "UTC") return utc();
  try {
    return TimeZone(date::locate_zone(name));
  } catch (const std::exception&) {  // no such zone, or no database
    return {};
  }
}

std::vector<std::string> TimeZone::names() {
  std::vector<std::string> names{"UTC"};
  try {
    for (const auto& zone : date::get_tzdb().zones) names.push_back(zone.name());
  } catch (const std::exception&) {  // no database
  }
  return names;
}

LocalTime TimeZone::local(WallTime time) const {
  if (!zone_) return LocalTime(time.time_since_epoch());
  return LocalTime(zone_->to_local(theirs(time)).time_since_epoch());
}

WallTime TimeZone::moment(LocalTime time, OfTwo choice) const {
  const auto since_epoch = time.time_since_epoch();
  if (!zone_) return WallTime(since_epoch);
  const auto info = zone_->get_info(theirs(time));
  if (info.result == date::local_info::nonexistent)
    return WallTime(info.first.end.time_since_epoch());
  const bool second = info.result == date::local_info::ambiguous && choice == OfTwo::later;
  return WallTime(since_epoch - (second ? info.second : info.first).offset);
}

}  // namespace sluice
