// What single values of the configuration may be: each function makes a parser, for Mapping::read, that knows
// its bounds and says what would be right.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "control/units.h"
#include "routing/result.h"
#include "routing/weight.h"

namespace sluice::config {

[[nodiscard]] Result<std::string, std::string> any_text(std::string_view text);
[[nodiscard]] Result<std::string, std::string> some_text(std::string_view text);  // not empty
// 1 to 64 letters, digits, `-`, `_` and `.`: names become label values, header values and key paths.
[[nodiscard]] Result<std::string, std::string> name(std::string_view text);
[[nodiscard]] Result<bool, std::string> boolean(std::string_view text);
[[nodiscard]] Result<Weight, std::string> weight(std::string_view text);
// "5%", "0.0001%": 0 to 100, in per cent.
[[nodiscard]] Result<Weight, std::string> percent(std::string_view text);

using DurationParser = std::function<Result<std::chrono::milliseconds, std::string>(std::string_view)>;
using NumberParser = std::function<Result<std::int64_t, std::string>(std::string_view)>;
using SizeParser = std::function<Result<std::uint64_t, std::string>(std::string_view)>;

[[nodiscard]] DurationParser duration(std::chrono::milliseconds low, std::chrono::milliseconds high);
[[nodiscard]] NumberParser number(std::int64_t low, std::int64_t high);
[[nodiscard]] SizeParser size(std::uint64_t low, std::uint64_t high);

// One of some words, of which later versions have more.
struct Words {
  std::vector<std::string> known;
  std::vector<std::string> not_supported;
};
using WordParser = std::function<Result<std::string, std::string>(std::string_view)>;
[[nodiscard]] WordParser one_of(Words words);

}  // namespace sluice::config
