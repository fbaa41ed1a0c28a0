// A strict reader of RFC 9651 dictionaries, for tests only: the forms that flags are written in, and nothing
// else (no parameters, inner lists, tokens, bytes, dates). Written from §4.2, knowing nothing of the writer.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "routing/flags.h"

namespace sluice {

class DictionaryParser {
 public:
  using Members = std::vector<std::pair<std::string, FlagValue>>;

  explicit DictionaryParser(std::string_view text) : rest_(text) {}

  // §4.2.2; a key that is there twice is refused.
  std::optional<Members> dictionary() {
    Members members;
    while (!rest_.empty()) {
      auto key = this->key();
      if (!key) return {};
      auto value = take('=') ? item() : FlagValue(true);
      if (!value) return {};
      for (const auto& member : members)
        if (member.first == *key) return {};
      members.emplace_back(*std::move(key), *std::move(value));
      skip_blanks();
      if (rest_.empty()) return members;
      if (!take(',')) return {};
      skip_blanks();
      if (rest_.empty()) return {};
    }
    return members;
  }

 private:
  // §4.2.3.3
  std::optional<std::string> key() {
    const auto letter = [](char c) { return c >= 'a' && c <= 'z'; };
    if (rest_.empty() || (!letter(rest_[0]) && rest_[0] != '*')) return {};
    std::size_t size = 1;
    while (size < rest_.size() && (letter(rest_[size]) || digit(rest_[size]) || rest_[size] == '_' ||
                                   rest_[size] == '-' || rest_[size] == '.' || rest_[size] == '*'))
      ++size;
    return std::string(take_first(size));
  }

  std::optional<FlagValue> item() {
    if (take('?')) return boolean();
    if (take('"')) return string();
    if (rest_.starts_with("%\"")) return display_string();
    return number();
  }

  std::optional<FlagValue> boolean() {
    if (take('1')) return FlagValue(true);
    if (take('0')) return FlagValue(false);
    return {};
  }

  // §4.2.4
  std::optional<FlagValue> number() {
    const std::int64_t sign = take('-') ? -1 : 1;
    const auto whole = digits();
    if (whole.empty()) return {};
    if (!take('.')) {
      if (whole.size() > 15) return {};
      return FlagValue(sign * std::stoll(std::string(whole)));
    }
    std::string decimals(digits());
    if (whole.size() > 12 || decimals.empty() || decimals.size() > 3) return {};
    decimals.resize(3, '0');
    return FlagValue(Decimal{sign * std::stoll(std::string(whole) + decimals)});
  }

  // §4.2.5
  std::optional<FlagValue> string() {
    std::string text;
    while (!rest_.empty()) {
      char c = take_first(1)[0];
      if (c == '"') return FlagValue(std::move(text));
      if (c < ' ' || c > '~') return {};
      if (c == '\\') {
        if (rest_.empty() || (rest_[0] != '"' && rest_[0] != '\\')) return {};
        c = take_first(1)[0];
      }
      text += c;
    }
    return {};
  }

  // §4.2.10; that the bytes are UTF-8 is left to who asks.
  std::optional<FlagValue> display_string() {
    std::string text;
    take_first(2);
    while (!rest_.empty()) {
      const char c = take_first(1)[0];
      if (c == '"') return FlagValue(std::move(text));
      if (c < ' ' || c > '~') return {};
      if (c != '%') {
        text += c;
        continue;
      }
      constexpr std::string_view hex = "0123456789abcdef";
      if (rest_.size() < 2) return {};
      const auto high = hex.find(rest_[0]), low = hex.find(rest_[1]);
      if (high == hex.npos || low == hex.npos) return {};
      text += static_cast<char>(high << 4 | low);
      rest_.remove_prefix(2);
    }
    return {};
  }

  static bool digit(char c) { return c >= '0' && c <= '9'; }

  std::string_view digits() {
    std::size_t size = 0;
    while (size < rest_.size() && digit(rest_[size])) ++size;
    return take_first(size);
  }

  std::string_view take_first(std::size_t size) {
    const auto first = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return first;
  }

  bool take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  void skip_blanks() {
    while (take(' ') || take('\t')) {
    }
  }

  std::string_view rest_;
};

inline std::optional<DictionaryParser::Members> parse_dictionary(std::string_view text) {
  return DictionaryParser(text).dictionary();
}

}  // namespace sluice
