#include "control/api/routes.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "control/api/endpoints.h"

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

// Percent-decoded (RFC 3986 §2.1); what is no escape stays as it is.
std::string decode(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned char byte = 0;
    const auto escape = text.substr(i, 3);
    if (escape.size() == 3 && escape[0] == '%' &&
        std::from_chars(escape.data() + 1, escape.data() + 3, byte, 16).ptr == escape.data() + 3) {
      decoded += static_cast<char>(byte);
      i += 2;
    } else {
      decoded += text[i];
    }
  }
  return decoded;
}

// What stands for the pattern's {…}, or nothing if the path is another one.
std::optional<std::vector<std::string>> match(std::string_view pattern, const Segments& path) {
  const auto wanted = split(pattern);
  if (wanted.size() != path.size()) return {};
  std::vector<std::string> parameters;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (wanted[i].starts_with('{') && !path[i].empty())
      parameters.push_back(decode(path[i]));
    else if (wanted[i] != path[i])
      return {};
  }
  return parameters;
}

}  // namespace

std::span<const Route> routes() {
  static constexpr std::array table{
      Route{"GET", "/livez", endpoints::livez},
      Route{"GET", "/readyz", endpoints::readyz},
      Route{"GET", "/metrics", endpoints::metrics},
      Route{"GET", "/openapi.json", endpoints::openapi},
      Route{"GET", "/v1/status", endpoints::status},
      Route{"GET", "/v1/services", endpoints::services},
      Route{"GET", "/v1/services/{service}", endpoints::service},
      Route{"PUT", "/v1/services/{service}/weights", endpoints::put_weights},
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

}  // namespace sluice
