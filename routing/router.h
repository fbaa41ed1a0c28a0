// Everything that is decided about a request before a target is picked: rule → service → identity → split.
// Pure: the point of a request without identity comes from the caller's sequence.
#pragma once

#include <optional>
#include <string_view>

#include "routing/point.h"
#include "routing/request_head.h"
#include "routing/snapshot.h"

namespace sluice {

struct Assignment {
  const Variant* variant;
  Point point;
  std::optional<std::string_view> identity;  // what the point was made from; none: the sequence
};

[[nodiscard]] Assignment assign(const Service& service, const RequestHead& head,
                                PointSequence& sequence) noexcept;

}  // namespace sluice
