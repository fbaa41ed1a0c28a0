// The table of endpoints: what the server answers, what the OpenAPI file and the documentation must describe.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "control/api/message.h"
#include "routing/result.h"

namespace sluice {

class AdminApi;

struct Route {
  std::string_view method;   // GET stands for HEAD, too
  std::string_view pattern;  // as OpenAPI writes it: {…} stands for one segment
  ApiResponse (*answer)(AdminApi& api, const ApiRequest& request);
};

[[nodiscard]] std::span<const Route> routes();

struct FoundRoute {
  const Route* route;
  std::vector<std::string> parameters;
};

// The route for a request, or the 404 or 405 that it gets.
[[nodiscard]] Result<FoundRoute, ApiResponse> find_route(std::string_view method, std::string_view path);

}  // namespace sluice
