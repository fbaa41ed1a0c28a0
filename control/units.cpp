#include "control/units.h"

#include <array>
#include <charconv>
#include <limits>
#include <optional>
#include <span>

#include "control/quoted.h"

namespace sluice::config {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};
constexpr std::array duration_units{Unit{"ms", 1}, Unit{"s", 1000}, Unit{"m", 60'000}, Unit{"h", 3'600'000},
                                    Unit{"d", 86'400'000}};
constexpr std::array size_units{Unit{"B", 1}, Unit{"KiB", 1ull << 10}, Unit{"MiB", 1ull << 20},
                                Unit{"GiB", 1ull << 30}};

// What no chrono::milliseconds can hold is no duration; the same bound does for sizes.
constexpr auto largest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());

std::optional<std::uint64_t> in_base_units(std::string_view text, std::span<const Unit> units) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return {};
  const std::string_view name(end, static_cast<std::size_t>(text.data() + text.size() - end));
  for (const auto& unit : units)
    if (unit.name == name && number <= largest / unit.factor) return number * unit.factor;
  return {};
}

std::string shortest(std::uint64_t number, std::span<const Unit> units) {
  for (auto unit = units.rbegin(); unit != units.rend(); ++unit)
    if (number != 0 && number % unit->factor == 0)
      return std::to_string(number / unit->factor) + std::string(unit->name);
  return {};
}

}  // namespace

Result<std::chrono::milliseconds, std::string> parse_duration(std::string_view text) {
  if (text == "0") return std::chrono::milliseconds(0);
  if (const auto number = in_base_units(text, duration_units)) return std::chrono::milliseconds(*number);
  return failure(quoted(text) +
                 " is not a duration; write a whole number with its unit, as 500ms, 5s, 10m, 1h or 30d");
}

Result<std::uint64_t, std::string> parse_size(std::string_view text) {
  const bool plain = !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
  if (const auto number = in_base_units(plain ? std::string(text) + "B" : std::string(text), size_units))
    return *number;
  return failure(quoted(text) +
                 " is not a size; write bytes, or a whole number with KiB, MiB or GiB, as 64KiB");
}

Result<double, std::string> parse_share(std::string_view text) {
  double percent = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), percent, std::chars_format::fixed);
  const bool whole = error == std::errc() && text.data() + text.size() - end == 1 && *end == '%';
  if (whole && percent >= 0 && percent <= 100) return percent / 100;
  return failure(quoted(text) + " is not a share; write 0% to 100%, as 10% or 0.5%");
}

std::string duration_text(std::chrono::milliseconds duration) {
  return duration.count() == 0 ? "0s"
                               : shortest(static_cast<std::uint64_t>(duration.count()), duration_units);
}

std::string size_text(std::uint64_t bytes) {
  return bytes == 0 ? "0" : shortest(bytes, size_units);
}

}  // namespace sluice::config
