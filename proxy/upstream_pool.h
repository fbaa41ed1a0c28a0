// The connections of one worker to the targets: leased for an attempt, kept idle in between. The last one
// used is the first to be used again, so that the others can grow old and go.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "proxy/room_queue.h"
#include "proxy/upstream_connector.h"
#include "proxy/upstream_h1.h"
#include "proxy/worker_metrics.h"

namespace sluice {

class SharedConnections;
class UpstreamPool;

// A connection of the pool, for as long as it lives. While idle it leaves by itself: when the target closes
// it, when it says something that nobody asked for, or when its time is over.
class PooledConnection final : Descriptor::Observer {
 public:
  PooledConnection(UpstreamPool& pool, const Target& target, const TargetGroup& group,
                   std::unique_ptr<Stream> stream, Counted room);
  ~PooledConnection();

  [[nodiscard]] UpstreamH1& upstream() noexcept { return upstream_; }
  [[nodiscard]] const SlotRef& target() const noexcept { return target_; }
  [[nodiscard]] bool is_awaited() const noexcept {
    return state_->pending.load(std::memory_order_relaxed) != 0;
  }
  // That it was made with; null: plain.
  [[nodiscard]] const UpstreamTls* tls() const noexcept { return tls_.get(); }
  void become_idle(Clock::duration timeout);
  void become_active() noexcept;

 private:
  void ended_while_idle() override;

  UpstreamPool& pool_;
  SlotRef target_;
  SlotRef group_;
  GroupCell& cell_;
  UpstreamH1 upstream_;
  std::shared_ptr<GroupState> state_;
  std::shared_ptr<const UpstreamTls> tls_;
  Counted room_;
  bool idle_ = false;
};

// A connection on loan. It is closed at the end of the lease unless it was given back.
class UpstreamLease {
 public:
  enum class Origin : std::uint8_t { fresh, idle };

  UpstreamLease(UpstreamPool& pool, std::unique_ptr<PooledConnection> connection, Origin origin)
      : pool_(&pool),
        connection_(std::move(connection)),
        upstream_(&connection_->upstream()),
        origin_(origin) {}
  // A stream of a connection that others use, too.
  UpstreamLease(std::unique_ptr<Upstream> stream, Origin origin)
      : stream_(std::move(stream)), upstream_(stream_.get()), origin_(origin) {}

  [[nodiscard]] Upstream& operator*() const noexcept { return *upstream_; }
  [[nodiscard]] Upstream* operator->() const noexcept { return upstream_; }
  // An idle one may have died unnoticed: a failure before the first response byte may be no failure of the
  // target.
  [[nodiscard]] Origin origin() const noexcept { return origin_; }

  // The attempt is over: the connection is kept for the next one if it may be, and is not its client's alone.
  // The lease is empty then.
  void give_back(const TargetGroup& group);

 private:
  UpstreamPool* pool_ = nullptr;
  std::unique_ptr<PooledConnection> connection_;
  std::unique_ptr<Upstream> stream_;
  Upstream* upstream_;
  Origin origin_;
};

class UpstreamPool {
 public:
  UpstreamPool(asio::io_context& io, DeadlineWheel& wheel, BlockPool& blocks, WorkerMetrics& metrics,
               Connector connector);
  ~UpstreamPool();

  // An idle connection to the target, or room on a shared one, if there is any that was made as the group wants
  // it now: what verifies no target, or another one, must not outlive the revision that said so.
  [[nodiscard]] std::optional<UpstreamLease> take_idle(const Target& target, const TargetGroup& group);
  // A new one, or an idle one if that comes sooner while the group is at its limit of connections. `tls` is
  // null for plain groups; `preamble` is sent first, before TLS.
  [[nodiscard]] Awaitable<Result<UpstreamLease, ErrorCode>> connect(const Target& target,
                                                                    const TargetGroup& group,
                                                                    std::shared_ptr<const ClientTls> tls,
                                                                    std::string preamble);

  // Closes the idle connections of targets that the snapshot names no more, or speaks to in another way.
  void keep_only(const Snapshot& snapshot);
  void close_idle() noexcept;
  // Closes an idle connection of each target whose group has exchanges waiting for one: they may be another
  // worker's.
  void make_room();
  // The worker ends: whoever waits for a connection gets none from now on, but `draining`. Waits that go on
  // are to be ended by their deadlines.
  void refuse() noexcept { refuses_ = true; }

 private:
  friend class PooledConnection;
  friend class UpstreamLease;
  using Stack = std::vector<std::unique_ptr<PooledConnection>>;

  [[nodiscard]] std::optional<Counted> take_room(const TargetGroup& group);
  [[nodiscard]] tl::unexpected<ErrorCode> refused(const TargetGroup& group, GroupLimit limit);
  [[nodiscard]] bool close_one_idle(const TargetGroup& group);
  [[nodiscard]] Awaitable<Result<UpstreamLease, ErrorCode>> connect_with(const Target& target,
                                                                         const TargetGroup& group,
                                                                         std::shared_ptr<const ClientTls> tls,
                                                                         std::string preamble, Counted room);
  [[nodiscard]] Stack& stack(const Slot& target);
  void drop(const PooledConnection& connection);

  asio::io_context& io_;
  DeadlineWheel& wheel_;
  BlockPool& blocks_;
  WorkerMetrics& metrics_;
  Connector connector_;
  RoomQueue queue_;
  std::vector<Stack> idle_;  // by target slot
  std::unique_ptr<SharedConnections> shared_;
  bool refuses_ = false;
};

}  // namespace sluice
