#include "routing/pin.h"

#include <algorithm>
#include <cassert>
#include <charconv>

#include "routing/cookies.h"

namespace sluice {
namespace {

constexpr std::size_t tag_size = std::tuple_size_v<Tag>;

// A variant's name may have dots in it: the value is taken apart from its end.
std::string_view variant_of(const PinPolicy& policy, std::string_view value, UnixSeconds now) noexcept {
  if (value.size() < tag_size + 4) return {};
  const auto dot = value.size() - tag_size - 1;
  const auto content = value.substr(0, dot);
  if (value[dot] != '.' || !policy.keys.signed_by_us(content, value.substr(dot + 1))) return {};
  const auto before_expiry = content.rfind('.');
  if (before_expiry == std::string_view::npos) return {};
  std::int64_t expiry = 0;
  const auto* const end = content.data() + content.size();
  if (std::from_chars(content.data() + before_expiry + 1, end, expiry).ptr != end) return {};
  if (expiry < now.time_since_epoch().count()) return {};
  return content.substr(0, before_expiry);
}

}  // namespace

std::string_view find_pin(const PinPolicy& policy, const Fields& fields, UnixSeconds now) noexcept {
  CookieValues values(fields, policy.cookie);
  while (const auto value = values.next())
    if (const auto variant = variant_of(policy, *value, now); !variant.empty()) return variant;
  return {};
}

PinValue::PinValue(const PinPolicy& policy, std::string_view variant, UnixSeconds now) noexcept {
  assert(variant.size() <= longest_variant);
  char* at = std::ranges::copy(variant, text_.data()).out;
  *at++ = '.';
  at = std::to_chars(at, at + 20, (now + policy.duration).time_since_epoch().count()).ptr;
  const auto tag = policy.keys.sign({text_.data(), static_cast<std::size_t>(at - text_.data())});
  *at++ = '.';
  at = std::ranges::copy(tag, at).out;
  size_ = static_cast<std::size_t>(at - text_.data());
}

}  // namespace sluice
