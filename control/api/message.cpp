#include "control/api/message.h"

#include <boost/beast/http/status.hpp>

#include "control/api/json_text.h"

namespace sluice {

ApiResponse problem(unsigned status, std::string code, std::string detail) {
  const std::string title =
      boost::beast::http::obsolete_reason(static_cast<boost::beast::http::status>(status));
  const boost::json::object body{
      {"type", "about:blank"}, {"title", title}, {"status", status}, {"code", code}, {"detail", detail}};
  return {.status = status,
          .content_type = "application/problem+json",
          .body = json_text(body) + "\n",
          .headers = {}};
}

ApiResponse json_response(const boost::json::value& value) {
  return {.status = 200, .content_type = "application/json", .body = json_text(value) + "\n", .headers = {}};
}

}  // namespace sluice
