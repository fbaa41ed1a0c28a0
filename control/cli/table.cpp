#include "control/cli/table.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>

namespace sluice::cli {
namespace {

std::string repeated(std::string_view text, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

}  // namespace

bool wants_colour() {
  const char* no_colour = std::getenv("NO_COLOR");
  return (!no_colour || *no_colour == '\0') && ::isatty(STDOUT_FILENO) == 1;
}

std::string inked(std::string_view text, Ink ink, bool colour) {
  static constexpr std::array<std::string_view, 6> codes{"", "1", "2", "31", "32", "33"};
  if (!colour || ink == Ink::plain || text.empty()) return std::string(text);
  return "\033[" + std::string(codes[static_cast<std::size_t>(ink)]) + "m" + std::string(text) + "\033[0m";
}

// UTF-8: every byte that does not continue a character begins one.
std::size_t width_of(std::string_view text) noexcept {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string table(const std::vector<Align>& columns, const std::vector<std::vector<Cell>>& rows,
                  bool colour) {
  std::vector<std::size_t> widths(columns.size());
  for (const auto& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i].text));
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string padding(widths[i] - width_of(row[i].text), ' ');
      const auto cell = inked(row[i].text, row[i].ink, colour);
      line += (i == 0 ? "" : "  ") + (columns[i] == Align::left ? cell + padding : padding + cell);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + '\n';
  }
  return text;
}

std::string fixed(double number, int digits) {
  std::array<char, 64> text;
  const auto end =
      std::to_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed, digits);
  return end.ec == std::errc() ? std::string(text.data(), end.ptr) : "?";
}

std::string percent(double share) {
  return fixed(share * 100, 1) + " %";
}

std::string bar(double share) {
  const auto full = static_cast<std::size_t>(std::lround(std::clamp(share, 0.0, 1.0) * 10));
  return repeated("▇", full) + repeated("·", 10 - full);
}

std::string short_duration(double seconds) {
  const auto all = static_cast<long long>(seconds);
  const auto days = all / 86400, hours = all / 3600 % 24, minutes = all / 60 % 60;
  if (days > 0) return std::to_string(days) + "d" + std::to_string(hours) + "h";
  if (hours > 0) return std::to_string(hours) + "h" + std::to_string(minutes) + "m";
  if (minutes > 0) return std::to_string(minutes) + "m" + std::to_string(all % 60) + "s";
  return std::to_string(all) + "s";
}

}  // namespace sluice::cli
