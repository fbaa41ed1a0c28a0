#include "control/cli/admin_client.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include "control/address.h"

namespace sluice::cli {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using Outcome = Result<AdminAnswer, std::string>;

constexpr auto awaited = asio::as_tuple(asio::use_awaitable);
constexpr std::uint64_t max_answer = 64 * 1024 * 1024;

http::request<http::string_body> http_request(const AdminUrl& url, const AdminRequest& request) {
  http::request<http::string_body> message(http::string_to_verb(request.method), request.path, 11);
  message.set(http::field::host, url.authority);
  message.set(http::field::user_agent, "sluice/" SLUICE_VERSION);
  if (!request.body.empty()) message.set(http::field::content_type, "application/json");
  message.body() = request.body;
  message.keep_alive(false);
  message.prepare_payload();
  return message;
}

tl::unexpected<std::string> reason(const beast::error_code& error) {
  if (error == beast::error::timeout) return failure(std::string("no answer in time"));
  if (error == http::error::end_of_stream)
    return failure(std::string("the connection was closed without an answer"));
  return failure(error.message());
}

asio::awaitable<Outcome> exchange(asio::ip::tcp::endpoint endpoint, http::request<http::string_body> request,
                                  std::chrono::milliseconds timeout) {
  beast::tcp_stream stream(co_await asio::this_coro::executor);
  stream.expires_after(timeout);
  const auto [refused] = co_await stream.async_connect(endpoint, awaited);
  if (refused) co_return reason(refused);
  const auto [unsent, sent] = co_await http::async_write(stream, request, awaited);
  if (unsent) co_return reason(unsent);
  beast::flat_buffer buffer;
  http::response_parser<http::string_body> answer;
  answer.body_limit(max_answer);
  const auto [unread, size] = co_await http::async_read(stream, buffer, answer, awaited);
  if (unread) co_return reason(unread);
  AdminAnswer got{.status = answer.get().result_int(), .body = std::move(answer.get().body())};
  co_return got;
}

}  // namespace

Result<AdminUrl, std::string> parse_admin_url(std::string_view url) {
  const auto wrong = [&] {
    return failure("`" + std::string(url) + "` is no admin URL like http://127.0.0.1:9900");
  };
  auto authority = url;
  if (!authority.starts_with("http://")) return wrong();
  authority.remove_prefix(7);
  if (authority.ends_with('/')) authority.remove_suffix(1);
  if (authority.empty() || authority.find_first_of("/?#@") != authority.npos) return wrong();
  const bool has_port = authority.rfind(':') != authority.npos && !authority.ends_with(']');
  const auto where = parse_address(std::string(authority) + (has_port ? "" : ":80"));
  if (!where) return wrong();
  return AdminUrl{.host = where->host, .port = where->port, .authority = std::string(authority)};
}

Outcome ask_admin(const AdminUrl& url, const AdminRequest& request, std::chrono::milliseconds timeout) {
  const auto ip = resolve(url.host);
  if (!ip) return failure(ip.error());
  asio::io_context io;
  Outcome outcome = failure(std::string("no answer"));
  const asio::ip::tcp::endpoint endpoint(asio::ip::make_address(*ip), url.port);
  asio::co_spawn(io, exchange(endpoint, http_request(url, request), timeout),
                 [&outcome](const std::exception_ptr&, Outcome got) { outcome = std::move(got); });
  io.run();
  return outcome;
}

}  // namespace sluice::cli
