// Flags of any bytes: a member reads back as what it was made of, alone and among others, or there is none,
// and for a reason.
#include <algorithm>
#include <cstring>
#include <string>

#include "routing/flags.h"
#include "tests/fuzz/require.h"
#include "tests/unit/routing/parse_dictionary.h"

namespace sluice::fuzz {
namespace {

std::int64_t number_in(std::string_view bytes) {
  std::int64_t number = 0;
  if (!bytes.empty()) std::memcpy(&number, bytes.data(), std::min(bytes.size(), sizeof number));
  return number;
}

FlagValue flag_of(std::string_view bytes, std::size_t kind) {
  if (kind == 0) return bytes.empty();
  if (kind == 1) return number_in(bytes);
  if (kind == 2) return Decimal{number_in(bytes)};
  return std::string(bytes);
}

// Good keys with these have a member; of other text only the reader knows.
bool must_have_a_member(const FlagValue& value) {
  const auto small = [](std::int64_t n) { return n >= -Decimal::max && n <= Decimal::max; };
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return small(*integer);
  if (const auto* decimal = std::get_if<Decimal>(&value)) return small(decimal->thousandths);
  const auto* text = std::get_if<std::string>(&value);
  return !text || std::ranges::all_of(*text, [](char c) { return c >= 0; });
}

}  // namespace
}  // namespace sluice::fuzz

// KEY \n VALUE, and a byte for the value's kind
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sluice;
  auto input = fuzz::text_of(data, size);
  const auto kind = fuzz::take_number(input) % 4;
  const auto end = input.find('\n');
  const std::string key(input.substr(0, end));
  const auto value = fuzz::flag_of(end == input.npos ? std::string_view() : input.substr(end + 1), kind);

  const auto member = flag_member(key, value);
  fuzz::require(member || !member.error().empty());
  fuzz::require(member || !flag_key(key) || !fuzz::must_have_a_member(value));
  if (!member) return 0;
  using Members = DictionaryParser::Members;
  fuzz::require(parse_dictionary(*member) == Members{{key, value}});
  if (key == "before" || key == "after") return 0;
  fuzz::require(parse_dictionary("before, " + *member + ", after") ==
                Members{{"before", true}, {key, value}, {"after", true}});
  return 0;
}
