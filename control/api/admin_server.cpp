#include "control/api/admin_server.h"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <list>

#include "control/address.h"
#include "control/api/admin_session.h"

namespace sluice {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr auto awaited = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t max_connections = 64;

}  // namespace

// Outlives the server while coroutines still hold it; `stopped` tells them that the sources may be gone.
struct AdminServer::State : std::enable_shared_from_this<State> {
  State(asio::io_context& context, AdminSources sources)
      : io(context), api(std::move(sources)), acceptor(context), sampling(context) {}

  Result<void, std::string> open(const HostPort& where);
  void stop();
  void start(tcp::socket socket);
  [[nodiscard]] bool make_room();

  // Coroutines; `self` keeps the state.
  static asio::awaitable<void> accept(std::shared_ptr<State> self);
  static asio::awaitable<void> serve(std::shared_ptr<State> self, std::shared_ptr<AdminSession> session);
  static asio::awaitable<void> sample(std::shared_ptr<State> self);

  asio::io_context& io;
  AdminApi api;
  tcp::acceptor acceptor;
  asio::steady_timer sampling;
  std::list<std::shared_ptr<AdminSession>> sessions;  // oldest first
  bool stopped = false;
};

Result<void, std::string> AdminServer::State::open(const HostPort& where) {
  boost::system::error_code error;
  const auto ip = asio::ip::make_address(where.host, error);
  const tcp::endpoint endpoint(ip, where.port);
  if (!error) acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (!error) return {};
  boost::system::error_code ignored;
  acceptor.close(ignored);
  return failure(error.message());
}

asio::awaitable<void> AdminServer::State::accept(std::shared_ptr<State> self) {
  asio::steady_timer pause(self->io);
  while (!self->stopped) {
    auto [error, socket] = co_await self->acceptor.async_accept(awaited);
    if (self->stopped) break;
    if (!error) {
      self->start(std::move(socket));
    } else {  // out of descriptors, most likely: the listener stays, but does not spin
      pause.expires_after(std::chrono::milliseconds(100));
      co_await pause.async_wait(awaited);
    }
  }
}

void AdminServer::State::start(tcp::socket socket) {
  if (!make_room()) return;  // closes the socket
  boost::system::error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  sessions.push_back(std::make_shared<AdminSession>(std::move(socket), api));
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
  co_await AdminSession::run(session);
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
  boost::system::error_code ignored;
  acceptor.close(ignored);
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
  const auto where = parse_listen_address(address);
  if (!where) return wrong(where.error());
  if (const auto opened = state_->open(*where); !opened) return wrong(opened.error());
  state_->api.guard_with(RequestGuard(address.substr(0, address.rfind(':')), where->host));
  asio::co_spawn(state_->io, State::accept(state_), asio::detached);
  asio::co_spawn(state_->io, State::sample(state_), asio::detached);
  return {};
}

std::uint16_t AdminServer::port() const noexcept {
  boost::system::error_code error;
  const auto endpoint = state_->acceptor.local_endpoint(error);
  return error ? std::uint16_t{0} : endpoint.port();
}

void AdminServer::register_collectable(const std::weak_ptr<prometheus::Collectable>& collectable) {
  state_->api.register_collectable(collectable);
}

void AdminServer::stop() {
  state_->stop();
}

}  // namespace sluice
