// What a condition compares a text with: globs, or regular expressions where ALB has them. One that fits is
// enough.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "routing/glob.h"
#include "routing/regex.h"

namespace sluice {

struct Patterns {
  std::vector<std::string> globs;
  std::vector<Regex> regexes{};  // compiled with the letter case of their condition

  // `letters` is of the globs.
  [[nodiscard]] bool fit(std::string_view text, LetterCase letters) const noexcept;
  bool operator==(const Patterns&) const = default;
};

}  // namespace sluice
