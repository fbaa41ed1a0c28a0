#include "control/api/admin_http.h"

#include <boost/beast/core/error.hpp>
#include <boost/beast/http/error.hpp>

#include "control/percent_encoding.h"

namespace sluice {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;

using Message = http::request<http::string_body>;

std::optional<std::string> field(const Message& message, http::field name) {
  const auto found = message.find(name);
  if (found == message.end()) return {};
  return std::string(found->value());
}

std::optional<std::string> last_event_id(const Message& message) {
  const auto found = message.find("Last-Event-ID");
  if (found == message.end()) return {};
  return std::string(found->value());
}

std::string_view query_of(std::string_view target) {
  const auto question = target.find('?');
  return question == target.npos ? std::string_view() : target.substr(question + 1);
}

template <class Response>
void set_fields(Response& response, const ApiResponse& answer, bool keep_alive) {
  response.set(http::field::server, "sluice");
  response.set(http::field::content_type, answer.content_type);
  response.set(http::field::cache_control, "no-store");
  response.set("X-Content-Type-Options", "nosniff");
  for (const auto& [name, value] : answer.headers) response.set(name, value);
  response.keep_alive(keep_alive);
}

}  // namespace

ApiRequest api_request(Message&& message, std::string peer) {
  const std::string_view target(message.target().data(), message.target().size());
  return {.method = std::string(message.method_string()),
          .path = std::string(target.substr(0, target.find('?'))),
          .query = parse_query(query_of(target)),
          .parameters = {},
          .host = field(message, http::field::host),
          .origin = field(message, http::field::origin),
          .sec_fetch_site = field(message, http::field::sec_fetch_site),
          .content_type = field(message, http::field::content_type),
          .if_match = field(message, http::field::if_match),
          .accept = field(message, http::field::accept),
          .last_event_id = last_event_id(message),
          .authorization = field(message, http::field::authorization),
          .http10 = message.version() < 11,
          .author = "local",
          .peer = std::move(peer),
          .body = std::move(message.body())};
}

http::response<http::string_body> http_response(ApiResponse&& answer, unsigned version, bool keep_alive) {
  http::response<http::string_body> response(static_cast<http::status>(answer.status), version);
  set_fields(response, answer, keep_alive);
  response.body() = std::move(answer.body);
  response.prepare_payload();
  return response;
}

http::response<http::empty_body> live_head(const ApiResponse& answer, unsigned version) {
  http::response<http::empty_body> response(static_cast<http::status>(answer.status), version);
  set_fields(response, answer, false);
  if (version >= 11) response.chunked(true);
  return response;
}

ApiResponse refusal_of(beast::error_code error) {
  if (error == http::error::header_limit) return problem(431, "header_too_large", "at most 16 KiB of header");
  if (error == http::error::body_limit)
    return problem(413, "body_too_large", "at most 64 KiB of body, 8 MiB of a configuration");
  if (error == beast::error::timeout)
    return problem(408, "request_timeout", "a request must arrive within 10 s");
  return problem(400, "bad_request", "this is not HTTP: " + error.message());
}

}  // namespace sluice
