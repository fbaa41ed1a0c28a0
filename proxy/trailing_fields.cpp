#include "proxy/trailing_fields.h"

#include <algorithm>
#include <array>

namespace sluice {
namespace {

constexpr std::array<std::string_view, 14> never_trailing{"authorization",
                                                          "cache-control",
                                                          "content-encoding",
                                                          "content-range",
                                                          "content-type",
                                                          "date",
                                                          "expires",
                                                          "location",
                                                          "max-forwards",
                                                          "range",
                                                          "proxy-authorization",
                                                          "set-cookie",
                                                          "vary",
                                                          "www-authenticate"};

}  // namespace

bool may_trail(const Field& field) noexcept {
  return field.id == HeaderId::other && std::ranges::none_of(never_trailing, [&](std::string_view name) {
           return equal_ignoring_case(field.name, name);
         });
}

}  // namespace sluice
