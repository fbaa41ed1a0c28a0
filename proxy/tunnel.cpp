#include "proxy/tunnel.h"

#include <boost/asio/detached.hpp>

#include "proxy/buffer.h"

namespace sluice {
namespace {

constexpr std::chrono::minutes idle_time{5};

// Both directions of one tunnel; either may end first.
struct Tunnel {
  BlockPool& blocks;
  Stream& client;
  Stream& target;
  int open = 2;
  Wakeup ended;

  // Life in one direction keeps both ends open.
  void touch() {
    client.expires_after(idle_time);
    target.expires_after(idle_time);
  }
  void break_off() {
    client.interrupt(Wake::cancelled);
    target.interrupt(Wake::cancelled);
  }
};

// Sends on what `from` says until it ends; false if anything broke.
Awaitable<bool> pass_on(Tunnel& tunnel, Stream& from, Stream& to, BodyPart first, std::uint64_t& bytes) {
  std::span<iovec> pieces(first.pieces.data(), first.count);
  if (const auto sent = co_await to.write_all(pieces); sent.status != IoStatus::ok) co_return false;
  bytes += first.bytes;
  for (;;) {
    tunnel.touch();
    if (!from.has_pending()) {
      if (const auto status = co_await from.wait_readable(); status != IoStatus::ok) co_return false;
    }
    Buffer buffer(tunnel.blocks);  // held only while there is something to pass on
    const auto got = from.try_read(buffer.space());
    if (got.status == IoStatus::eof) break;
    if (got.status == IoStatus::want_read) continue;
    if (got.status == IoStatus::want_write) {
      if (co_await from.wait(got.status) != IoStatus::ok) co_return false;
      continue;
    }
    if (got.status != IoStatus::ok) co_return false;
    iovec piece{buffer.space().data(), got.bytes};
    if (const auto sent = co_await to.write_all({&piece, 1}); sent.status != IoStatus::ok) co_return false;
    bytes += got.bytes;
  }
  to.shut_write();
  co_return true;
}

Awaitable<> run_direction(Tunnel& tunnel, Stream& from, Stream& to, BodyPart first, std::uint64_t& bytes) {
  const bool clean = co_await pass_on(tunnel, from, to, first, bytes);
  if (!clean) tunnel.break_off();  // resumes the other direction: the tunnel lives as long as this one counts
  --tunnel.open;
  tunnel.ended.notify(Wake::ready);
}

}  // namespace

Awaitable<> run_tunnel(asio::io_context& io, BlockPool& blocks, Exchange& exchange, TunnelEnd client,
                       TunnelEnd target) {
  Tunnel tunnel{.blocks = blocks, .client = client.stream, .target = target.stream, .open = 2, .ended = {}};
  asio::co_spawn(io.get_executor(),
                 run_direction(tunnel, client.stream, target.stream, client.already_read, exchange.bytes_in),
                 asio::detached);
  co_await run_direction(tunnel, target.stream, client.stream, target.already_read, exchange.bytes_out);
  while (tunnel.open != 0) std::ignore = co_await tunnel.ended.wait();
}

}  // namespace sluice
