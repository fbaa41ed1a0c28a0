// Who says where a user stands: Sluice's own line (routing/point.h), or a feature-flag vendor's formula
// (routing/vendor_hash.h).
#pragma once

#include <cstdint>

namespace sluice {

enum class HashMethod : std::uint8_t { sluice, launchdarkly, growthbook_v2, unleash, flagd_v2 };

}  // namespace sluice
