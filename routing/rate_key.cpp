#include "routing/rate_key.h"

#include <algorithm>

#include "routing/snapshot.h"
#include "routing/visitor.h"

namespace sluice {
namespace {

bool is_v4(const std::array<std::uint8_t, 16>& address) noexcept {
  static constexpr std::array<std::uint8_t, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  return std::equal(mapped.begin(), mapped.end(), address.begin());
}

std::uint64_t address_key(std::uint64_t seed, const std::array<std::uint8_t, 16>& address) noexcept {
  const std::size_t size = is_v4(address) ? 16 : 8;
  return point_of(seed, {reinterpret_cast<const char*>(address.data()), size});
}

}  // namespace

std::uint64_t rate_key(const RateLimit& limit, const Snapshot& snapshot, Visitor& visitor) {
  if (limit.by == LimitBy::everybody) return 0;
  if (limit.by == LimitBy::identity) {
    const auto& identity = visitor.identity(*snapshot.services[limit.service]);
    // Under another seed than addresses: an identity that looks like one is still another budget.
    if (identity.value && !identity.minted) return point_of(limit.seed ^ golden_step, *identity.value);
  }
  return address_key(limit.seed, visitor.head().client);
}

}  // namespace sluice
