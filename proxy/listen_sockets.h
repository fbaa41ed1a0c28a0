// The listening sockets of one address, one a worker (SO_REUSEPORT), opened before a revision is published so
// that a taken port refuses it. Where the process was handed sockets (systemd's LISTEN_FDS), all workers
// accept from the handed one.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "routing/listener.h"
#include "routing/result.h"

namespace sluice {

// Sockets that the process inherited, by sd_listen_fds(3): LISTEN_PID, LISTEN_FDS.
class InheritedSockets {
 public:
  static InheritedSockets from_environment();

  // The listening socket bound to this address, or -1. It stays open for the life of the process.
  [[nodiscard]] int find(const std::string& ip, std::uint16_t port) const noexcept;

 private:
  std::vector<int> fds_;
};

class ListenSockets {
 public:
  [[nodiscard]] static Result<std::shared_ptr<ListenSockets>, std::string> open(
      const Listener& listener, unsigned workers, const InheritedSockets& inherited);
  ~ListenSockets();
  ListenSockets(const ListenSockets&) = delete;
  ListenSockets& operator=(const ListenSockets&) = delete;

  // Hands out a worker's socket; it is the caller's then. Once a worker.
  [[nodiscard]] int take(unsigned worker) noexcept;

  [[nodiscard]] const std::string& ip() const noexcept { return ip_; }
  [[nodiscard]] std::uint16_t configured_port() const noexcept { return configured_port_; }
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }  // the real one, if 0 was asked for

  // Connections of the whole process that came in here.
  std::atomic<std::uint32_t> connections{0};

 private:
  ListenSockets() = default;

  std::string ip_;
  std::uint16_t configured_port_ = 0;
  std::uint16_t port_ = 0;
  std::vector<int> fds_;
};

}  // namespace sluice
