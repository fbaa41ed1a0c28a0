// Who is at the other end of an admin connection, for the log and for counting.
#pragma once

#include <boost/asio/generic/stream_protocol.hpp>
#include <string>

namespace sluice {

// The address without its port, or "unix"; empty if the connection is gone already.
[[nodiscard]] std::string peer_text(const boost::asio::generic::stream_protocol::socket& socket);

}  // namespace sluice
