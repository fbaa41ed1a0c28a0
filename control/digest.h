// SHA-256: what tells texts apart, and what secrets with enough bits of their own are kept as.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace sluice {

using Digest = std::array<std::uint8_t, 32>;

[[nodiscard]] Digest digest_of(std::string_view text);
[[nodiscard]] std::string hex_of(const Digest& digest);

// What a text is kept under.
[[nodiscard]] inline std::string text_id(std::string_view text) {
  return hex_of(digest_of(text));
}

}  // namespace sluice
