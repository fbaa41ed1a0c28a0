#include "control/api/admin_session.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>

#include "control/percent_encoding.h"

namespace sluice {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;

constexpr auto awaited = asio::as_tuple(asio::use_awaitable);

using Message = http::request<http::string_body>;

std::optional<std::string> field(const Message& message, http::field name) {
  const auto found = message.find(name);
  if (found == message.end()) return {};
  return std::string(found->value());
}

std::string_view query_of(std::string_view target) {
  const auto question = target.find('?');
  return question == target.npos ? std::string_view() : target.substr(question + 1);
}

ApiRequest api_request(Message&& message) {
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
          .http10 = message.version() < 11,
          .author = "local",
          .body = std::move(message.body())};
}

http::response<http::string_body> http_response(ApiResponse&& answer, unsigned version, bool keep_alive) {
  http::response<http::string_body> response(static_cast<http::status>(answer.status), version);
  response.set(http::field::server, "sluice");
  response.set(http::field::content_type, answer.content_type);
  response.set(http::field::cache_control, "no-store");
  response.set("X-Content-Type-Options", "nosniff");
  for (const auto& [name, value] : answer.headers) response.set(name, value);
  response.body() = std::move(answer.body);
  response.keep_alive(keep_alive);
  response.prepare_payload();
  return response;
}

ApiResponse refusal_of(beast::error_code error) {
  if (error == http::error::header_limit) return problem(431, "header_too_large", "at most 16 KiB of header");
  if (error == http::error::body_limit) return problem(413, "body_too_large", "at most 64 KiB of body");
  if (error == beast::error::timeout)
    return problem(408, "request_timeout", "a request must arrive within 10 s");
  return problem(400, "bad_request", "this is not HTTP: " + error.message());
}

}  // namespace

asio::awaitable<void> AdminSession::run(std::shared_ptr<AdminSession> self) {
  for (bool alive = true; alive;) {
    if (!co_await self->wait_for_bytes()) break;
    Request request;
    if (const auto error = co_await self->read(request)) {
      co_await self->refuse(error);
      break;
    }
    if (self->closed_) break;
    auto message = request.release();
    const auto version = message.version();
    const bool head = message.method() == http::verb::head;
    alive = message.keep_alive();
    auto asked = self->api_.answer(api_request(std::move(message)));
    auto answer = co_await std::move(asked);
    if (self->closed_) break;  // while the endpoint waited
    auto response = http_response(std::move(answer), version, alive);
    if (head) response.body().clear();  // Content-Length stays: what GET would have sent
    if (!co_await self->write(std::move(response))) break;
  }
  self->shut_down();
}

void AdminSession::close() {
  closed_ = true;
  stream_.close();
}

asio::awaitable<bool> AdminSession::wait_for_bytes() {
  if (buffer_.size() > 0) co_return true;  // a pipelined request
  idle_ = true;
  stream_.expires_after(idle_timeout);
  const auto space = buffer_.prepare(4096);
  const auto [error, size] = co_await stream_.async_read_some(space, awaited);
  idle_ = false;
  buffer_.commit(size);
  co_return !error;
}

asio::awaitable<beast::error_code> AdminSession::read(Request& request) {
  request.header_limit(max_header);
  request.body_limit(max_body);
  stream_.expires_after(read_timeout);
  const auto [bad_header, header_size] = co_await http::async_read_header(stream_, buffer_, request, awaited);
  if (bad_header) co_return bad_header;
  if (beast::iequals(request.get()[http::field::expect], "100-continue")) {
    http::response<http::empty_body> go_on(http::status::continue_, request.get().version());
    const auto [error, size] = co_await http::async_write(stream_, go_on, awaited);
    if (error) co_return error;
  }
  const auto [bad_body, body_size] = co_await http::async_read(stream_, buffer_, request, awaited);
  co_return bad_body;
}

asio::awaitable<bool> AdminSession::write(Response response) {
  stream_.expires_after(write_timeout);
  const auto [error, size] = co_await http::async_write(stream_, response, awaited);
  co_return !error;
}

// Says what was wrong, then reads what the client is still sending: closing at once would reset the
// connection, and the client would never see the answer.
asio::awaitable<void> AdminSession::refuse(beast::error_code error) {
  if (closed_ || error == http::error::end_of_stream || error == http::error::partial_message) co_return;
  if (error.category() == asio::error::get_system_category()) co_return;
  auto response = http_response(refusal_of(error), 11, false);
  if (!co_await write(std::move(response))) co_return;
  beast::error_code ignored;
  stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  stream_.expires_after(std::chrono::seconds(2));
  for (bool more = true; more;) {
    buffer_.clear();
    const auto space = buffer_.prepare(4096);
    const auto [end, size] = co_await stream_.async_read_some(space, awaited);
    more = !end;
  }
}

void AdminSession::shut_down() {
  beast::error_code ignored;
  stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
  stream_.close();
}

}  // namespace sluice
