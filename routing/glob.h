// ALB's wildcards: `*` is any run of characters, `?` exactly one; `\*`, `\?` and `\\` are those characters
// themselves. Linear in the text for a pattern with one `*`, and never worse than pattern × text (no
// recursion, so no pattern can blow up).
#pragma once

#include <string>
#include <string_view>

namespace sluice {

enum class LetterCase { sensitive, insensitive };

[[nodiscard]] bool glob_matches(std::string_view pattern, std::string_view text, LetterCase letters) noexcept;

// ASCII only: hosts and field values have no other letters that routing knows.
[[nodiscard]] char lower(char letter) noexcept;

// The text without wildcards that all matches begin with, and that they end with: both are the whole of a
// pattern that has none. For an index, which asks only those patterns that can match.
struct GlobEnds {
  std::string prefix;
  std::string suffix;
};
[[nodiscard]] GlobEnds glob_ends(std::string_view pattern);

}  // namespace sluice
