// A variant's weight: any non-negative decimal number, relative to the sum. Kept as an integer number of
// millionths, so that a split is made from the digits that were typed and every node makes the same one.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sluice {

struct Weight {
  static constexpr std::uint64_t unit = 1'000'000;
  static constexpr std::uint64_t max = 1'000'000'000 * unit;

  std::uint64_t millionths = 0;

  // Digits with at most six decimals ("90", "0.5"), at most a thousand million; nothing else.
  [[nodiscard]] static std::optional<Weight> parse(std::string_view text) noexcept;
  [[nodiscard]] double value() const noexcept { return static_cast<double>(millionths) / unit; }
  [[nodiscard]] std::string text() const;  // the shortest decimal that parses to the same weight

  auto operator<=>(const Weight&) const = default;
};

}  // namespace sluice
