// The description of the admin API, as /openapi.json gives it. A test compares it with the routes.
#pragma once

#include <string_view>

namespace sluice {

[[nodiscard]] std::string_view openapi_text();

}  // namespace sluice
