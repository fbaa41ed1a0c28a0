#include "control/api/admin_server.h"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <list>

#include "control/admin_address.h"
#include "control/api/admin_session.h"
#include "control/api/admin_socket.h"
#include "control/api/admin_tls.h"

namespace sluice {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Socket = AdminSocket::Protocol::socket;

constexpr auto awaited = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t max_connections = 64;

}  // namespace

// Outlives the server while coroutines still hold it; `stopped` tells them that the sources may be gone.
struct AdminServer::State : std::enable_shared_from_this<State> {
  State(asio::io_context& context, AdminSources sources)
      : io(context), api(std::move(sources)), socket(context), sampling(context) {}

  void stop();
  void start(Socket accepted);
  [[nodiscard]] bool make_room();

  // Coroutines; `self` keeps the state.
  static asio::awaitable<void> accept(std::shared_ptr<State> self);
  static asio::awaitable<void> serve(std::shared_ptr<State> self, std::shared_ptr<AdminSession> session);
  static asio::awaitable<void> sample(std::shared_ptr<State> self);

  asio::io_context& io;
  AdminApi api;
  AdminSocket socket;
  std::shared_ptr<asio::ssl::context> tls;  // of new connections; null: none
  asio::steady_timer sampling;
  std::list<std::shared_ptr<AdminSession>> sessions;  // oldest first
  bool stopped = false;
};

asio::awaitable<void> AdminServer::State::accept(std::shared_ptr<State> self) {
  asio::steady_timer pause(self->io);
  while (!self->stopped) {
    auto [error, accepted] = co_await self->socket.acceptor().async_accept(awaited);
    if (self->stopped) break;
    if (!error) {
      self->start(std::move(accepted));
    } else {  // out of descriptors, most likely: the listener stays, but does not spin
      pause.expires_after(std::chrono::milliseconds(100));
      co_await pause.async_wait(awaited);
    }
  }
}

void AdminServer::State::start(Socket accepted) {
  if (!make_room()) return;  // closes it
  boost::system::error_code ignored;
  accepted.set_option(tcp::no_delay(true), ignored);  // a Unix socket has none
  sessions.push_back(AdminSession::make(std::move(accepted), tls, api));
  asio::co_spawn(io, serve(shared_from_this(), sessions.back()), asio::detached);
}

// A forgotten idle connection must not keep an operator out.
bool AdminServer::State::make_room() {
  if (sessions.size() < max_connections) return true;
  const auto idle = std::ranges::find_if(sessions, [](const auto& session) { return session->idle(); });
  if (idle == sessions.end()) return false;
  (*idle)->close();
  sessions.erase(idle);
  return true;
}

asio::awaitable<void> AdminServer::State::serve(std::shared_ptr<State> self,
                                                std::shared_ptr<AdminSession> session) {
  co_await session->run(session);
  self->sessions.remove(session);
}

asio::awaitable<void> AdminServer::State::sample(std::shared_ptr<State> self) {
  while (!self->stopped) {
    self->api.sample();
    self->sampling.expires_after(std::chrono::seconds(1));
    co_await self->sampling.async_wait(awaited);
  }
}

void AdminServer::State::stop() {
  stopped = true;
  api.stop();
  socket.close();
  sampling.cancel();
  for (const auto& session : sessions) session->close();
  sessions.clear();
}

AdminServer::AdminServer(asio::io_context& io, AdminSources sources)
    : state_(std::make_shared<State>(io, std::move(sources))) {}

AdminServer::~AdminServer() {
  stop();
}

Result<void, std::string> AdminServer::listen(const std::string& address) {
  const auto wrong = [&](const std::string& why) {
    return failure("cannot serve the admin API on " + address + ": " + why);
  };
  const auto where = parse_admin_address(address);
  if (!where) return wrong(where.error());
  if (const auto opened = state_->socket.open(*where); !opened) return wrong(opened.error());
  if (where->path.empty())
    state_->api.guard_with(RequestGuard(address.substr(0, address.rfind(':')), where->tcp.host));
  asio::co_spawn(state_->io, State::accept(state_), asio::detached);
  asio::co_spawn(state_->io, State::sample(state_), asio::detached);
  return {};
}

std::uint16_t AdminServer::port() const noexcept {
  return state_->socket.port();
}

void AdminServer::let_in(std::optional<Tokens> tokens) {
  if (tokens == state_->api.tokens()) return;
  state_->api.let_in(std::move(tokens));
  for (const auto& session : state_->sessions)
    if (session->live()) session->close();
}

Result<void, std::string> AdminServer::use(const std::optional<Certificate>& certificate) {
  if (!certificate) {
    state_->tls = nullptr;
    return {};
  }
  auto made = admin_tls(*certificate);
  if (!made) return failure(made.error());
  state_->tls = *std::move(made);
  return {};
}

void AdminServer::register_collectable(const std::weak_ptr<prometheus::Collectable>& collectable) {
  state_->api.register_collectable(collectable);
}

void AdminServer::stop() {
  state_->stop();
}

}  // namespace sluice
