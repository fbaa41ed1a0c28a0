// Texts from outside on their way into JSON, which takes UTF-8 only (RFC 8259 §8.1). Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sluice {

// How many bytes the character has that begins a text that is not empty; 0 if what begins it is none
// (RFC 3629).
[[nodiscard]] std::size_t utf8_character(std::string_view text) noexcept;

// The text, with U+FFFD for each byte that belongs to no character.
[[nodiscard]] std::string as_utf8(std::string_view text);

}  // namespace sluice
