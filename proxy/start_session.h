// From an accepted socket to a session: who is it, TLS if the listener has it, then the protocol.
#pragma once

#include "proxy/connection_count.h"
#include "proxy/published.h"
#include "proxy/socket_address.h"

namespace sluice {

class Worker;

struct AcceptedConnection {
  int fd;
  SocketAddress peer;
  ConnectionCount count;
};

// Takes over the descriptor once it returns; throws std::bad_alloc before that.
void start_session(Worker& worker, const PublishedListener& listener, AcceptedConnection connection);

}  // namespace sluice
