// The admin API's requests and answers as Beast's messages.
#pragma once

#include <boost/beast/core/error.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <string>

#include "control/api/message.h"

namespace sluice {

[[nodiscard]] ApiRequest api_request(
    boost::beast::http::request<boost::beast::http::string_body>&& message, std::string peer);

[[nodiscard]] boost::beast::http::response<boost::beast::http::string_body> http_response(
    ApiResponse&& answer, unsigned version, bool keep_alive);

// Of an answer whose body follows: in chunks, or up to the end of the connection for HTTP/1.0.
[[nodiscard]] boost::beast::http::response<boost::beast::http::empty_body> live_head(
    const ApiResponse& answer, unsigned version);

// What somebody gets whose request could not be read.
[[nodiscard]] ApiResponse refusal_of(boost::beast::error_code error);

}  // namespace sluice
