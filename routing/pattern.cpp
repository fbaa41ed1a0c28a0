#include "routing/pattern.h"

#include <algorithm>

namespace sluice {

bool Patterns::fit(std::string_view text, LetterCase letters) const noexcept {
  return std::ranges::any_of(globs, [&](const auto& glob) { return glob_matches(glob, text, letters); }) ||
         std::ranges::any_of(regexes, [&](const auto& regex) { return regex.found_in(text); });
}

}  // namespace sluice
