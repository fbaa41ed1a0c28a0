#include "control/api/admin_socket.h"

#include <unistd.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>

namespace sluice {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using File = asio::local::stream_protocol;
using boost::system::error_code;

constexpr mode_t owner_and_group = 0660;

error_code last_error() {
  return {errno, boost::system::system_category()};
}

// A socket file whose process has ended.
bool is_stale(const std::string& path) {
  struct stat file {};
  if (::lstat(path.c_str(), &file) != 0 || !S_ISSOCK(file.st_mode)) return false;
  asio::io_context io;
  File::socket probe(io);
  error_code error;
  probe.connect(File::endpoint(path), error);
  return error == asio::error::connection_refused;
}

}  // namespace

Result<void, std::string> AdminSocket::open(const AdminAddress& address) {
  error_code error;
  if (address.path.empty())
    open_tcp(address.tcp, error);
  else
    open_file(address.path, error);
  if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
  if (!error) return {};
  close();
  return failure(error.message());
}

void AdminSocket::open_tcp(const HostPort& where, error_code& error) {
  const auto ip = asio::ip::make_address(where.host, error);
  const tcp::endpoint endpoint(ip, where.port);
  if (!error) acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (error) return;
  const auto bound = acceptor_.local_endpoint(error);
  tcp::endpoint local = endpoint;
  if (!error) std::memcpy(local.data(), bound.data(), std::min(bound.size(), local.capacity()));
  port_ = local.port();
}

void AdminSocket::open_file(const std::string& path, error_code& error) {
  acceptor_.open(File(), error);
  if (error) return;
  // Before the file is there, so that it never is open to more; the umask may have taken from it.
  if (::fchmod(acceptor_.native_handle(), owner_and_group) != 0) error = last_error();
  const File::endpoint endpoint(path);
  if (!error) acceptor_.bind(endpoint, error);
  if (error == asio::error::address_in_use && is_stale(path)) {
    error.clear();
    if (::unlink(path.c_str()) != 0) error = last_error();
    if (!error) acceptor_.bind(endpoint, error);
  }
  if (error) return;
  path_ = path;
  if (::lstat(path.c_str(), &file_) != 0 || ::chmod(path.c_str(), owner_and_group) != 0) error = last_error();
}

void AdminSocket::close() {
  error_code ignored;
  acceptor_.close(ignored);
  struct stat now {};
  if (!path_.empty() && ::lstat(path_.c_str(), &now) == 0 && now.st_ino == file_.st_ino &&
      now.st_dev == file_.st_dev)
    ::unlink(path_.c_str());
  path_.clear();
}

}  // namespace sluice
