#include "control/api/peer_text.h"

#include <boost/asio/ip/tcp.hpp>
#include <cstring>

namespace sluice {

std::string peer_text(const boost::asio::generic::stream_protocol::socket& socket) {
  boost::system::error_code error;
  const auto endpoint = socket.remote_endpoint(error);
  if (error) return {};
  const auto family = endpoint.data()->sa_family;
  if (family != AF_INET && family != AF_INET6) return "unix";
  boost::asio::ip::tcp::endpoint tcp;
  std::memcpy(tcp.data(), endpoint.data(), std::min(endpoint.size(), tcp.capacity()));
  return tcp.address().to_string();
}

}  // namespace sluice
