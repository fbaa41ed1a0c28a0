#include "routing/glob.h"

namespace sluice {
namespace {

// What stands at one place of a pattern.
struct Token {
  enum class Kind { run, any, letter, end };
  Kind kind;
  char letter;
  std::size_t size;  // in characters of the pattern
};

bool is_plain(char c) noexcept {
  return c != '*' && c != '?' && c != '\\';
}

Token token_at(std::string_view pattern, std::size_t at) noexcept {
  if (at >= pattern.size()) return {Token::Kind::end, 0, 0};
  const char c = pattern[at];
  if (c == '*') return {Token::Kind::run, c, 1};
  if (c == '?') return {Token::Kind::any, c, 1};
  const char next = c == '\\' && at + 1 < pattern.size() ? pattern[at + 1] : '\0';
  if (next == '*' || next == '?' || next == '\\') return {Token::Kind::letter, next, 2};
  return {Token::Kind::letter, c, 1};
}

bool same(char a, char b, LetterCase letters) noexcept {
  return a == b || (letters == LetterCase::insensitive && lower(a) == lower(b));
}

}  // namespace

char lower(char letter) noexcept {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter | 0x20) : letter;
}

bool glob_matches(std::string_view pattern, std::string_view text, LetterCase letters) noexcept {
  using Kind = Token::Kind;
  std::size_t p = 0, t = 0;
  std::size_t star = std::string_view::npos;  // after the last run
  std::size_t star_text = 0;                  // where to take up again when what follows the run does not fit
  while (p < pattern.size() && t < text.size() && is_plain(pattern[p]) && pattern[p] == text[t]) ++p, ++t;
  while (t < text.size()) {
    const auto token = token_at(pattern, p);
    if (token.kind == Kind::run) {
      star = ++p;
      if (star == pattern.size()) return true;  // as most patterns end
      star_text = t;
    } else if (token.kind == Kind::any ||
               (token.kind == Kind::letter && same(token.letter, text[t], letters))) {
      p += token.size;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star;
      t = ++star_text;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

GlobEnds glob_ends(std::string_view pattern) {
  GlobEnds ends;
  bool wildcard = false;
  for (std::size_t at = 0; at < pattern.size();) {
    const auto token = token_at(pattern, at);
    at += token.size;
    if (token.kind == Token::Kind::letter) {
      ends.suffix += token.letter;
      continue;
    }
    if (!wildcard) ends.prefix = ends.suffix;
    wildcard = true;
    ends.suffix.clear();
  }
  if (!wildcard) ends.prefix = ends.suffix;
  return ends;
}

}  // namespace sluice
