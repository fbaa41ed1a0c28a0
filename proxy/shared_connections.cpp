#include "proxy/shared_connections.h"

#include <algorithm>

namespace sluice {

std::unique_ptr<Upstream> SharedConnections::open_on(const Connections& connections) {
  for (const auto& connection : connections)
    if (connection->has_room()) return connection->open();
  return nullptr;
}

std::unique_ptr<Upstream> SharedConnections::open(const Target& target) {
  return open_on(of(target).connections);
}

Awaitable<Result<std::unique_ptr<Upstream>, ErrorCode>> SharedConnections::connect(
    const Connector& connector, const Target& target, const TargetGroup& group,
    std::shared_ptr<const ClientTls> tls, Counted room) {
  auto& shared = of(target);
  while (shared.connecting) {
    Waiter waiter;
    shared.waiters.push_back(waiter);
    std::ignore = co_await waiter.wakeup.wait();
    if (auto stream = open_on(shared.connections)) co_return stream;
    if (!shared.connecting && shared.failure != ErrorCode::none) co_return failure(shared.failure);
  }
  shared.connecting = true;
  auto connected = co_await connector(io_, wheel_, target, group, std::move(tls), std::string());
  shared.connecting = false;
  shared.failure = connected ? ErrorCode::none : connected.error();
  std::unique_ptr<Upstream> own;
  if (connected) {
    shared.connections.push_back(std::make_unique<UpstreamH2Connection>(
        io_, wheel_, blocks_, std::move(*connected), group, *this, metrics_.groups.at(group.slot),
        std::move(room)));
    own = shared.connections.back()->open();
    shared.connections.back()->start();
  }
  decltype(shared.waiters) waiters;
  waiters.swap(shared.waiters);
  while (!waiters.empty()) {
    auto& waiter = waiters.front();
    waiters.pop_front();
    waiter.wakeup.notify(Wake::ready);
  }
  if (!own) co_return failure(shared.failure);
  co_return own;
}

void SharedConnections::keep_only(const std::unordered_set<std::uint32_t>& targets) {
  for (std::size_t i = 0; i < targets_.size(); ++i)
    if (targets_[i] && !targets.contains(static_cast<std::uint32_t>(i)))
      for (const auto& connection : targets_[i]->connections) connection->retire();
}

SharedConnections::OfTarget& SharedConnections::of(const Target& target) {
  const auto index = target.slot->index;
  if (targets_.size() <= index) targets_.resize(index + 1);
  if (!targets_[index]) targets_[index] = std::make_unique<OfTarget>();
  return *targets_[index];
}

void SharedConnections::connection_ended(UpstreamH2Connection& connection) noexcept {
  for (const auto& target : targets_)
    if (target)
      std::erase_if(target->connections, [&](const auto& each) { return each.get() == &connection; });
}

}  // namespace sluice
