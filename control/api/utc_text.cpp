#include "control/api/utc_text.h"

#include <array>
#include <cstdio>
#include <ctime>

namespace sluice {

std::string utc_text(std::chrono::system_clock::time_point time) {
  const auto millis = std::chrono::round<std::chrono::milliseconds>(time);
  const auto seconds = std::chrono::floor<std::chrono::seconds>(millis);
  const std::time_t whole = std::chrono::system_clock::to_time_t(seconds);
  std::tm parts{};
  ::gmtime_r(&whole, &parts);
  std::array<char, 32> date;
  const auto size = std::strftime(date.data(), date.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  std::array<char, 8> fraction;
  std::snprintf(fraction.data(), fraction.size(), ".%03dZ", static_cast<int>((millis - seconds).count()));
  return std::string(date.data(), size) + fraction.data();
}

}  // namespace sluice
