// The `Feature-Flags` request header that tells an upstream which flags its user has: a dictionary of RFC
// 9651, one member a flag. Members are made with the configuration; a request only copies them.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "routing/result.h"

namespace sluice {

// RFC 9651 §3.3.2: at most 12 digits before the point and three after it.
struct Decimal {
  static constexpr std::int64_t max = 999'999'999'999'999;

  std::int64_t thousandths = 0;

  auto operator<=>(const Decimal&) const = default;
};

// Text is UTF-8.
using FlagValue = std::variant<bool, std::int64_t, Decimal, std::string>;

// The key itself, if it may be one (RFC 9651 §3.1.2). Errors are sentences for the user, here and below.
[[nodiscard]] Result<std::string, std::string> flag_key(std::string_view key);

// `search="v2"`, `one-click` for true, `one-click=?0`, `limit=10`, `ratio=0.5`.
[[nodiscard]] Result<std::string, std::string> flag_member(std::string_view key, const FlagValue& value);

}  // namespace sluice
