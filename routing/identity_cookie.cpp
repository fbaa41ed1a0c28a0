#include "routing/identity_cookie.h"

#include <algorithm>

#include "routing/cookies.h"

namespace sluice {
namespace {

constexpr std::size_t id_size = std::tuple_size_v<IdText>;

}  // namespace

std::optional<std::string_view> signed_id(const IdentityCookie& cookie, std::string_view value) noexcept {
  if (value.size() != std::tuple_size_v<IdentityCookieValue> || value[id_size] != '.') return {};
  const auto id = value.substr(0, id_size);
  if (!cookie.keys.signed_by_us(id, value.substr(id_size + 1))) return {};
  return id;
}

FoundId find_id(const IdentityCookie& cookie, const Fields& fields) noexcept {
  FoundId found;
  CookieValues values(fields, cookie.name);
  while (const auto value = values.next()) {
    if (const auto id = signed_id(cookie, *value)) return {CookieVerdict::valid, *id};
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
