#include "routing/point.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace sluice {

std::uint64_t salt_seed(std::string_view salt) noexcept {
  return XXH3_64bits(salt.data(), salt.size());
}

Point point_of(std::uint64_t salt_seed, std::string_view identity) noexcept {
  return XXH3_64bits_withSeed(identity.data(), identity.size(), salt_seed);
}

}  // namespace sluice
