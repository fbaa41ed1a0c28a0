// A receiver of hooks for tests: keeps each request whole, and does with the first what the first script
// says, with the second what the second says; the last script goes on. Has a thread of its own.
#pragma once

#include <boost/asio/read.hpp>

#include <deque>

#include "tests/unit/health/scripted_peer.h"

namespace sluice {

class HookServer {
 public:
  struct Request {
    std::string head;
    std::string body;

    // The value of a header; empty if it is not there.
    [[nodiscard]] std::string header(const std::string& name) const {
      const auto at = head.find("\r\n" + name + ": ");
      if (at == std::string::npos) return {};
      const auto begin = at + name.size() + 4;
      return head.substr(begin, head.find("\r\n", begin) - begin);
    }
  };

  explicit HookServer(std::deque<PeerScript> scripts)
      : scripts_(std::move(scripts)), acceptor_(io_, {boost::asio::ip::make_address("127.0.0.1"), 0}) {
    port_ = acceptor_.local_endpoint().port();
    boost::asio::co_spawn(io_, accept(), boost::asio::detached);
    thread_ = std::thread([this] { io_.run(); });
  }
  ~HookServer() {
    io_.stop();
    thread_.join();
  }

  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/hook?a=b"; }
  [[nodiscard]] std::vector<Request> requests() {
    const std::lock_guard lock(mutex_);
    return requests_;
  }
  // Hanging connections that the caller has closed.
  [[nodiscard]] int left() {
    const std::lock_guard lock(mutex_);
    return left_;
  }

 private:
  using tcp = boost::asio::ip::tcp;
  static constexpr auto awaited = boost::asio::as_tuple(boost::asio::use_awaitable);

  boost::asio::awaitable<void> accept() {
    for (;;) {
      auto [error, socket] = co_await acceptor_.async_accept(awaited);
      if (error) co_return;
      boost::asio::co_spawn(io_, serve(std::move(socket)), boost::asio::detached);
    }
  }

  PeerScript take(Request request) {
    const std::lock_guard lock(mutex_);
    requests_.push_back(std::move(request));
    auto script = scripts_.front();
    if (scripts_.size() > 1) scripts_.pop_front();
    return script;
  }

  boost::asio::awaitable<void> serve(tcp::socket socket) {
    std::string text;
    std::array<char, 4096> buffer;
    Request request;
    for (std::size_t end = 0;;) {
      const auto [error, size] = co_await socket.async_read_some(boost::asio::buffer(buffer), awaited);
      if (error) co_return;
      text.append(buffer.data(), size);
      end = text.find("\r\n\r\n");
      if (end == std::string::npos) continue;
      request = {text.substr(0, end + 2), text.substr(end + 4)};
      if (request.body.size() >= std::stoul("0" + request.header("Content-Length"))) break;
    }
    const auto script = take(std::move(request));
    for (const auto& piece : script.pieces) {
      const auto bytes = boost::asio::buffer(piece);
      const auto [error, size] = co_await boost::asio::async_write(socket, bytes, awaited);
      if (error) co_return;
    }
    if (script.end == PeerScript::End::reset) socket.set_option(tcp::socket::linger(true, 0));
    if (script.end != PeerScript::End::hang) co_return;
    // Until the other side has had enough.
    co_await socket.async_read_some(boost::asio::buffer(buffer), awaited);
    {
      const std::lock_guard lock(mutex_);
      ++left_;
    }
  }

  std::mutex mutex_;
  std::deque<PeerScript> scripts_;
  std::vector<Request> requests_;
  int left_ = 0;
  boost::asio::io_context io_{1};
  tcp::acceptor acceptor_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

}  // namespace sluice
