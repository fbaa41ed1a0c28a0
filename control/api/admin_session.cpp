#include "control/api/admin_session.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/chunk_encode.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/serializer.hpp>
#include <boost/beast/http/write.hpp>

#include "control/api/admin_http.h"
#include "control/api/live_body.h"
#include "control/api/peer_text.h"

namespace sluice {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;

constexpr auto awaited = asio::as_tuple(asio::use_awaitable);

using Socket = asio::generic::stream_protocol::socket;
using Plain = beast::basic_stream<asio::generic::stream_protocol>;
using Request = http::request_parser<http::string_body>;
using Response = http::response<http::string_body>;

struct PlainWire {
  PlainWire(Socket socket, std::shared_ptr<asio::ssl::context>) : stream(std::move(socket)) {}
  asio::awaitable<bool> open() { co_return true; }
  asio::awaitable<void> say_goodbye() { co_return; }
  Plain& lowest() { return stream; }

  Plain stream;
};

struct TlsWire {
  TlsWire(Socket socket, std::shared_ptr<asio::ssl::context> context)
      : tls(std::move(context)), stream(std::move(socket), *tls) {}
  asio::awaitable<bool> open() {
    lowest().expires_after(AdminSession::read_timeout);
    const auto [error] = co_await stream.async_handshake(asio::ssl::stream_base::server, awaited);
    co_return !error;
  }
  asio::awaitable<void> say_goodbye() {  // so that the client knows that it has got everything
    lowest().expires_after(std::chrono::seconds(2));
    co_await stream.async_shutdown(awaited);
  }
  Plain& lowest() { return stream.next_layer(); }

  std::shared_ptr<asio::ssl::context> tls;  // a reload may bring another one
  asio::ssl::stream<Plain> stream;
};

// Only a configuration may be large.
beast::error_code limit_body(Request& request) {
  const auto& head = request.get();
  const std::string_view target(head.target().data(), head.target().size());
  if (head.method() == http::verb::put && target.substr(0, target.find('?')) == "/v1/config") return {};
  if (request.content_length() && *request.content_length() > AdminSession::max_body)
    return http::error::body_limit;
  request.body_limit(AdminSession::max_body);  // nothing of the body has been read yet
  return {};
}

template <class Wire>
class Session final : public AdminSession {
 public:
  Session(Socket socket, std::shared_ptr<asio::ssl::context> tls, AdminApi& api)
      : peer_(peer_text(socket)), wire_(std::move(socket), std::move(tls)), api_(api) {}

  asio::awaitable<void> run(std::shared_ptr<AdminSession> self) override;
  void close() override;
  [[nodiscard]] bool idle() const noexcept override { return idle_; }
  [[nodiscard]] bool live() const noexcept override { return live_ != nullptr; }

 private:
  asio::awaitable<bool> serve_one();
  asio::awaitable<bool> wait_for_bytes();
  asio::awaitable<beast::error_code> read(Request& request);
  asio::awaitable<bool> write(Response response);
  asio::awaitable<void> write_live(ApiResponse answer, unsigned version, bool head_only);
  asio::awaitable<bool> write_part(const std::string& text, bool chunked);
  asio::awaitable<void> refuse(beast::error_code error);

