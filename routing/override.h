// X-Sluice-Override: a tester's own choice of a variant, "SERVICE=VARIANT" for one service or several with
// commas between. It counts from trusted addresses, or signed and for a time:
// "SERVICE=VARIANT;expires=SECONDS;tag=TAG".
#pragma once

#include <string>
#include <string_view>

#include "routing/pin.h"

namespace sluice {

enum class OverrideVerdict : std::uint8_t {
  absent,  // none for this service
  applied,
  refused,  // malformed, expired, not signed by us, or no such variant
};

struct FoundOverride {
  OverrideVerdict verdict = OverrideVerdict::absent;
  std::string_view variant{};  // if applied
};

// What the header says about a service. `trusted`: the client's address needs no signature.
[[nodiscard]] FoundOverride find_override(std::string_view header, std::string_view service,
                                          const SigningKeys& keys, UnixSeconds now, bool trusted) noexcept;

// Whether a field's value is a single item, and signed by us for a time that is not over.
[[nodiscard]] bool is_signed_override(std::string_view value, const SigningKeys& keys,
                                      UnixSeconds now) noexcept;

// The header's value for a tester.
[[nodiscard]] std::string sign_override(const SigningKeys& keys, std::string_view service,
                                        std::string_view variant, UnixSeconds expires);

}  // namespace sluice
