#include "proxy/tunnel.h"

#include <boost/asio/detached.hpp>

namespace sluice {
namespace {

// Both directions of one tunnel; either may end first.
struct Tunnel {
  TunnelEnd& client;
  TunnelEnd& target;
  Clock::duration idle_time;
  int open = 2;
  Wakeup ended;

  // Life in one direction keeps both ends open.
  void touch() {
    client.expires_after(idle_time);
    target.expires_after(idle_time);
  }
  void break_off() {
    client.break_off();
    target.break_off();
  }
};

// Sends on what `from` says until it ends; false if anything broke.
Awaitable<bool> pass_on(Tunnel& tunnel, TunnelEnd& from, TunnelEnd& to, std::uint64_t& bytes) {
  BodyPart part;
  while (!part.end) {
    tunnel.touch();
    const auto read = co_await from.read(part);
    if (read != BodyStatus::ok) co_return false;
    const auto written = co_await to.write(part);
    if (written != IoStatus::ok) co_return false;
    bytes += part.bytes;
  }
  co_return true;
}

Awaitable<> run_direction(Tunnel& tunnel, TunnelEnd& from, TunnelEnd& to, std::uint64_t& bytes) {
  const bool clean = co_await pass_on(tunnel, from, to, bytes);
  if (!clean) tunnel.break_off();  // resumes the other direction: the tunnel lives as long as this one counts
  --tunnel.open;
  tunnel.ended.notify(Wake::ready);
}

}  // namespace

Awaitable<> run_tunnel(asio::io_context& io, Exchange& exchange, TunnelEnd& client, TunnelEnd& target) {
  Tunnel tunnel{.client = client,
                .target = target,
                .idle_time = exchange.listener->limits.stream_idle_timeout,
                .open = 2,
                .ended = {}};
  asio::co_spawn(io.get_executor(), run_direction(tunnel, client, target, exchange.bytes_in), asio::detached);
  co_await run_direction(tunnel, target, client, exchange.bytes_out);
  while (tunnel.open != 0) std::ignore = co_await tunnel.ended.wait();
}

}  // namespace sluice
