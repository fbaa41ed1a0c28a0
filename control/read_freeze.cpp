#include "control/read_freeze.h"

#include <array>
#include <cctype>

#include "control/quoted.h"
#include "control/scalars.h"

namespace sluice::config {
namespace {

// So many digits and nothing else.
std::optional<int> digits(std::string_view text, std::size_t count) {
  if (text.size() != count) return {};
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return {};
    value = value * 10 + (c - '0');
  }
  return value;
}

// "16:00"
std::optional<std::chrono::minutes> time_of_day(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return {};
  const auto hour = digits(text.substr(0, 2), 2);
  const auto minute = digits(text.substr(3), 2);
  if (!hour || !minute || *minute > 59) return {};
  const auto result = std::chrono::hours(*hour) + std::chrono::minutes(*minute);
  if (result > std::chrono::hours(24)) return {};
  return result;
}

std::optional<std::chrono::weekday> weekday(std::string_view text) {
  constexpr std::array<std::string_view, 7> days{"sunday",   "monday", "tuesday", "wednesday",
                                                 "thursday", "friday", "saturday"};
  std::string lower(text);
  for (auto& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  for (unsigned i = 0; i < days.size(); ++i)
    if (lower == days[i] || lower == days[i].substr(0, 3)) return std::chrono::weekday(i);
  return {};
}

// "2026-12-20"
std::optional<std::chrono::local_days> date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return {};
  const auto year = digits(text.substr(0, 4), 4);
  const auto month = digits(text.substr(5, 2), 2);
  const auto day = digits(text.substr(8), 2);
  if (!year || !month || !day) return {};
  const std::chrono::year_month_day result{std::chrono::year(*year),
                                           std::chrono::month(static_cast<unsigned>(*month)),
                                           std::chrono::day(static_cast<unsigned>(*day))};
  if (!result.ok()) return {};
  return std::chrono::local_days(result);
}

}  // namespace

Result<FreezePoint, std::string> freeze_point(std::string_view text) {
  const auto space = std::min(text.find(' '), text.size());
  const auto time = time_of_day(text.substr(std::min(space + 1, text.size())));
  const auto first = text.substr(0, space);
  if (const auto day = weekday(first); day && time) return FreezePoint(WeekTime{*day, *time});
  if (const auto day = date(first); day && time) return FreezePoint(DateTime(*day + *time));
  return failure(quoted(text) + " is no such time; write as Fri 16:00 or 2026-12-20 16:00");
}

FreezeWindow read_freeze(const Value& value) {
  FreezeWindow result;
  value.mapping([&](Mapping& window) {
    window.require("from", result.from, freeze_point);
    window.require("to", result.to, freeze_point);
    window.read("timezone", result.timezone, some_text);
  });
  return result;
}

}  // namespace sluice::config
