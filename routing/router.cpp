#include "routing/router.h"

namespace sluice {

Assignment assign(const Service& service, const RequestHead& head, PointSequence& sequence) noexcept {
  const auto identity = find_identity(service.identity, head);
  const Point point = identity ? point_of(service.salt_seed, *identity) : sequence.next();
  return {&service.variants[service.split.variant_at(point)], point, identity};
}

}  // namespace sluice
