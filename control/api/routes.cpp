#include "control/api/routes.h"

#include <algorithm>
#include <array>
#include <optional>

#include "control/api/endpoints.h"
#include "control/percent_encoding.h"

namespace sluice {
namespace {

using Segments = std::vector<std::string_view>;

Segments split(std::string_view path) {
  Segments segments;
  for (std::size_t begin = 0; begin <= path.size();) {
    const auto end = std::min(path.find('/', begin), path.size());
    segments.push_back(path.substr(begin, end - begin));
    begin = end + 1;
  }
  return segments;
}

// What stands for the pattern's {…}, or nothing if the path is another one.
std::optional<std::vector<std::string>> match(std::string_view pattern, const Segments& path) {
  const auto wanted = split(pattern);
  if (wanted.size() != path.size()) return {};
  std::vector<std::string> parameters;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (wanted[i].starts_with('{') && !path[i].empty())
      parameters.push_back(percent_decoded(path[i]));
    else if (wanted[i] != path[i])
      return {};
  }
  return parameters;
}

}  // namespace

std::span<const Route> routes() {
  static constexpr std::array table{
      Route{"GET", "/livez", Role::none, endpoints::livez},
      Route{"GET", "/readyz", Role::none, endpoints::readyz},
      Route{"GET", "/metrics", Role::viewer, endpoints::metrics},
      Route{"GET", "/openapi.json", Role::viewer, endpoints::openapi},
      Route{"GET", "/v1/status", Role::viewer, endpoints::status},
      Route{"GET", "/v1/services", Role::viewer, endpoints::services},
      Route{"GET", "/v1/services/{service}", Role::viewer, endpoints::service},
      Route{"PUT", "/v1/services/{service}/weights", Role::operator_, endpoints::put_weights},
      Route{"POST", "/v1/services/{service}/rollouts", Role::operator_, endpoints::start_rollout},
      Route{"GET", "/v1/rollouts", Role::viewer, endpoints::rollouts},
      Route{"GET", "/v1/rollouts/{rollout}", Role::viewer, endpoints::rollout},
      Route{"POST", "/v1/rollouts/{rollout}/pause", Role::operator_, endpoints::pause_rollout},
      Route{"POST", "/v1/rollouts/{rollout}/resume", Role::operator_, endpoints::resume_rollout},
      Route{"POST", "/v1/rollouts/{rollout}/promote", Role::operator_, endpoints::promote_rollout},
      Route{"POST", "/v1/rollouts/{rollout}/approve", Role::operator_, endpoints::approve_rollout},
      Route{"POST", "/v1/rollouts/{rollout}/abort", Role::operator_, endpoints::abort_rollout},
      Route{"GET", "/v1/revisions", Role::viewer, endpoints::revisions},
      Route{"GET", "/v1/revisions/{revision}", Role::operator_, endpoints::revision},
      Route{"POST", "/v1/revisions/{revision}/rollback", Role::admin, endpoints::roll_back},
      Route{"GET", "/v1/config", Role::operator_, endpoints::get_config},
      Route{"PUT", "/v1/config", Role::admin, endpoints::put_config},
      Route{"GET", "/v1/target-groups", Role::viewer, endpoints::target_groups},
      Route{"GET", "/v1/target-groups/{group}", Role::viewer, endpoints::target_group},
      Route{"POST", "/v1/target-groups/{group}/targets/{target}/drain", Role::operator_,
            endpoints::drain_target},
      Route{"POST", "/v1/target-groups/{group}/targets/{target}/undrain", Role::operator_,
            endpoints::undrain_target},
      Route{"GET", "/v1/events", Role::viewer, endpoints::events},
      Route{"GET", "/v1/experiments", Role::viewer, endpoints::experiments},
      Route{"GET", "/v1/whois", Role::viewer, endpoints::whois},
      Route{"POST", "/v1/overrides", Role::operator_, endpoints::sign_override},
  };
  return table;
}

Result<FoundRoute, ApiResponse> find_route(std::string_view method, std::string_view path) {
  const auto segments = split(path);
  if (method == "HEAD") method = "GET";
  std::string allowed;
  for (const auto& route : routes()) {
    auto parameters = match(route.pattern, segments);
    if (!parameters) continue;
    if (route.method == method) return FoundRoute{&route, std::move(*parameters)};
    allowed +=
        (allowed.empty() ? "" : ", ") + std::string(route.method == "GET" ? "GET, HEAD" : route.method);
  }
  if (allowed.empty())
    return failure(
        problem(404, "no_such_endpoint", "nothing is here; /openapi.json describes what there is"));
  auto refused = problem(405, "method_not_allowed", "this takes " + allowed);
  refused.headers.emplace_back("Allow", allowed);
  return failure(std::move(refused));
}

boost::asio::awaitable<ApiResponse> answer_of(const Route& route, AdminApi& api, ApiRequest request) {
  if (const auto* plain = std::get_if<PlainAnswer>(&route.answer)) co_return (*plain)(api, request);
  auto waiting = std::get<WaitingAnswer>(route.answer)(api, std::move(request));
  co_return co_await std::move(waiting);
}

}  // namespace sluice
