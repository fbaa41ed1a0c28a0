// What the workers are given when a revision is published: the snapshot, and what only the data plane makes
// of it. A worker holds one; an exchange takes a count of its worker's own, not an atomic one, so that a
// reload costs the hot path nothing.
#pragma once

#include <memory>
#include <unordered_map>
#include <utility>
#include <vector>

#include "proxy/client_tls.h"
#include "proxy/listen_sockets.h"
#include "proxy/server_tls.h"
#include "routing/snapshot.h"

namespace sluice {

struct PublishedListener {
  std::shared_ptr<const Listener> listener;
  std::shared_ptr<const ServerTls> tls;    // null: http
  std::shared_ptr<ListenSockets> sockets;  // the same object for as long as the address stays
};

struct Published {
  std::shared_ptr<const Snapshot> snapshot;
  std::vector<PublishedListener> listeners;  // as in the snapshot
  std::unordered_map<const UpstreamTls*, std::shared_ptr<const ClientTls>> client_tls;
};

// A published revision as one worker holds it: alive while it is the newest, or an exchange that began with
// it goes on.
class HeldSnapshot {
 public:
  explicit HeldSnapshot(std::shared_ptr<const Published> published) : published_(std::move(published)) {}
  [[nodiscard]] const Published& published() const noexcept { return *published_; }
  [[nodiscard]] const Snapshot& snapshot() const noexcept { return *published_->snapshot; }

 private:
  friend class SnapshotLease;
  std::shared_ptr<const Published> published_;
  std::uint32_t leases_ = 0;
};

class SnapshotLease {
 public:
  SnapshotLease() = default;
  explicit SnapshotLease(HeldSnapshot* held) noexcept : held_(held) { ++held_->leases_; }
  SnapshotLease(SnapshotLease&& other) noexcept : held_(std::exchange(other.held_, nullptr)) {}
  SnapshotLease(const SnapshotLease& other) noexcept : held_(other.held_) {
    if (held_) ++held_->leases_;
  }
  SnapshotLease& operator=(SnapshotLease other) noexcept {
    std::swap(held_, other.held_);
    return *this;
  }
  ~SnapshotLease() {
    if (held_ && --held_->leases_ == 0) delete held_;
  }

  [[nodiscard]] const HeldSnapshot* operator->() const noexcept { return held_; }
  [[nodiscard]] explicit operator bool() const noexcept { return held_ != nullptr; }

 private:
  HeldSnapshot* held_ = nullptr;
};

}  // namespace sluice
