#include "proxy/grpc_timeout.h"

#include <algorithm>
#include <cstdint>

namespace sluice {
namespace {

constexpr std::size_t most_digits = 8;
constexpr std::int64_t longest = std::chrono::nanoseconds(std::chrono::hours(24 * 365 * 10)).count();

// In nanoseconds; 0: there is no such unit.
std::int64_t size_of_unit(char unit) noexcept {
  switch (unit) {
    case 'H':
      return 3'600'000'000'000;
    case 'M':
      return 60'000'000'000;
    case 'S':
      return 1'000'000'000;
    case 'm':
      return 1'000'000;
    case 'u':
      return 1'000;
    case 'n':
      return 1;
    default:
      return 0;
  }
}

}  // namespace

std::optional<std::chrono::nanoseconds> parse_grpc_timeout(std::string_view value) noexcept {
  if (value.size() < 2 || value.size() > most_digits + 1) return {};
  const auto unit = size_of_unit(value.back());
  if (unit == 0) return {};
  value.remove_suffix(1);
  std::int64_t count = 0;
  for (const char c : value) {
    if (c < '0' || c > '9') return {};
    count = count * 10 + (c - '0');
  }
  return std::chrono::nanoseconds(std::min(count, longest / unit) * unit);
}

}  // namespace sluice
