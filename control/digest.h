// What tells texts apart, and what they are kept under.
#pragma once

#include <string>

namespace sluice {

// SHA-256, in hex.
[[nodiscard]] std::string text_id(const std::string& text);

}  // namespace sluice
