// Which fields may come behind a body, whatever the version.
#pragma once

#include "routing/fields.h"

namespace sluice {

// RFC 9110 §6.5.1: fields that frame, route, authenticate, or say what the content is must not come in a
// trailer: those who decided from the head would be deceived. What Sluice knows by name is of that kind
// throughout. Such a field is left out, the others pass.
[[nodiscard]] bool may_trail(const Field& field) noexcept;

}  // namespace sluice
