#include "routing/flags.h"

#include <algorithm>

namespace sluice {
namespace {

constexpr std::int64_t max_integer = 999'999'999'999'999;  // RFC 9651 §3.3.1

// What stands behind the key.
using Text = Result<std::string, std::string>;

bool is_printable(char c) {
  return c >= ' ' && c <= '~';
}

bool within(std::uint8_t byte, std::uint8_t low, std::uint8_t high) {
  return byte >= low && byte <= high;
}

// The bytes of the character that text begins with, by RFC 3629 §4's table; 0 if there is none.
std::size_t character_size(std::string_view text) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<std::uint8_t>(text[i]) : std::uint8_t{0};
  };
  const auto continues = [&](std::size_t i) { return within(byte(i), 0x80, 0xBF); };
  const auto first = byte(0);
  if (first < 0x80) return 1;
  if (within(first, 0xC2, 0xDF)) return continues(1) ? 2 : 0;
  // No long form of what is shorter, no half of a surrogate pair, nothing above U+10FFFF.
  const std::uint8_t low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
  const std::uint8_t high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
  if (!within(byte(1), low, high)) return 0;
  if (within(first, 0xE0, 0xEF)) return continues(2) ? 3 : 0;
  return within(first, 0xF0, 0xF4) && continues(2) && continues(3) ? 4 : 0;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const auto size = character_size(text);
    if (size == 0) return false;
    text.remove_prefix(size);
  }
  return true;
}

// §4.1.6
std::string quoted_string(std::string_view text) {
  std::string result = "=\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + '"';
}

// §4.1.11: every byte that is not printable ASCII, and the two that the form itself needs.
std::string display_string(std::string_view text) {
  constexpr std::string_view hex = "0123456789abcdef";
  std::string result = "=%\"";
  for (const char c : text) {
    if (is_printable(c) && c != '%' && c != '"') {
      result += c;
      continue;
    }
    const auto byte = static_cast<std::uint8_t>(c);
    result += {'%', hex[byte >> 4], hex[byte & 15]};
  }
  return result + '"';
}

struct ValueText {
  // §4.1.2: a member that is true is its key alone.
  Text operator()(bool value) const { return std::string(value ? "" : "=?0"); }

  Text operator()(std::int64_t value) const {
    if (value >= -max_integer && value <= max_integer) return "=" + std::to_string(value);
    return failure(
        std::string("is out of range; a whole number must be from -999999999999999 to "
                    "999999999999999 (quoted, it is text)"));
  }

  // §4.1.5: no zeros at the end, but one digit at least.
  Text operator()(Decimal value) const {
    if (value.thousandths < -Decimal::max || value.thousandths > Decimal::max)
      return failure(
          std::string("is out of range; a decimal must be from -999999999999.999 to "
                      "999999999999.999 (quoted, it is text)"));
    const auto size = value.thousandths < 0 ? -value.thousandths : value.thousandths;
    auto decimals = std::to_string(1000 + size % 1000).substr(1);
    decimals.resize(std::max<std::size_t>(decimals.find_last_not_of('0') + 1, 1));
    return (value.thousandths < 0 ? "=-" : "=") + std::to_string(size / 1000) + "." + decimals;
  }

  // A String is ASCII, and without control characters (§3.3.3).
  Text operator()(const std::string& value) const {
    if (std::ranges::all_of(value, is_printable)) return quoted_string(value);
    if (is_utf8(value)) return display_string(value);
    return failure(std::string("is not UTF-8; text must be"));
  }
};

}  // namespace

Result<std::string, std::string> flag_key(std::string_view key) {
  constexpr std::string_view first = "abcdefghijklmnopqrstuvwxyz*";
  constexpr std::string_view others = "abcdefghijklmnopqrstuvwxyz0123456789_-.*";
  if (!key.empty() && first.find(key[0]) != first.npos && key.find_first_not_of(others) == key.npos)
    return std::string(key);
  return failure("`" + std::string(key) +
                 "` is no key of a flag; write a-z or *, and then any of a-z 0-9 _ - . *");
}

Result<std::string, std::string> flag_member(std::string_view key, const FlagValue& value) {
  auto member = flag_key(key);
  if (!member) return member;
  const auto text = std::visit(ValueText(), value);
  if (!text) return text;
  return *member + *text;
}

}  // namespace sluice
