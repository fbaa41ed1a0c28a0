// The HTTP server of the admin API: connections, limits and timeouts around AdminApi. Everything runs on the
// io_context of the control thread, and every call here belongs to that thread.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "control/api/admin_api.h"
#include "routing/listener.h"
#include "routing/result.h"

namespace sluice {

class AdminServer {
 public:
  AdminServer(boost::asio::io_context& io, AdminSources sources);
  ~AdminServer();  // stops
  AdminServer(const AdminServer&) = delete;
  AdminServer& operator=(const AdminServer&) = delete;

  // Serves on host:port or unix:PATH from now on; port 0 is any free one. An error names the address.
  [[nodiscard]] Result<void, std::string> listen(const std::string& address);
  [[nodiscard]] std::uint16_t port() const noexcept;  // 0: a Unix socket

  // Whose requests are answered from now on; without tokens, everybody's. If that is a change, streams of
  // events end: whoever may still listen connects again.
  void let_in(std::optional<Tokens> tokens);
  // New connections are over TLS, with this certificate; without one they are not. The error is OpenSSL's,
  // and then all stays as it was.
  [[nodiscard]] Result<void, std::string> use(const std::optional<Certificate>& certificate);

  // What /metrics shows, too, for as long as it lives. Collected on the control thread.
  void register_collectable(const std::weak_ptr<prometheus::Collectable>& collectable);

  // Closes the listener and all connections; nothing of this server keeps the io_context running afterwards.
  void stop();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace sluice
