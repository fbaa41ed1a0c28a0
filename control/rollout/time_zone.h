// A time zone by its name in the IANA database of the machine (package tzdata), read once. Clocks there may
// show a time twice or never; nothing here throws for that.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace date {
class time_zone;
}

namespace sluice {

using WallTime = std::chrono::sys_seconds;
using LocalTime = std::chrono::local_seconds;

class TimeZone {
 public:
  // Nothing if the machine does not know it. "UTC" is known without a database. Any thread.
  [[nodiscard]] static std::optional<TimeZone> find(const std::string& name);
  [[nodiscard]] static std::vector<std::string> names();
  [[nodiscard]] static TimeZone utc() { return TimeZone(nullptr); }

  [[nodiscard]] LocalTime local(WallTime time) const;

  // When clocks show this. Of two such moments the earlier or the later one; of none the moment at which they
  // skip it.
  enum class OfTwo { earlier, later };
  [[nodiscard]] WallTime moment(LocalTime time, OfTwo choice) const;

 private:
  explicit TimeZone(const date::time_zone* zone) : zone_(zone) {}

  const date::time_zone* zone_;  // null: UTC; of the library's own database, which is never unloaded
};

}  // namespace sluice
