// The listening socket of the admin API: TCP, or a file that only its owner and group may open.
#pragma once

#include <sys/stat.h>

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <string>

#include "control/admin_address.h"

namespace sluice {

class AdminSocket {
 public:
  using Protocol = boost::asio::generic::stream_protocol;
  using Acceptor = boost::asio::basic_socket_acceptor<Protocol>;

  explicit AdminSocket(boost::asio::io_context& io) : acceptor_(io) {}
  ~AdminSocket() { close(); }
  AdminSocket(const AdminSocket&) = delete;
  AdminSocket& operator=(const AdminSocket&) = delete;

  // The error is the system's. A socket file that nobody listens on any more is replaced.
  [[nodiscard]] Result<void, std::string> open(const AdminAddress& address);
  // Removes the socket's file, too, if it still is this socket's.
  void close();

  [[nodiscard]] Acceptor& acceptor() noexcept { return acceptor_; }
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }  // 0: a Unix socket, or not open

 private:
  void open_tcp(const HostPort& where, boost::system::error_code& error);
  void open_file(const std::string& path, boost::system::error_code& error);

  Acceptor acceptor_;
  std::uint16_t port_ = 0;
  std::string path_;    // of the file; empty: none
  struct stat file_{};  // when it was made
};

}  // namespace sluice
