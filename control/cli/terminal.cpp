#include "control/cli/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>

namespace sluice::cli {
namespace {

constexpr std::string_view no_ink = "\033[0m";

// How many bytes of `text` are one character, or one of the terminal's codes.
std::size_t next_length(std::string_view text) {
  if (text.starts_with("\033[")) return std::min(text.find('m'), text.size() - 1) + 1;
  std::size_t length = 1;
  while (length < text.size() && (text[length] & 0xC0) == 0x80) ++length;
  return length;
}

std::size_t columns_of(std::string_view text) {
  std::size_t columns = 0;
  for (std::size_t i = 0; i < text.size(); i += next_length(text.substr(i))) columns += text[i] != '\033';
  return columns;
}

std::string clipped_line(std::string_view line, std::size_t columns) {
  if (columns == 0 || columns_of(line) <= columns) return std::string(line);
  std::string kept;
  bool inked = false;
  std::size_t used = 0;
  for (std::size_t i = 0; used + 1 < columns;) {
    const auto length = next_length(line.substr(i));
    inked |= line[i] == '\033';
    used += line[i] != '\033';
    kept += line.substr(i, length);
    i += length;
  }
  return kept + "…" + (inked ? std::string(no_ink) : "");
}

template <class Each>
void for_each_line(std::string_view text, Each each) {
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    each(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

}  // namespace

std::optional<TerminalSize> terminal_size() {
  winsize size{};
  if (::isatty(STDOUT_FILENO) != 1) return {};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0)
    return TerminalSize{};
  return TerminalSize{.columns = size.ws_col, .rows = size.ws_row};
}

std::string clipped(std::string_view text, std::size_t columns) {
  std::string all;
  for_each_line(text, [&](std::string_view line) { all += clipped_line(line, columns) + "\n"; });
  return all;
}

// No line end after the last row: the screen would move up. A line is erased before it is written: after it,
// that would take the character in the last column along.
std::string repainted(std::string_view text, TerminalSize size) {
  std::string all = "\033[H";
  std::size_t row = 0;
  for_each_line(text, [&](std::string_view line) {
    if (row == size.rows) return;
    all += std::string(row == 0 ? "" : "\n") + "\033[2K" + clipped_line(line, size.columns);
    ++row;
  });
  return row < size.rows ? all + "\n\033[J" : all;  // and what was below it
}

FullScreen::FullScreen() {
  std::cout << "\033[?1049h\033[?25l" << std::flush;
}

FullScreen::~FullScreen() {
  std::cout << "\033[?25h\033[?1049l" << std::flush;
}

}  // namespace sluice::cli
