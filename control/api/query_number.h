// A whole number as the path or the query of a request has it.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>

namespace sluice {

// None for anything that is not digits alone.
[[nodiscard]] inline std::optional<std::uint64_t> query_number(const std::string& text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return {};
  return number;
}

}  // namespace sluice
