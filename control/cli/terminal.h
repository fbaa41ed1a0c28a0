// The terminal that a command writes to: its size, and a screen of its own while the command runs.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::cli {

struct TerminalSize {
  std::size_t columns = 80, rows = 24;
};

// Of stdout, as it is now; none: that is no terminal.
[[nodiscard]] std::optional<TerminalSize> terminal_size();

// Each line of `text` cut to so many columns, with "…" where something is missing. Inks are no columns.
[[nodiscard]] std::string clipped(std::string_view text, std::size_t columns);

// The lines of `text` that fit, each over the one that was there before.
[[nodiscard]] std::string repainted(std::string_view text, TerminalSize size);

// The terminal's other screen for as long as this lives; the first one comes back as it was.
class FullScreen {
 public:
  FullScreen();
  ~FullScreen();
  FullScreen(const FullScreen&) = delete;
  FullScreen& operator=(const FullScreen&) = delete;
};

}  // namespace sluice::cli
