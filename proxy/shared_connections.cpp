#include "proxy/shared_connections.h"

#include <algorithm>

namespace sluice {

// While one connects, the others wait for what comes of it, also if that is an exception.
class SharedConnections::Connecting {
 public:
  explicit Connecting(OfTarget& target) : target_(target) {
    target_.connecting = true;
    target_.failure = ErrorCode::upstream_connect_failed;  // until it is known better
  }
  Connecting(const Connecting&) = delete;
  Connecting& operator=(const Connecting&) = delete;
  ~Connecting() {
    target_.connecting = false;
    decltype(target_.waiters) waiters;
    waiters.swap(target_.waiters);
    while (!waiters.empty()) {
      auto& waiter = waiters.front();
      waiters.pop_front();
      waiter.wakeup.notify(Wake::ready);
    }
  }

 private:
  OfTarget& target_;
};

std::unique_ptr<Upstream> SharedConnections::open_on(const Connections& connections, const TargetGroup& group) {
  for (const auto& kept : connections)
    if (kept.tls == group.tls && kept.connection->has_room()) return kept.connection->open();
  return nullptr;
}

std::unique_ptr<Upstream> SharedConnections::open(const Target& target, const TargetGroup& group) {
  return open_on(of(target).connections, group);
}

Awaitable<Result<std::unique_ptr<Upstream>, ErrorCode>> SharedConnections::connect(
    const Connector& connector, const Target& target, const TargetGroup& group,
    std::shared_ptr<const ClientTls> tls, Counted room) {
  auto& shared = of(target);
  while (shared.connecting) {
    room = {};  // whoever waits for another's connection makes none
    Waiter waiter;
    shared.waiters.push_back(waiter);
    std::ignore = co_await waiter.wakeup.wait();
    if (auto stream = open_on(shared.connections, group)) co_return stream;
    if (!shared.connecting && shared.failure != ErrorCode::none) co_return failure(shared.failure);
  }
  if (!room.counts()) {
    room = Counted(group.state->connections);
    if (room.before() >= group.limits.connections) co_return failure(ErrorCode::target_group_full);
  }
  std::unique_ptr<Upstream> own;
  {
    const Connecting connecting(shared);
    auto connected = co_await connector(io_, wheel_, target, group, std::move(tls), std::string());
    shared.failure = connected ? ErrorCode::none : connected.error();
    if (connected) {
      auto connection = std::make_unique<UpstreamH2Connection>(io_, wheel_, blocks_, std::move(*connected), group,
                                                               *this, metrics_.groups.at(group.slot),
                                                               std::move(room));
      auto& made = *connection;
      shared.connections.push_back({group.tls, std::move(connection)});
      own = made.open();
      made.start();
    }
  }
  if (!own) co_return failure(shared.failure);
  co_return own;
}

void SharedConnections::keep_only(const NamedTargets& targets) {
  for (std::size_t i = 0; i < targets_.size(); ++i) {
    auto& shared = targets_[i];
    if (!shared) continue;
    const auto named = targets.find(static_cast<std::uint32_t>(i));
    for (const auto& kept : shared->connections)
      if (named == targets.end() || named->second != kept.tls.get()) kept.connection->retire();
    const bool is_used = !shared->connections.empty() || shared->connecting || !shared->waiters.empty();
    if (named == targets.end() && !is_used) shared.reset();
  }
}

SharedConnections::OfTarget& SharedConnections::of(const Target& target) {
  const auto index = target.slot->index;
  if (targets_.size() <= index) targets_.resize(index + 1);
  if (!targets_[index]) {
    targets_[index] = std::make_unique<OfTarget>();
    targets_[index]->slot = target.slot;
  }
  return *targets_[index];
}

void SharedConnections::connection_ended(UpstreamH2Connection& connection) noexcept {
  for (const auto& target : targets_)
    if (target)
      std::erase_if(target->connections, [&](const auto& each) { return each.connection.get() == &connection; });
}

}  // namespace sluice
