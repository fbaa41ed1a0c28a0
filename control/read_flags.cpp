#include "control/read_flags.h"

#include <charconv>
#include <limits>
#include <optional>

namespace sluice::config {
namespace {

// A number as JSON writes it, without exponent: 007 and +1 are somebody's text.
struct Number {
  bool negative = false;
  std::string_view whole;
  std::optional<std::string_view> decimals;
};

bool are_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == text.npos;
}

std::optional<Number> number_in(std::string_view text) {
  Number number{.negative = text.starts_with('-'), .whole = {}, .decimals = {}};
  if (number.negative) text.remove_prefix(1);
  const auto point = text.find('.');
  number.whole = text.substr(0, point);
  if (point != text.npos) number.decimals = text.substr(point + 1);
  if (!are_digits(number.whole) || (number.whole.size() > 1 && number.whole[0] == '0')) return {};
  if (number.decimals && !are_digits(*number.decimals)) return {};
  return number;
}

// Of digits; what is too large for 64 bits stays the largest, which flag_member refuses too.
std::int64_t integer_of(const std::string& digits, bool negative) {
  auto value = std::numeric_limits<std::int64_t>::max();
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return negative ? -value : value;
}

Result<FlagValue, std::string> plain_flag(std::string_view text) {
  if (text == "true") return true;
  if (text == "false") return false;
  const auto number = number_in(text);
  if (!number) return std::string(text);
  std::string digits(number->whole);
  if (!number->decimals) return integer_of(digits, number->negative);
  if (number->decimals->size() > 3)
    return failure("`" + std::string(text) +
                   "` has more than three decimals; write fewer, or quote it as text");
  digits.append(*number->decimals).append(3 - number->decimals->size(), '0');
  return Decimal{integer_of(digits, number->negative)};
}

}  // namespace

std::vector<std::pair<std::string, FlagValue>> read_flags(const Value& value) {
  std::vector<std::pair<std::string, FlagValue>> flags;
  value.each_named(flag_key, [&](const std::string& key, const Value& entry) {
    std::optional<FlagValue> flag;
    entry.read(flag, [&](std::string_view text) -> Result<FlagValue, std::string> {
      auto read = entry.is_quoted() ? FlagValue(std::string(text)) : plain_flag(text);
      if (!read) return read;
      const auto member = flag_member(key, *read);
      if (!member) return failure(member.error());
      return read;
    });
    if (flag) flags.emplace_back(key, *std::move(flag));
  });
  return flags;
}

}  // namespace sluice::config
