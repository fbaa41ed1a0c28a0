// The cookies of a request (RFC 6265 §4.2.1), found by name without splitting the fields apart. Whatever a
// client puts into a Cookie field is safe to look through: nothing is decoded, nothing copied.
#pragma once

#include <optional>
#include <string_view>

#include "routing/fields.h"

namespace sluice {

// Goes through the values that a cookie of this name has, over all Cookie fields, in order. Names are
// case-sensitive.
class CookieValues {
 public:
  CookieValues(const Fields& fields, std::string_view name) noexcept;

  // The next value, as sent; nothing when there are no more.
  [[nodiscard]] std::optional<std::string_view> next() noexcept;

 private:
  bool next_field() noexcept;

  std::string_view name_;
  const Field* next_;  // field to look through
  const Field* end_;
  const char* at_ = nullptr;  // where the next pair of the field that is being looked through begins
  const char* end_of_field_ = nullptr;
};

// The first one's value.
[[nodiscard]] std::optional<std::string_view> find_cookie(const Fields& fields,
                                                          std::string_view name) noexcept;

}  // namespace sluice
