// Pins: for versions that must not mix (HTML of one, chunks of another) a user stays in a variant for a while
// after the last request. A second cookie says so, signed and expiring; the identity cookie knows nothing of
// it.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "routing/fields.h"
#include "routing/signature.h"

namespace sluice {

struct PinPolicy {
  std::string cookie;  // its name, one a service
  std::chrono::seconds duration{};
  SigningKeys keys;  // of this service alone, so that no other's pin passes
  bool operator==(const PinPolicy&) const = default;
};

using UnixSeconds = std::chrono::sys_seconds;

// The variant that a request's pin names, while it lasts; empty if there is none.
[[nodiscard]] std::string_view find_pin(const PinPolicy& policy, const Fields& fields,
                                        UnixSeconds now) noexcept;

// "VARIANT.EXPIRY.TAG", with the expiry in seconds since 1970.
class PinValue {
 public:
  static constexpr std::size_t longest_variant = 64;

  PinValue() = default;
  PinValue(const PinPolicy& policy, std::string_view variant, UnixSeconds now) noexcept;
  [[nodiscard]] std::string_view text() const noexcept { return {text_.data(), size_}; }

 private:
  std::array<char, longest_variant + 1 + 20 + 1 + std::tuple_size_v<Tag>> text_;
  std::size_t size_ = 0;
};

}  // namespace sluice
