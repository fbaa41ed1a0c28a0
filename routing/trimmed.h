// Fields' values and lists' elements without the white space around them (RFC 9110 §5.6.3: spaces and tabs).
#pragma once

#include <string_view>

namespace sluice {

[[nodiscard]] inline bool is_blank(char c) noexcept {
  return c == ' ' || c == '\t';
}

[[nodiscard]] inline std::string_view trimmed(std::string_view text) noexcept {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

// Calls `with` for each element of a comma-separated list that is not empty (RFC 9110 §5.6.1).
template <class Function>
void for_each_token(std::string_view list, Function with) noexcept {
  while (!list.empty()) {
    const auto comma = list.find(',');
    if (const auto token = trimmed(list.substr(0, comma)); !token.empty()) with(token);
    if (comma == std::string_view::npos) return;
    list.remove_prefix(comma + 1);
  }
}

}  // namespace sluice
