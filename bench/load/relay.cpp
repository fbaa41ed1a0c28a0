// The floor of the load bench: a byte relay that does what no proxy can do without, and nothing else. Each
// accepted connection gets one upstream connection of its own, and bytes are copied both ways unread. A
// keep-alive request costs a share of an epoll_wait, two recv and two send. bench/load/compare.sh runs it; it
// is not for production.
//
//   relay LISTEN_PORT UPSTREAM_HOST:PORT          (listens on 127.0.0.1)

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace {

constexpr std::size_t kBufferSize = 64 * 1024;
constexpr int kMaxEvents = 256;
constexpr int kBacklog = 4096;

// One socket of a pair. Sockets are registered once, edge-triggered, for everything: there is no epoll_ctl
// per request, and a recv shorter than the buffer proves that the socket is empty, so that no recv has to
// fail to find that out.
struct End {
  int fd = -1;
  End* peer = nullptr;
  std::string unsent;      // what the socket did not take; while there is any, the peer is not read
  bool hung_up = false;    // the far side has sent its FIN: read on until recv returns 0
  bool finished = false;   // recv has returned 0
  bool shut_down = false;  // our FIN has followed
};

struct Pair {
  End downstream;
  End upstream;
};

enum class Flow { kOpen, kBroken };

class Relay {
 public:
  Relay(int listener, sockaddr_in upstream) : listener_(listener), upstream_(upstream) {
    watch(listener_, EPOLLIN, nullptr);
  }

  [[noreturn]] void run() {
    std::array<epoll_event, kMaxEvents> events;
    for (;;) {
      const int count = epoll_wait(epoll_, events.data(), kMaxEvents, -1);
      if (count < 0 && errno != EINTR) fail("epoll_wait");
      for (int i = 0; i < count; ++i) dispatch(events[i]);
      dead_.clear();  // only now: an event further on in the batch may have named the other end of a closed
                      // pair
    }
  }

  [[noreturn]] static void fail(const char* what) {
    std::fprintf(stderr, "relay: %s: %s\n", what, std::strerror(errno));
    std::exit(1);
  }

 private:
  void watch(int fd, unsigned events, End* end) {
    epoll_event event{};
    event.events = events;
    event.data.ptr = end;
    if (epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) != 0) fail("epoll_ctl");
  }

  void dispatch(const epoll_event& event) {
    if (event.data.ptr == nullptr) return accept_one();
    End& end = *static_cast<End*>(event.data.ptr);
    if (end.fd < 0) return;  // closed earlier in this batch
    Flow flow = Flow::kOpen;
    if ((event.events & EPOLLRDHUP) != 0) end.hung_up = true;
    if ((event.events & EPOLLOUT) != 0 && !end.unsent.empty()) flow = resume(end);
    if (flow == Flow::kOpen && (event.events & ~static_cast<unsigned>(EPOLLOUT)) != 0) flow = pump(end);
    if (flow == Flow::kBroken || (end.shut_down && end.peer->shut_down)) close_pair(end);
  }

  // Level-triggered, one a round: accepting is not what is measured.
  void accept_one() {
    const int down = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (down < 0) return;
    const int up = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (up < 0) {
      close(down);
      return;
    }
    const int on = 1;
    setsockopt(down, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(up, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    // Until the connection stands, send returns EAGAIN and the bytes wait in `unsent`; a refusal comes as
    // EPOLLERR.
    if (connect(up, reinterpret_cast<const sockaddr*>(&upstream_), sizeof upstream_) != 0 &&
        errno != EINPROGRESS) {
      close(down);
      close(up);
      return;
    }
    auto pair = std::make_unique<Pair>();
    pair->downstream.fd = down;
    pair->downstream.peer = &pair->upstream;
    pair->upstream.fd = up;
    pair->upstream.peer = &pair->downstream;
    constexpr unsigned kEvents = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
    watch(up, kEvents, &pair->upstream);
    watch(down, kEvents, &pair->downstream);
    pairs_.emplace(&pair->downstream, std::move(pair));
  }

  Flow pump(End& from) {
    End& to = *from.peer;
    while (to.unsent.empty() && !from.finished) {
      const ssize_t got = recv(from.fd, buffer_.data(), buffer_.size(), 0);
      if (got < 0) return errno == EAGAIN ? Flow::kOpen : Flow::kBroken;
      if (got == 0) {
        from.finished = true;
        shutdown(to.fd, SHUT_WR);
        to.shut_down = true;
        return Flow::kOpen;
      }
      const std::string_view bytes(buffer_.data(), static_cast<std::size_t>(got));
      if (push(to, bytes) == Flow::kBroken) return Flow::kBroken;
      if (bytes.size() < buffer_.size() && !from.hung_up) return Flow::kOpen;
    }
    return Flow::kOpen;
  }

  static Flow push(End& to, std::string_view bytes) {
    const ssize_t sent = send(to.fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN) return Flow::kBroken;
    const auto taken = static_cast<std::size_t>(std::max<ssize_t>(sent, 0));
    if (taken < bytes.size()) to.unsent.assign(bytes.substr(taken));
    return Flow::kOpen;
  }

  Flow resume(End& to) {
    const std::string waiting = std::move(to.unsent);
    to.unsent.clear();
    if (push(to, waiting) == Flow::kBroken) return Flow::kBroken;
    return pump(*to.peer);  // its edge may have passed while we were not reading
  }

  void close_pair(End& end) {
    End* key = pairs_.contains(&end) ? &end : end.peer;
    auto node = pairs_.extract(key);
    for (End* each : {key, key->peer}) {
      close(each->fd);
      each->fd = -1;
    }
    dead_.push_back(std::move(node.mapped()));
  }

  int epoll_ = epoll_create1(EPOLL_CLOEXEC);
  int listener_;
  sockaddr_in upstream_;
  std::vector<char> buffer_ = std::vector<char>(kBufferSize);
  std::unordered_map<End*, std::unique_ptr<Pair>> pairs_;
  std::vector<std::unique_ptr<Pair>> dead_;
};

sockaddr_in resolve(const std::string& host_port) {
  const auto colon = host_port.rfind(':');
  addrinfo hints{};
  hints.ai_family = AF_INET;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (colon == std::string::npos || getaddrinfo(host_port.substr(0, colon).c_str(),
                                                host_port.substr(colon + 1).c_str(), &hints, &found) != 0) {
    std::fprintf(stderr, "relay: %s: not an IPv4 HOST:PORT\n", host_port.c_str());
    std::exit(2);
  }
  sockaddr_in address{};
  std::memcpy(&address, found->ai_addr, sizeof address);
  freeaddrinfo(found);
  return address;
}

int listen_on(const char* port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(std::strtoul(port, nullptr, 10)));
  if (bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) Relay::fail("bind");
  if (listen(fd, kBacklog) != 0) Relay::fail("listen");
  return fd;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: relay LISTEN_PORT UPSTREAM_HOST:PORT\n");
    return 2;
  }
  Relay(listen_on(argv[1]), resolve(argv[2])).run();
}
