#include "control/read_action.h"

#include "control/scalars.h"

namespace sluice::config {
namespace {

FixedResponse read_fixed_response(Mapping& response) {
  FixedResponse result;
  response.require("status", result.status, number(200, 599));
  response.read("content_type", result.content_type, any_text);
  response.read("body", result.body, any_text);
  return result;
}

Result<int, std::string> redirect_status(std::string_view text) {
  for (const int status : {301, 302, 307, 308})
    if (text == std::to_string(status)) return status;
  return failure("`" + std::string(text) + "` is no status of a redirect; write 301, 302, 307 or 308");
}

Redirect read_redirect(Mapping& redirect) {
  Redirect result;
  redirect.read("protocol", result.protocol, some_text);
  redirect.read("host", result.host, some_text);
  redirect.read("port", result.port, some_text);
  redirect.read("path", result.path, some_text);
  redirect.read("query", result.query, any_text);
  redirect.read("status", result.status, redirect_status);
  return result;
}

}  // namespace

Action read_action(Mapping& mapping) {
  Forward forward;
  Redirect redirect;
  FixedResponse fixed;
  mapping.read("forward", forward.service, some_text);
  mapping.section("redirect", [&](Mapping& parts) { redirect = read_redirect(parts); });
  mapping.section("fixed_response", [&](Mapping& response) { fixed = read_fixed_response(response); });

  const int actions = mapping.has("forward") + mapping.has("redirect") + mapping.has("fixed_response");
  if (actions != 1) mapping.problem("needs exactly one action: forward, redirect or fixed_response");
  if (mapping.has("forward")) return forward;
  if (mapping.has("redirect")) return redirect;
  return fixed;
}

}  // namespace sluice::config
