#include "control/cli/admin_client.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
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
namespace ssl = asio::ssl;
using Stream = beast::basic_stream<asio::generic::stream_protocol>;
using Outcome = Result<AdminAnswer, std::string>;

constexpr auto awaited = asio::as_tuple(asio::use_awaitable);
constexpr std::uint64_t max_answer = 64 * 1024 * 1024;

http::request<http::string_body> http_request(const AdminUrl& url, const AdminRequest& request) {
  http::request<http::string_body> message(http::string_to_verb(request.method), request.path, 11);
  message.set(http::field::host, url.authority);
  message.set(http::field::user_agent, "sluice/" SLUICE_VERSION);
  if (!request.token.empty()) message.set(http::field::authorization, "Bearer " + request.token);
  if (!request.body.empty()) message.set(http::field::content_type, request.content_type);
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

// What is wrong with the proxy's certificate, if that is why.
tl::unexpected<std::string> tls_reason(SSL* tls, const beast::error_code& error) {
  if (const auto verdict = SSL_get_verify_result(tls); verdict != X509_V_OK)
    return failure("its certificate is not trusted: " + std::string(X509_verify_cert_error_string(verdict)) +
                   "; --ca FILE or SLUICE_CA says whom to trust");
  return reason(error);
}

// After the connection is made; over TLS or not.
template <class Stream>
asio::awaitable<Outcome> exchange(Stream& stream, http::request<http::string_body> request) {
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

asio::awaitable<Outcome> exchange_tls(Stream& stream, AdminUrl url, std::string ca,
                                      http::request<http::string_body> request) {
  ssl::context context(ssl::context::tls_client);
  SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
  context.set_verify_mode(ssl::verify_peer);
  beast::error_code error;
  if (ca.empty())
    context.set_default_verify_paths(error);
  else
    context.load_verify_file(ca, error);
  const auto whom = ca.empty() ? std::string("the system's authorities") : ca;
  if (error) co_return failure("cannot use " + whom + ": " + error.message());
  ssl::stream<Stream&> tls(stream, context);
  tls.set_verify_callback(ssl::host_name_verification(url.host));
  boost::system::error_code no_address;
  std::ignore = asio::ip::make_address(url.host, no_address);
  if (no_address) SSL_set_tlsext_host_name(tls.native_handle(), url.host.c_str());
  const auto [refused] = co_await tls.async_handshake(ssl::stream_base::client, awaited);
  if (refused) co_return tls_reason(tls.native_handle(), refused);
  auto exchanged = exchange(tls, std::move(request));
  co_return co_await std::move(exchanged);
}

asio::awaitable<Outcome> connect_and_exchange(asio::generic::stream_protocol::endpoint endpoint, AdminUrl url,
                                              std::string ca, http::request<http::string_body> request,
                                              std::chrono::milliseconds timeout) {
  Stream stream(co_await asio::this_coro::executor);
  stream.expires_after(timeout);
  const auto [refused] = co_await stream.async_connect(endpoint, awaited);
  if (refused) co_return reason(refused);
  if (url.scheme == AdminUrl::Scheme::https) {
    auto exchanged = exchange_tls(stream, std::move(url), std::move(ca), std::move(request));
    co_return co_await std::move(exchanged);
  }
  auto exchanged = exchange(stream, std::move(request));
  co_return co_await std::move(exchanged);
}

Result<asio::generic::stream_protocol::endpoint, std::string> endpoint_of(const AdminUrl& url) {
  using Endpoint = asio::generic::stream_protocol::endpoint;
  if (url.scheme == AdminUrl::Scheme::unix_socket)
    return Endpoint(asio::local::stream_protocol::endpoint(url.host));
  const auto ip = resolve(url.host);
  if (!ip) return failure(ip.error());
  return Endpoint(asio::ip::tcp::endpoint(asio::ip::make_address(*ip), url.port));
}

}  // namespace

Outcome ask_admin(const AdminUrl& url, const AdminRequest& request, std::chrono::milliseconds timeout) {
  const auto endpoint = endpoint_of(url);
  if (!endpoint) return failure(endpoint.error());
  asio::io_context io;
  Outcome outcome = failure(std::string("no answer"));
  asio::co_spawn(io, connect_and_exchange(*endpoint, url, request.ca, http_request(url, request), timeout),
                 [&outcome](const std::exception_ptr&, Outcome got) { outcome = std::move(got); });
  io.run();
  return outcome;
}

}  // namespace sluice::cli
