#include "routing/identity_cookie.h"

#include <algorithm>

#include "routing/cookies.h"

namespace sluice {
namespace {

constexpr std::size_t id_size = std::tuple_size_v<IdText>;

bool is_valid(const IdentityCookie& cookie, std::string_view value) noexcept {
  if (value.size() != std::tuple_size_v<IdentityCookieValue> || value[id_size] != '.') return false;
  return cookie.keys.signed_by_us(value.substr(0, id_size), value.substr(id_size + 1));
}

}  // namespace

FoundId find_id(const IdentityCookie& cookie, const Fields& fields) noexcept {
  FoundId found;
  CookieValues values(fields, cookie.name);
  while (const auto value = values.next()) {
    if (is_valid(cookie, *value)) return {CookieVerdict::valid, value->substr(0, id_size)};
    found.verdict = CookieVerdict::forged;
  }
  return found;
}

IdentityCookieValue cookie_value(const IdentityCookie& cookie, const IdText& id) noexcept {
  IdentityCookieValue value;
  const auto tag = cookie.keys.sign({id.data(), id.size()});
  auto at = std::ranges::copy(id, value.begin()).out;
  *at++ = '.';
  std::ranges::copy(tag, at);
  return value;
}

}  // namespace sluice
