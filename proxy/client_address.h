// Who asks, where trusted proxies may stand between: the peer's address, or the one that a trusted peer
// forwards for.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "routing/fields.h"
#include "routing/snapshot.h"

namespace sluice {

using AddressBytes = std::array<std::uint8_t, 16>;  // v4 as v4-mapped v6

// The last address of X-Forwarded-For that is not a trusted proxy's own; the first if all are. What is no
// address ends the search: nothing left of it can be believed. `peer` itself must be trusted.
[[nodiscard]] AddressBytes forwarded_client(const Fields& fields, const AddressBytes& peer,
                                            std::span<const AddressRange> trusted) noexcept;

}  // namespace sluice
