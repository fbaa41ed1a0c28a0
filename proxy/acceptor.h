// A worker's share of one listening socket: accepts, counts, and starts a session for each connection. No
// connection that cannot be served (too many, no descriptors, no memory) ends more than itself.
#pragma once

#include "proxy/descriptor.h"
#include "proxy/published.h"
#include "proxy/socket_address.h"
#include "proxy/worker.h"

namespace sluice {

class Acceptor {
 public:
  Acceptor(Worker& worker, const PublishedListener& listener, int fd);
  ~Acceptor();

  // Takes what is in the accept queue still, and closes the socket.
  void stop();
  [[nodiscard]] const ListenSockets& sockets() const noexcept { return *sockets_; }

  // Accepts until stopped. Spawned once.
  static Awaitable<> run(std::shared_ptr<Acceptor> self);

 private:
  [[nodiscard]] bool accept_all();
  void welcome(int fd, const SocketAddress& peer);
  void refuse(int fd, std::string_view why);
  [[nodiscard]] bool too_many_handshakes(const Listener& listener) const noexcept;
  bool shed_one();

  Worker& worker_;
  SlotRef listener_;
  std::shared_ptr<ListenSockets> sockets_;
  ListenerCell& cell_;
  Descriptor socket_;
  int spare_fd_;  // closed to be able to accept, and refuse, when there are no descriptors left
  bool stopping_ = false;
};

}  // namespace sluice
