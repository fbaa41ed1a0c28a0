// The table of endpoints: what the server answers, what the OpenAPI file and the documentation must describe.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "control/api/message.h"
#include "control/api/role.h"
#include "routing/result.h"

namespace sluice {

class AdminApi;

// Most endpoints answer at once. One that waits is a coroutine: what it saw may have changed when it goes on,
// and once AdminApi::stopped() nothing but that may be asked of the API.
using PlainAnswer = ApiResponse (*)(AdminApi& api, const ApiRequest& request);
using WaitingAnswer = boost::asio::awaitable<ApiResponse> (*)(AdminApi& api, ApiRequest request);

struct Route {
  std::string_view method;   // GET stands for HEAD, too
  std::string_view pattern;  // as OpenAPI writes it: {…} stands for one segment
  Role role;                 // what one must at least be
  std::variant<PlainAnswer, WaitingAnswer> answer;
};

[[nodiscard]] std::span<const Route> routes();

struct FoundRoute {
  const Route* route;
  std::vector<std::string> parameters;
};

// The route for a request, or the 404 or 405 that it gets.
[[nodiscard]] Result<FoundRoute, ApiResponse> find_route(std::string_view method, std::string_view path);

[[nodiscard]] boost::asio::awaitable<ApiResponse> answer_of(const Route& route, AdminApi& api,
                                                            ApiRequest request);

}  // namespace sluice
