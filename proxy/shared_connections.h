// The connections of one worker to targets that speak HTTP/2: many exchanges share one, and those that come
// while one is being made wait for it.
#pragma once

#include <memory>
#include <unordered_map>
#include <vector>

#include "proxy/upstream_connector.h"
#include "proxy/upstream_h2.h"

namespace sluice {

// By slot: the targets of a revision, and how each is spoken to (null: plain).
using NamedTargets = std::unordered_map<std::uint32_t, const UpstreamTls*>;

class SharedConnections final : public UpstreamH2Connection::Keeper {
 public:
  SharedConnections(asio::io_context& io, DeadlineWheel& wheel, BlockPool& blocks, WorkerMetrics& metrics)
      : io_(io), wheel_(wheel), blocks_(blocks), metrics_(metrics) {}

  // A new stream on a connection that has room and was made as the group wants it now; null: there is none.
  [[nodiscard]] std::unique_ptr<Upstream> open(const Target& target, const TargetGroup& group);
  // The same on a new connection, or one that somebody else is waiting for already.
  [[nodiscard]] Awaitable<Result<std::unique_ptr<Upstream>, ErrorCode>> connect(
      const Connector& connector, const Target& target, const TargetGroup& group,
      std::shared_ptr<const ClientTls> tls, Counted room);

  // Those of other targets, or with another TLS to them, end with their last exchange.
  void keep_only(const NamedTargets& targets);
  void close() noexcept { targets_.clear(); }

 private:
  struct Kept {
    std::shared_ptr<const UpstreamTls> tls;  // that it was made with; null: plain
    std::unique_ptr<UpstreamH2Connection> connection;
  };
  using Connections = std::vector<Kept>;
  struct Waiter
      : boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
    Wakeup wakeup;
  };
  struct OfTarget {
    SlotRef slot;  // keeps the number taken: nobody else's exchanges come to these connections
    Connections connections;
    bool connecting = false;
    ErrorCode failure = ErrorCode::none;  // of the last try
    boost::intrusive::list<Waiter, boost::intrusive::constant_time_size<false>> waiters;
  };

  class Connecting;

  [[nodiscard]] OfTarget& of(const Target& target);
  [[nodiscard]] static std::unique_ptr<Upstream> open_on(const Connections& connections,
                                                         const TargetGroup& group);
  void connection_ended(UpstreamH2Connection& connection) noexcept override;

  asio::io_context& io_;
  DeadlineWheel& wheel_;
  BlockPool& blocks_;
  WorkerMetrics& metrics_;
  std::vector<std::unique_ptr<OfTarget>> targets_;  // by slot
};

}  // namespace sluice
