// ALB's wildcards: `*` is any run of characters, `?` exactly one. Linear in the text for a pattern with one
// `*`, and never worse than pattern × text (no recursion, so no pattern can blow up).
#pragma once

#include <string>
#include <string_view>

namespace sluice {

enum class LetterCase { sensitive, insensitive };

[[nodiscard]] bool glob_matches(std::string_view pattern, std::string_view text, LetterCase letters) noexcept;

}  // namespace sluice
