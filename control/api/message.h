// A request to the admin API and its answer, apart from any socket.
#pragma once

#include <boost/json/value.hpp>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sluice {

class LiveBody;

struct ApiRequest {
  std::string method;
  std::string path;                          // without the query
  std::map<std::string, std::string> query;  // decoded
  std::vector<std::string> parameters;       // what stands for {…} in the route's pattern, decoded
  std::optional<std::string> host, origin, sec_fetch_site, content_type, if_match;
  std::optional<std::string> accept = {}, last_event_id = {}, authorization = {};
  bool http10 = false;
  std::string author = "local";  // who asks: the name of the token, "local" where none is needed
  std::string peer = {};         // the address that it came from, for the log
  std::string body;
};

struct ApiResponse {
  unsigned status = 200;
  std::string content_type;
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
  std::shared_ptr<LiveBody> live = {};  // what follows instead of `body`
};

// An error as everywhere in Sluice: application/problem+json (RFC 9457) with a `code` for programs.
[[nodiscard]] ApiResponse problem(unsigned status, std::string code, std::string detail);

[[nodiscard]] ApiResponse json_response(const boost::json::value& value);

}  // namespace sluice
