// A connection as counted: against its listener's limit for the process, and in the worker's metrics.
#pragma once

#include <memory>

#include "proxy/listen_sockets.h"
#include "proxy/worker_metrics.h"

namespace sluice {

class ConnectionCount {
 public:
  ConnectionCount(std::shared_ptr<ListenSockets> sockets, Gauge& gauge)
      : sockets_(std::move(sockets)), gauge_(&gauge) {
    sockets_->connections.fetch_add(1, std::memory_order_relaxed);
    increase(*gauge_);
  }
  ConnectionCount(ConnectionCount&& other) noexcept
      : sockets_(std::move(other.sockets_)), gauge_(other.gauge_) {}
  ConnectionCount& operator=(ConnectionCount&&) = delete;
  ~ConnectionCount() {
    if (!sockets_) return;
    sockets_->connections.fetch_sub(1, std::memory_order_relaxed);
    decrease(*gauge_);
  }

 private:
  std::shared_ptr<ListenSockets> sockets_;
  Gauge* gauge_;
};

}  // namespace sluice
