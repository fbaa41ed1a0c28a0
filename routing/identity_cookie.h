// The cookie that gives an identity to users who bring none: an opaque random id and our tag of it, "ID.TAG".
// It says who, never which version, so that weights go on deciding.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "routing/fields.h"
#include "routing/signature.h"

namespace sluice {

struct IdentityCookie {
  std::string name;
  std::chrono::seconds max_age{};
  SigningKeys keys;
  bool operator==(const IdentityCookie&) const = default;
};

// What a request's own cookie is worth.
enum class CookieVerdict : std::uint8_t {
  absent,
  valid,
  forged,  // malformed, or not signed by any of our keys: as good as absent, but counted
};

// The id in a cookie's value; nothing if that is malformed or not signed by us. A view into it.
[[nodiscard]] std::optional<std::string_view> signed_id(const IdentityCookie& cookie,
                                                        std::string_view value) noexcept;

struct FoundId {
  CookieVerdict verdict = CookieVerdict::absent;
  std::string_view id{};  // if valid: a view into the request
};

// The first valid one, if there are several of that name (a parent domain may have set another).
[[nodiscard]] FoundId find_id(const IdentityCookie& cookie, const Fields& fields) noexcept;

// What stands in the cookie for this id.
using IdentityCookieValue = std::array<char, std::tuple_size_v<IdText> + 1 + std::tuple_size_v<Tag>>;
[[nodiscard]] IdentityCookieValue cookie_value(const IdentityCookie& cookie, const IdText& id) noexcept;

}  // namespace sluice
