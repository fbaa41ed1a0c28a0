#include "health/check_target.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <array>

#include "health/h2_call.h"
#include "health/http_answer.h"
#include "health/judge_answer.h"

namespace sluice {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Error = boost::system::error_code;
using Kind = CheckResult::Kind;
using Tls = CheckQuestion::Tls;

constexpr auto awaited = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t piece = 2048;  // bytes read at a time

CheckResult failed(const std::string& why) {
  return {.kind = Kind::failed, .description = "Health checks failed: " + why};
}

CheckResult failed(const char* at, const Error& error) {
  return failed(std::string(at) + ": " + error.message());
}

bool is_end(const Error& error) {
  return error == asio::error::eof || error == asio::ssl::error::stream_truncated;
}

template <class Stream>
asio::awaitable<CheckResult> ask_http1(Stream& stream, const CheckQuestion& question) {
  const auto [unsent, sent] = co_await asio::async_write(stream, asio::buffer(question.request), awaited);
  if (unsent) co_return failed("send", unsent);
  HttpAnswer answer(question.check->body ? HttpAnswer::Body::wanted : HttpAnswer::Body::ignored);
  std::array<char, piece> buffer;
  for (auto state = HttpAnswer::State::reading; state != HttpAnswer::State::complete;) {
    const auto [error, size] = co_await stream.async_read_some(asio::buffer(buffer), awaited);
    if (error && !is_end(error)) co_return failed("receive", error);
    state = error ? answer.end() : answer.feed({buffer.data(), size});
    if (state == HttpAnswer::State::malformed)
      co_return failed(error ? "closed before the end of the answer" : "the answer is not HTTP/1");
  }
  co_return judge_http(*question.check, answer.status(), answer.body());
}

bool has_enough(const H2Call& call, const HealthCheck& check) {
  const bool status_is_all = check.protocol != HealthProtocol::grpc && !check.body;
  return call.is_over() || (status_is_all && call.answer().status >= 200);
}

CheckResult judge(const H2Call& call, const HealthCheck& check) {
  const auto& answer = call.answer();
  if (call.is_over() && !call.ended_well()) return failed("the stream was reset");
  if (check.protocol != HealthProtocol::grpc) return judge_http(check, answer.status, answer.body);
  return judge_grpc(check, {answer.status, answer.grpc_status, answer.body});
}

template <class Stream>
asio::awaitable<CheckResult> ask_http2(Stream& stream, const CheckQuestion& question) {
  H2Call call(question);
  std::array<char, piece> buffer;
  for (;;) {
    for (auto output = call.output(); !output.empty(); output = call.output()) {
      const auto [unsent, sent] = co_await asio::async_write(stream, asio::buffer(output), awaited);
      if (unsent) co_return failed("send", unsent);
    }
    if (call.is_broken()) co_return failed("the answer is not HTTP/2");
    if (has_enough(call, *question.check)) co_return judge(call, *question.check);
    const auto [error, size] = co_await stream.async_read_some(asio::buffer(buffer), awaited);
    if (is_end(error)) co_return failed("closed before the end of the answer");
    if (error) co_return failed("receive", error);
    call.receive({buffer.data(), size});
  }
}

// As the data plane: an address is verified, but not asked for (RFC 6066 §3).
void expect_peer(asio::ssl::stream<tcp::socket&>& stream, const CheckQuestion& question) {
  Error not_an_address;
  asio::ip::make_address(question.server_name, not_an_address);
  if (not_an_address) SSL_set_tlsext_host_name(stream.native_handle(), question.server_name.c_str());
  SSL_set_alpn_protos(stream.native_handle(), reinterpret_cast<const unsigned char*>(question.alpn.data()),
                      static_cast<unsigned>(question.alpn.size()));
  if (question.tls == Tls::verified)
    stream.set_verify_callback(asio::ssl::host_name_verification(question.server_name));
}

bool agreed_on_http2(asio::ssl::stream<tcp::socket&>& stream) {
  const unsigned char* name = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(stream.native_handle(), &name, &size);
  return std::string_view(reinterpret_cast<const char*>(name), size) == "h2";
}

asio::awaitable<CheckResult> ask_over_tls(tcp::socket& socket, const PreparedCheck& check) {
  asio::ssl::stream<tcp::socket&> stream(socket, *check.tls);
  expect_peer(stream, check.question);
  const auto [error] = co_await stream.async_handshake(asio::ssl::stream_base::client, awaited);
  if (error) co_return failed("TLS", error);
  if (agreed_on_http2(stream)) co_return co_await ask_http2(stream, check.question);
  if (check.question.check->protocol == HealthProtocol::grpc) co_return failed("TLS: HTTP/2 is not offered");
  co_return co_await ask_http1(stream, check.question);
}

asio::awaitable<CheckResult> connect_and_ask(tcp::socket& socket, const PreparedCheck& check) {
  const auto& question = check.question;
  Error error;
  const auto address = asio::ip::make_address(question.ip, error);
  if (error) co_return failed("address", error);
  const tcp::endpoint endpoint(address, question.port);
  socket.open(endpoint.protocol(), error);
  if (error) co_return failed("socket", error);
  const auto [refused] = co_await socket.async_connect(endpoint, awaited);
  if (refused) co_return failed("connect", refused);
  if (question.check->protocol == HealthProtocol::tcp) co_return CheckResult{};
  if (question.tls != Tls::none) co_return co_await ask_over_tls(socket, check);
  if (question.http2) co_return co_await ask_http2(socket, question);
  co_return co_await ask_http1(socket, question);
}

}  // namespace

asio::awaitable<CheckResult> check_target(tcp::socket& socket, const PreparedCheck& check) {
  auto result = co_await connect_and_ask(socket, check);
  Error ignored;
  socket.close(ignored);
  co_return result;
}

}  // namespace sluice