  std::string peer_;
  Wire wire_;
  beast::flat_buffer buffer_{max_header + max_body};
  AdminApi& api_;
  std::shared_ptr<LiveBody> live_;  // that is being written
  bool idle_ = true;
  bool closed_ = false;  // what api_ answers from may be gone
};

template <class Wire>
asio::awaitable<void> Session<Wire>::run(std::shared_ptr<AdminSession>) {
  if (co_await wire_.open()) {
    while (!closed_ && co_await serve_one()) {
    }
    if (!closed_) co_await wire_.say_goodbye();
  }
  beast::error_code ignored;
  wire_.lowest().socket().shutdown(asio::socket_base::shutdown_both, ignored);
  wire_.lowest().close();
}

template <class Wire>
void Session<Wire>::close() {
  closed_ = true;
  if (live_) live_->stop();
  wire_.lowest().close();
}

// Whether there may be another request.
template <class Wire>
asio::awaitable<bool> Session<Wire>::serve_one() {
  if (!co_await wait_for_bytes()) co_return false;
  Request request;
  if (const auto error = co_await read(request)) {
    co_await refuse(error);
    co_return false;
  }
  if (closed_) co_return false;
  auto message = request.release();
  const auto version = message.version();
  const bool head = message.method() == http::verb::head;
  const bool alive = message.keep_alive();
  auto asked = api_.answer(api_request(std::move(message), peer_));
  auto answer = co_await std::move(asked);
  if (closed_) co_return false;  // while the endpoint waited
  if (answer.live) {
    co_await write_live(std::move(answer), version, head);
    co_return false;
  }
  auto response = http_response(std::move(answer), version, alive);
  if (head) response.body().clear();  // Content-Length stays: what GET would have sent
  const bool written = co_await write(std::move(response));
  co_return written && alive;
}

template <class Wire>
asio::awaitable<bool> Session<Wire>::wait_for_bytes() {
  if (buffer_.size() > 0) co_return true;  // a pipelined request
  idle_ = true;
  wire_.lowest().expires_after(idle_timeout);
  const auto space = buffer_.prepare(4096);
  const auto [error, size] = co_await wire_.stream.async_read_some(space, awaited);
  idle_ = false;
  buffer_.commit(size);
  co_return !error;
}

template <class Wire>
asio::awaitable<beast::error_code> Session<Wire>::read(Request& request) {
  request.header_limit(max_header);
  request.body_limit(AdminSession::max_config);  // until the header says what comes
  wire_.lowest().expires_after(read_timeout);
  const auto [bad_header, header_size] =
      co_await http::async_read_header(wire_.stream, buffer_, request, awaited);
  if (bad_header) co_return bad_header;
  if (const auto too_large = limit_body(request)) co_return too_large;
  if (beast::iequals(request.get()[http::field::expect], "100-continue")) {
    http::response<http::empty_body> go_on(http::status::continue_, request.get().version());
    const auto [error, size] = co_await http::async_write(wire_.stream, go_on, awaited);
    if (error) co_return error;
  }
  const auto [bad_body, body_size] = co_await http::async_read(wire_.stream, buffer_, request, awaited);
  co_return bad_body;
}

template <class Wire>
asio::awaitable<bool> Session<Wire>::write(Response response) {
  wire_.lowest().expires_after(write_timeout);
  const auto [error, size] = co_await http::async_write(wire_.stream, response, awaited);
  co_return !error;
}

// Each part must be taken in time: a reader that does not keep up is cut.
template <class Wire>
asio::awaitable<void> Session<Wire>::write_live(ApiResponse answer, unsigned version, bool head_only) {
  auto head = live_head(answer, version);
  http::response_serializer<http::empty_body> serializer(head);
  wire_.lowest().expires_after(write_timeout);
  const auto [error, size] = co_await http::async_write_header(wire_.stream, serializer, awaited);
  if (error || head_only || closed_) co_return;
  live_ = std::move(answer.live);
  bool written = true;
  while (written && !closed_) {
    const auto text = co_await live_->next();
    if (closed_) co_return;
    if (text.empty()) break;
    written = co_await write_part(text, head.chunked());
  }
  if (!written || closed_ || !head.chunked()) co_return;
  const auto last = http::make_chunk_last();
  co_await asio::async_write(wire_.stream, last, awaited);
}

template <class Wire>
asio::awaitable<bool> Session<Wire>::write_part(const std::string& text, bool chunked) {
  wire_.lowest().expires_after(write_timeout);
  if (!chunked) {
    const auto [error, size] = co_await asio::async_write(wire_.stream, asio::buffer(text), awaited);
    co_return !error;
  }
  const auto chunk = http::make_chunk(asio::const_buffer(text.data(), text.size()));
  const auto [error, size] = co_await asio::async_write(wire_.stream, chunk, awaited);
  co_return !error;
}

// Says what was wrong, then reads what the client is still sending: closing at once would reset the
// connection, and the client would never see the answer.
template <class Wire>
asio::awaitable<void> Session<Wire>::refuse(beast::error_code error) {
  if (closed_ || error == http::error::end_of_stream || error == http::error::partial_message) co_return;
  if (error.category() == asio::error::get_system_category()) co_return;
  if (error.category() == asio::error::get_ssl_category()) co_return;
  auto response = http_response(refusal_of(error), 11, false);
  if (!co_await write(std::move(response))) co_return;
  beast::error_code ignored;
  wire_.lowest().socket().shutdown(asio::socket_base::shutdown_send, ignored);
  wire_.lowest().expires_after(std::chrono::seconds(2));
  for (bool more = true; more;) {
    buffer_.clear();
    const auto space = buffer_.prepare(4096);
    const auto [end, size] = co_await wire_.lowest().async_read_some(space, awaited);
    more = !end;
  }
}

}  // namespace

std::shared_ptr<AdminSession> AdminSession::make(Socket socket, std::shared_ptr<asio::ssl::context> tls,
                                                 AdminApi& api) {
  if (tls) return std::make_shared<Session<TlsWire>>(std::move(socket), std::move(tls), api);
  return std::make_shared<Session<PlainWire>>(std::move(socket), nullptr, api);
}

}  // namespace sluice
