#include "control/api/request_guard.h"

#include "control/address.h"
#include "routing/header_id.h"
#include "routing/request_head.h"

namespace sluice {
namespace {

bool changes_something(const ApiRequest& request) {
  return request.method != "GET" && request.method != "HEAD";
}

std::string_view media_type(std::string_view content_type) {
  content_type = content_type.substr(0, content_type.find(';'));
  const auto end = content_type.find_last_not_of(" \t");
  return content_type.substr(0, end == content_type.npos ? 0 : end + 1);
}

// A page of another site: browsers state the origin of everything that changes something.
bool is_cross_site(const ApiRequest& request) {
  if (request.sec_fetch_site && *request.sec_fetch_site != "same-origin" && *request.sec_fetch_site != "none")
    return true;
  if (!request.origin) return false;
  const std::string_view origin = *request.origin;
  const auto scheme_end = origin.find("://");
  return scheme_end == origin.npos || !request.host ||
         !equal_ignoring_case(origin.substr(scheme_end + 3), *request.host);
}

// JSON, said or unsaid, or the YAML of a configuration: no page can send these without asking first. curl -d
// says that it sends a form unless told otherwise; a page that sends one has been told apart by its origin
// before.
bool takes_content_type(const ApiRequest& request) {
  if (!request.content_type) return true;
  const auto type = media_type(*request.content_type);
  for (const auto* taken : {"application/json", "application/yaml", "text/yaml", "application/x-yaml"})
    if (equal_ignoring_case(type, taken)) return true;
  return equal_ignoring_case(type, "application/x-www-form-urlencoded") && !request.origin &&
         !request.sec_fetch_site;
}

}  // namespace

RequestGuard::RequestGuard(std::string host, const std::string& ip)
    : host_(std::move(host)), loopback_(is_loopback(ip)) {}

std::optional<ApiResponse> RequestGuard::refuse(const ApiRequest& request) const {
  if (!request.host && !request.http10)
    return problem(400, "host_missing", "an HTTP/1.1 request has a Host field");
  if (request.host && !knows_host(*request.host))
    return problem(403, "host_not_allowed",
                   "this address answers to localhost, loopback addresses and the configured host only");
  if (!changes_something(request)) return {};
  if (is_cross_site(request))
    return problem(403, "origin_not_allowed", "pages of other sites may not change anything here");
  if (!takes_content_type(request))
    return problem(415, "unsupported_media_type",
                   "send JSON, with Content-Type: application/json, or a configuration as application/yaml");
  return {};
}

// On a loopback address only: elsewhere, names that people gave the machine are as good as any.
bool RequestGuard::knows_host(std::string_view authority) const {
  if (!loopback_) return true;
  std::string host(host_without_port(authority));
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return equal_ignoring_case(host, "localhost") || equal_ignoring_case(host, host_) || is_loopback(host);
}

}  // namespace sluice
