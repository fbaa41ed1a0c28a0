#include "routing/weight.h"

#include <algorithm>

namespace sluice {

std::optional<Weight> Weight::parse(std::string_view text) noexcept {
  const auto dot = text.find('.');
  const auto whole = text.substr(0, dot);
  const auto decimals = dot == std::string_view::npos ? std::string_view() : text.substr(dot + 1);
  const auto digits = [](std::string_view s) { return s.find_first_not_of("0123456789") == s.npos; };
  if (whole.empty() || whole.size() > 10 || !digits(whole) || !digits(decimals) || decimals.size() > 6)
    return {};
  if (dot != std::string_view::npos && decimals.empty()) return {};
  std::uint64_t millionths = 0;
  for (const char c : whole) millionths = millionths * 10 + static_cast<std::uint64_t>(c - '0');
  for (std::size_t i = 0; i < 6; ++i)
    millionths = millionths * 10 + (i < decimals.size() ? static_cast<std::uint64_t>(decimals[i] - '0') : 0);
  if (millionths > max) return {};
  return Weight{millionths};
}

std::string Weight::text() const {
  auto text = std::to_string(millionths / unit);
  if (const auto rest = millionths % unit) {
    auto decimals = std::to_string(rest);
    decimals.insert(0, 6 - decimals.size(), '0');
    decimals.erase(decimals.find_last_not_of('0') + 1);
    text += "." + decimals;
  }
  return text;
}

}  // namespace sluice
