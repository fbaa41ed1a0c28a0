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

std::optional<std::chrono::system_clock::time_point> parse_utc(const std::string& text) {
  std::tm parts{};
  const char* rest = ::strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &parts);
  int millis = 0, read = 0;
  if (!rest || std::sscanf(rest, ".%3dZ%n", &millis, &read) != 1) return {};
  if (read != 5 || rest[read] != '\0') return {};
  return std::chrono::system_clock::from_time_t(::timegm(&parts)) + std::chrono::milliseconds(millis);
}

}  // namespace sluice
