// Who the user is: the bytes that a service's sticky policy names, found in a request head.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "routing/request_head.h"

namespace sluice {

enum class IdentityFrom { cookie, header, query };

struct IdentitySource {
  IdentityFrom from;
  std::string name;
  bool operator==(const IdentitySource&) const = default;
};

// The value of the first source that is present and not empty; a view into the head.
[[nodiscard]] std::optional<std::string_view> find_identity(const std::vector<IdentitySource>& sources,
                                                            const RequestHead& head) noexcept;

// The value of the first cookie of that name over all Cookie fields (RFC 6265 §5.4; names are
// case-sensitive).
[[nodiscard]] std::optional<std::string_view> find_cookie(const Fields& fields,
                                                          std::string_view name) noexcept;

}  // namespace sluice
