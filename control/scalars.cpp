#include "control/scalars.h"

#include <algorithm>
#include <charconv>

#include "control/did_you_mean.h"
#include "control/quoted.h"

namespace sluice::config {
namespace {

std::string out_of_range(std::string_view text, const std::string& low, const std::string& high) {
  return quoted(text) + " is out of range; it must be from " + low + " to " + high;
}

}  // namespace

Result<std::string, std::string> any_text(std::string_view text) {
  return std::string(text);
}

Result<std::string, std::string> some_text(std::string_view text) {
  if (text.empty()) return failure(std::string("must not be empty"));
  return std::string(text);
}

Result<std::string, std::string> name(std::string_view text) {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
  if (!text.empty() && text.size() <= 64 && text.find_first_not_of(letters) == std::string_view::npos)
    return std::string(text);
  return failure(quoted(text) + " is not a name; use 1 to 64 of A-Z a-z 0-9 - _ .");
}

Result<bool, std::string> boolean(std::string_view text) {
  if (text == "true") return true;
  if (text == "false") return false;
  return failure(quoted(text) + " is neither true nor false");
}

Result<Weight, std::string> weight(std::string_view text) {
  if (const auto weight = Weight::parse(text)) return *weight;
  return failure(quoted(text) +
                 " is not a weight; write a number from 0 to 1000000000 with at most six decimals");
}

Result<Weight, std::string> percent(std::string_view text) {
  constexpr auto fourth_decimal = Weight::unit / 10'000;
  const auto number = text.ends_with('%') ? Weight::parse(text.substr(0, text.size() - 1)) : std::nullopt;
  if (!number || number->millionths % fourth_decimal != 0)
    return failure(quoted(text) + " is not a percentage; write as 10% or 0.5%, with at most four decimals");
  if (number->millionths > 100 * Weight::unit) return failure(out_of_range(text, "0%", "100%"));
  return *number;
}

DurationParser duration(std::chrono::milliseconds low, std::chrono::milliseconds high) {
  return [=](std::string_view text) -> Result<std::chrono::milliseconds, std::string> {
    auto value = parse_duration(text);
    if (value && (*value < low || *value > high))
      return failure(out_of_range(text, duration_text(low), duration_text(high)));
    return value;
  };
}

NumberParser number(std::int64_t low, std::int64_t high) {
  return [=](std::string_view text) -> Result<std::int64_t, std::string> {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = end == text.data() + text.size() && !text.empty();
    if (!whole || error == std::errc::invalid_argument)
      return failure(quoted(text) + " is not a whole number");
    if (error != std::errc() || value < low || value > high)
      return failure(out_of_range(text, std::to_string(low), std::to_string(high)));
    return value;
  };
}

SizeParser size(std::uint64_t low, std::uint64_t high) {
  return [=](std::string_view text) -> Result<std::uint64_t, std::string> {
    auto value = parse_size(text);
    if (value && (*value < low || *value > high))
      return failure(out_of_range(text, size_text(low), size_text(high)));
    return value;
  };
}

WordParser one_of(Words words) {
  return [words = std::move(words)](std::string_view text) -> Result<std::string, std::string> {
    const std::string word(text);
    if (std::ranges::find(words.known, word) != words.known.end()) return word;
    if (std::ranges::find(words.not_supported, word) != words.not_supported.end())
      return failure(quoted(text) + " is not supported by this version");
    std::string choice;
    for (const auto& known : words.known) choice += (choice.empty() ? "" : " or ") + quoted(known);
    return failure(quoted(text) + " is not known; it must be " + choice + did_you_mean(text, words.known));
  };
}

}  // namespace sluice::config
