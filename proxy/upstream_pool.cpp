#include "proxy/upstream_pool.h"

#include <algorithm>

#include "proxy/shared_connections.h"

namespace sluice {

PooledConnection::PooledConnection(UpstreamPool& pool, const Target& target, const TargetGroup& group,
                                   std::unique_ptr<Stream> stream, Counted room)
    : pool_(pool),
      target_(target.slot),
      group_(group.slot),
      cell_(pool.metrics_.groups.at(group_)),
      upstream_(std::move(stream), pool.blocks_),
      state_(group.state),
      tls_(group.tls),
      room_(std::move(room)) {
  add(cell_.opened);
  increase(cell_.active);
}

PooledConnection::~PooledConnection() {
  decrease(idle_ ? cell_.idle : cell_.active);
  pool_.queue_.wake_one(group_);
}

void PooledConnection::become_idle(Clock::duration timeout) {
  upstream_.reset();
  upstream_.stream().expires_after(timeout);
  upstream_.stream().descriptor().observe(this);
  idle_ = true;
  decrease(cell_.active);
  increase(cell_.idle);
}

void PooledConnection::become_active() noexcept {
  upstream_.stream().descriptor().observe(nullptr);
  upstream_.stream().never();
  idle_ = false;
  decrease(cell_.idle);
  increase(cell_.active);
  add(cell_.reused);
}

// With TLS a late session ticket makes an idle connection readable: only what is left to read after it ends
// the connection.
void PooledConnection::ended_while_idle() {
  auto& stream = upstream_.stream();
  char byte = 0;
  if (stream.descriptor().interrupted() == Wake::ready &&
      stream.try_read({&byte, 1}).status == IoStatus::want_read)
    return;
  pool_.drop(*this);
}

void UpstreamLease::give_back(const TargetGroup& group) {
  if (!connection_) return stream_.reset();
  auto connection = std::move(connection_);
  if (group.proxy_protocol || !connection->upstream().reusable()) return;
  const bool awaited = group.state->pending.load(std::memory_order_relaxed) != 0;
  if (awaited && !pool_->queue_.is_awaited(group.slot)) return;  // another worker waits for the room
  connection->become_idle(group.limits.idle_timeout);
  pool_->stack(*connection->target()).push_back(std::move(connection));
  if (awaited) pool_->queue_.wake_one(group.slot);
}

UpstreamPool::UpstreamPool(asio::io_context& io, DeadlineWheel& wheel, BlockPool& blocks,
                           WorkerMetrics& metrics, Connector connector)
    : io_(io),
      wheel_(wheel),
      blocks_(blocks),
      metrics_(metrics),
      connector_(std::move(connector)),
      queue_(io, wheel),
      shared_(std::make_unique<SharedConnections>(io, wheel, blocks, metrics)) {}

UpstreamPool::~UpstreamPool() = default;

void UpstreamPool::close_idle() noexcept {
  idle_.clear();
  shared_->close();
}

void UpstreamPool::make_room() {
  for (auto& idle : idle_)
    if (!idle.empty() && idle.front()->is_awaited()) idle.erase(idle.begin());
}

std::optional<UpstreamLease> UpstreamPool::take_idle(const Target& target, const TargetGroup& group) {
  if (group.protocol == UpstreamProtocol::http2) {
    auto stream = shared_->open(target, group);
    if (!stream) return {};
    return UpstreamLease(std::move(stream), UpstreamLease::Origin::idle);
  }
  for (auto& idle = stack(*target.slot); !idle.empty();) {
    auto connection = std::move(idle.back());
    idle.pop_back();
    if (connection->tls() != group.tls.get()) continue;  // an exchange of another revision has given it back
    connection->become_active();
    return UpstreamLease(*this, std::move(connection), UpstreamLease::Origin::idle);
  }
  return {};
}

// Room for one more connection; an idle one of the group has to make it if need be.
std::optional<Counted> UpstreamPool::take_room(const TargetGroup& group) {
  do {
    Counted room(group.state->connections);
    if (room.before() < group.limits.connections) return room;
  } while (close_one_idle(group));
  return {};
}

bool UpstreamPool::close_one_idle(const TargetGroup& group) {
  for (const auto& target : group.targets) {
    auto& idle = stack(*target.slot);
    if (idle.empty()) continue;
    idle.erase(idle.begin());
    return true;
  }
  return false;
}

tl::unexpected<ErrorCode> UpstreamPool::refused(const TargetGroup& group, GroupLimit limit) {
  metrics_.groups.at(group.slot).refuse(limit);
  return failure(ErrorCode::target_group_full);
}

Awaitable<Result<UpstreamLease, ErrorCode>> UpstreamPool::connect(const Target& target,
                                                                  const TargetGroup& group,
                                                                  std::shared_ptr<const ClientTls> tls,
                                                                  std::string preamble) {
  auto room = take_room(group);
  if (!room) {
    const Counted pending(group.state->pending);
    if (pending.before() >= group.capacity.pending) co_return refused(group, GroupLimit::pending);
    const auto give_up = Clock::now() + group.limits.connect_timeout;
    while (!room) {
      if (Clock::now() >= give_up) co_return refused(group, GroupLimit::connections);
      co_await queue_.wait(group.slot);
      if (refuses_) co_return failure(ErrorCode::draining);
      if (auto idle = group.proxy_protocol ? std::nullopt : take_idle(target, group)) co_return std::move(*idle);
      room = take_room(group);
    }
  }
  if (refuses_) co_return failure(ErrorCode::draining);
  auto lease = co_await connect_with(target, group, std::move(tls), std::move(preamble), std::move(*room));
  if (refuses_ && !lease) co_return failure(ErrorCode::draining);
  co_return lease;
}

Awaitable<Result<UpstreamLease, ErrorCode>> UpstreamPool::connect_with(const Target& target,
                                                                       const TargetGroup& group,
                                                                       std::shared_ptr<const ClientTls> tls,
                                                                       std::string preamble, Counted room) {
  if (group.protocol == UpstreamProtocol::http2) {
    auto shared = co_await shared_->connect(connector_, target, group, std::move(tls), std::move(room));
    if (!shared) co_return failure(shared.error());
    co_return UpstreamLease(std::move(*shared), UpstreamLease::Origin::fresh);
  }
  auto stream = co_await connector_(io_, wheel_, target, group, std::move(tls), std::move(preamble));
  if (!stream) co_return failure(stream.error());
  auto connection = std::make_unique<PooledConnection>(*this, target, group, std::move(*stream), std::move(room));
  co_return UpstreamLease(*this, std::move(connection), UpstreamLease::Origin::fresh);
}

void UpstreamPool::keep_only(const Snapshot& snapshot) {
  NamedTargets named;
  for (const auto& service : snapshot.services)
    for (const auto& variant : service->variants)
      for (const auto& target : variant.group->targets)
        named.emplace(target.slot->index, variant.group->tls.get());
  for (std::size_t i = 0; i < idle_.size(); ++i) {
    const auto target = named.find(static_cast<std::uint32_t>(i));
    std::erase_if(idle_[i], [&](const auto& connection) {
      return target == named.end() || target->second != connection->tls();
    });
  }
  shared_->keep_only(named);
}

UpstreamPool::Stack& UpstreamPool::stack(const Slot& target) {
  if (idle_.size() <= target.index) idle_.resize(target.index + 1);
  return idle_[target.index];
}

void UpstreamPool::drop(const PooledConnection& connection) {
  auto& idle = stack(*connection.target());
  const auto found = std::ranges::find(idle, &connection, &std::unique_ptr<PooledConnection>::get);
  if (found != idle.end()) idle.erase(found);
}

}  // namespace sluice
