// One connection to the admin address: requests one after the other, each within its limits.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <chrono>
#include <memory>
#include <optional>

#include "control/api/admin_api.h"

namespace sluice {

class AdminSession : public std::enable_shared_from_this<AdminSession> {
 public:
  static constexpr std::size_t max_header = 16 * 1024, max_body = 64 * 1024;
  static constexpr std::chrono::seconds read_timeout{10}, write_timeout{10}, idle_timeout{60};

  AdminSession(boost::asio::ip::tcp::socket socket, AdminApi& api) : stream_(std::move(socket)), api_(api) {}

  // Until the client leaves, is too slow, or close() is called. `self` keeps the session while it runs.
  // The API must outlive the session; its owner stops it and closes all sessions before its sources go.
  static boost::asio::awaitable<void> run(std::shared_ptr<AdminSession> self);

  void close();
  [[nodiscard]] bool idle() const noexcept {
    return idle_;
  }  // waiting for a request of which nothing has come

 private:
  using Request = boost::beast::http::request_parser<boost::beast::http::string_body>;
  using Response = boost::beast::http::response<boost::beast::http::string_body>;

  boost::asio::awaitable<bool> wait_for_bytes();
  boost::asio::awaitable<boost::beast::error_code> read(Request& request);
  boost::asio::awaitable<bool> write(Response response);
  boost::asio::awaitable<void> refuse(boost::beast::error_code error);
  void shut_down();

  boost::beast::tcp_stream stream_;
  boost::beast::flat_buffer buffer_{max_header + max_body};
  AdminApi& api_;
  bool idle_ = true;
  bool closed_ = false;  // what api_ answers from may be gone
};

}  // namespace sluice
