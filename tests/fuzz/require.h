// What must hold whatever the input: a fuzz target that finds otherwise ends, and its input is kept.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace sluice::fuzz {

inline void require(bool holds) {
  if (!holds) std::abort();
}

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// A small number from the end of the input, which is shortened by it.
inline std::size_t take_number(std::string_view& input) {
  if (input.empty()) return 0;
  const auto number = static_cast<unsigned char>(input.back());
  input.remove_suffix(1);
  return number;
}

}  // namespace sluice::fuzz
