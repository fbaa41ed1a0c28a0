#include "routing/glob.h"

namespace sluice {
namespace {

char fold(char c, LetterCase letters) noexcept {
  return letters == LetterCase::insensitive && c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

}  // namespace

bool glob_matches(std::string_view pattern, std::string_view text, LetterCase letters) noexcept {
  std::size_t p = 0, t = 0;
  std::size_t star = std::string_view::npos,
              star_text = 0;  // where to take up again when the rest does not fit
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_text = t;
    } else if (p < pattern.size() &&
               (pattern[p] == '?' || fold(pattern[p], letters) == fold(text[t], letters))) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++star_text;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

}  // namespace sluice
