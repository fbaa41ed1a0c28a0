// Wildcards against a table of all prefixes, which cannot be wrong: row by row, does pattern[0..p) match
// text[0..t)?
#include <string>
#include <vector>

#include "routing/glob.h"
#include "tests/fuzz/require.h"

namespace sluice::fuzz {
namespace {

char fold(char c, LetterCase letters) {
  return letters == LetterCase::insensitive && c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool by_table(std::string_view pattern, std::string_view text, LetterCase letters) {
  std::vector<bool> row(text.size() + 1);
  row[0] = true;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const bool escape = pattern[i] == '\\' && i + 1 < pattern.size() &&
                        std::string_view("*?\\").find(pattern[i + 1]) != std::string_view::npos;
    const char p = pattern[escape ? ++i : i];
    std::vector<bool> next(text.size() + 1);
    next[0] = !escape && p == '*' && row[0];
    for (std::size_t t = 1; t <= text.size(); ++t)
      next[t] = !escape && p == '*'
                    ? next[t - 1] || row[t]
                    : row[t - 1] && ((!escape && p == '?') || fold(p, letters) == fold(text[t - 1], letters));
    row = std::move(next);
  }
  return row[text.size()];
}

}  // namespace
}  // namespace sluice::fuzz

// PATTERN \n TEXT
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sluice;
  const auto input = fuzz::text_of(data, size).substr(0, 2000);
  const auto end = input.find('\n');
  const auto pattern = input.substr(0, end);
  const auto text = end == input.npos ? std::string_view() : input.substr(end + 1);
  for (const auto letters : {LetterCase::sensitive, LetterCase::insensitive})
    fuzz::require(glob_matches(pattern, text, letters) == fuzz::by_table(pattern, text, letters));
  return 0;
}
