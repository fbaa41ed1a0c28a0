// One connection to the admin address: requests one after the other, each within its limits.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ssl/context.hpp>
#include <chrono>
#include <memory>

#include "control/api/admin_api.h"

namespace sluice {

class AdminSession {
 public:
  static constexpr std::size_t max_header = 16 * 1024, max_body = 64 * 1024;
  static constexpr std::size_t max_config = 8 * 1024 * 1024;  // of PUT /v1/config
  static constexpr std::chrono::seconds read_timeout{10}, write_timeout{10}, idle_timeout{60};

  // TCP or Unix, over TLS if there is a `tls`.
  static std::shared_ptr<AdminSession> make(boost::asio::generic::stream_protocol::socket socket,
                                            std::shared_ptr<boost::asio::ssl::context> tls, AdminApi& api);
  virtual ~AdminSession() = default;

  // Until the client leaves, is too slow, or close() is called. `self`, which is this, keeps the session
  // while it runs. The API must outlive the session; its owner stops it and closes all sessions before its
  // sources go.
  virtual boost::asio::awaitable<void> run(std::shared_ptr<AdminSession> self) = 0;

  virtual void close() = 0;
  // Waiting for a request of which nothing has come.
  [[nodiscard]] virtual bool idle() const noexcept = 0;
  // Writing an answer that goes on.
  [[nodiscard]] virtual bool live() const noexcept = 0;
};

}  // namespace sluice
