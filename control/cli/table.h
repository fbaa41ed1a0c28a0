// Text for terminals: columns that line up, shares, durations and bars.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sluice::cli {

enum class Align { left, right };
enum class Ink { plain, bold, dim, red, green, yellow };

struct Cell {
  std::string text;
  Ink ink = Ink::plain;
};

// Whether colours are wanted on stdout: a terminal, and NO_COLOR is not set (no-color.org).
[[nodiscard]] bool wants_colour();

// The text with the terminal's code for the ink around it; as it is without colours.
[[nodiscard]] std::string inked(std::string_view text, Ink ink, bool colour);

// Columns on a terminal that `text` takes: its characters, for the scripts that Sluice itself writes in.
[[nodiscard]] std::size_t width_of(std::string_view text) noexcept;

// A line per row, two spaces between columns. All rows have as many cells as `columns`.
[[nodiscard]] std::string table(const std::vector<Align>& columns, const std::vector<std::vector<Cell>>& rows,
                                bool colour);

[[nodiscard]] std::string percent(double share);             // "90.0 %"
[[nodiscard]] std::string fixed(double number, int digits);  // "1.25"
[[nodiscard]] std::string bar(double share);                 // ten cells
[[nodiscard]] std::string short_duration(double seconds);    // "2m13s", "3d4h"

}  // namespace sluice::cli
