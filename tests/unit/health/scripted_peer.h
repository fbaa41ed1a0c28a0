// A target for tests: takes connections on a port of its own and does with each what its script says. Has a
// thread of its own.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <atomic>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace sluice {

// After the request's head has come, sends these pieces, each in a segment of its own, and ends so.
struct PeerScript {
  enum class End { close, reset, hang };
  std::vector<std::string> pieces = {};
  End end = End::close;

  static PeerScript answering(int status, const std::string& body = "ok") {
    return {.pieces = {"HTTP/1.1 " + std::to_string(status) + " Any\r\nContent-Length: " +
                       std::to_string(body.size()) + "\r\n\r\n" + body}};
  }
};

class ScriptedPeer {
 public:
  explicit ScriptedPeer(PeerScript script)
      : script_(std::move(script)), acceptor_(io_, {boost::asio::ip::make_address("127.0.0.1"), 0}) {
    port_ = acceptor_.local_endpoint().port();
    boost::asio::co_spawn(io_, accept(), boost::asio::detached);
    thread_ = std::thread([this] { io_.run(); });
  }
  ~ScriptedPeer() {
    io_.stop();
    thread_.join();
  }

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] int connections() const { return connections_; }
  void set(PeerScript script) {
    const std::lock_guard lock(mutex_);
    script_ = std::move(script);
  }
  // The head of the last request.
  [[nodiscard]] std::string request() {
    const std::lock_guard lock(mutex_);
    return request_;
  }

 private:
  using tcp = boost::asio::ip::tcp;
  static constexpr auto awaited = boost::asio::as_tuple(boost::asio::use_awaitable);

  PeerScript script() {
    const std::lock_guard lock(mutex_);
    return script_;
  }

  boost::asio::awaitable<void> accept() {
    for (;;) {
      auto [error, socket] = co_await acceptor_.async_accept(awaited);
      if (error) co_return;
      ++connections_;
      boost::asio::co_spawn(io_, serve(std::move(socket)), boost::asio::detached);
    }
  }

  boost::asio::awaitable<void> serve(tcp::socket socket) {
    std::string head;
    std::array<char, 4096> buffer;
    while (head.find("\r\n\r\n") == std::string::npos) {
      const auto [error, size] = co_await socket.async_read_some(boost::asio::buffer(buffer), awaited);
      if (error) co_return;
      head.append(buffer.data(), size);
    }
    const auto script = this->script();
    {
      const std::lock_guard lock(mutex_);
      request_ = head;
    }
    socket.set_option(tcp::no_delay(true));
    for (const auto& piece : script.pieces) {
      const auto bytes = boost::asio::buffer(piece);
      const auto [error, size] = co_await boost::asio::async_write(socket, bytes, awaited);
      if (error) co_return;
    }
    if (script.end == PeerScript::End::reset) {
      socket.set_option(tcp::socket::linger(true, 0));
      socket.close();
    } else if (script.end == PeerScript::End::hang) {
      // Until the other side has had enough.
      co_await socket.async_read_some(boost::asio::buffer(buffer), awaited);
    } else {
      // What is unread at a close becomes a reset, which may overtake the answer.
      boost::system::error_code gone;
      socket.shutdown(tcp::socket::shutdown_send, gone);
      for (bool more = true; more;) {
        const auto [end, size] = co_await socket.async_read_some(boost::asio::buffer(buffer), awaited);
        more = !end;
      }
    }
  }

  std::mutex mutex_;
  PeerScript script_;
  std::string request_;
  std::atomic<int> connections_{0};
  boost::asio::io_context io_{1};
  tcp::acceptor acceptor_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

}  // namespace sluice
