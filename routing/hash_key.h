// What consistent_hash goes by, as a number: the same for the same user, on every node and for ever.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "routing/request_head.h"
#include "routing/target_group.h"

namespace sluice {

// `identity`: that of the request in its service, if it has one. A header that is missing or empty leaves the
// identity, an identity that is leaves the client's address.
[[nodiscard]] std::uint64_t hash_key(const HashBy& by, const RequestHead& head,
                                     std::optional<std::string_view> identity) noexcept;

}  // namespace sluice
