// What one worker counts besides outcomes: connections and attempts. Written by the worker only, read by
// scrapes.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string_view>

#include "health/cells.h"
#include "health/outcomes.h"
#include "proxy/h2_abuse.h"

namespace sluice {

using Counter = std::atomic<std::uint64_t>;
using Gauge = std::atomic<std::uint64_t>;

inline void increase(Gauge& gauge) noexcept {
  add(gauge, 1);
}
inline void decrease(Gauge& gauge) noexcept {
  add(gauge, static_cast<std::uint64_t>(-1));
}

// At which limit of a target group an exchange was refused, as sluice_upstream_limited_total says it.
enum class GroupLimit : std::uint8_t {
  requests,
  adaptive,
  pending,      // too many wait for a connection
  connections,  // none became free in time
};
inline constexpr std::size_t group_limits = 4;
[[nodiscard]] std::string_view to_string(GroupLimit limit) noexcept;

struct GroupCell {
  std::array<Counter, attempt_outcomes> attempts{};
  Counter opened{};  // connections
  Counter reused{};  // leases of an idle one
  Gauge active{};
  Gauge idle{};
  std::array<Counter, group_limits> refused{};
  Counter panicked{};  // attempts that were dealt among all targets, since too few were fit
  Counter hedges{};    // second tries that began while the first went on
  Counter hedges_won{};

  void refuse(GroupLimit limit) noexcept { add(refused[static_cast<std::size_t>(limit)]); }
  // A connection of the worker counts in it.
  [[nodiscard]] bool is_held() const noexcept {
    return active.load(std::memory_order_relaxed) + idle.load(std::memory_order_relaxed) != 0;
  }
};

// How a TLS handshake with a client ended, as sluice_tls_handshakes_total says it.
enum class HandshakeResult : std::uint8_t {
  ok,       // in full
  resumed,  // from a session ticket
  failed,
  timeout,
  refused,  // over limits.handshakes: it did not begin
};
inline constexpr std::size_t handshake_results = 5;
[[nodiscard]] std::string_view to_string(HandshakeResult result) noexcept;

// Why a connection was closed on which a PROXY header was due, as sluice_proxy_protocol_refused_total says
// it.
enum class ProxyRefusal : std::uint8_t {
  untrusted,
  malformed,
  incomplete,  // closed, or out of time
};
inline constexpr std::size_t proxy_refusals = 3;
[[nodiscard]] std::string_view to_string(ProxyRefusal refusal) noexcept;

struct ListenerCell {
  Counter accepted{};
  Counter refused{};  // over max_connections, no descriptors, or overloaded
  Gauge connections{};
  std::array<Counter, abuses> abuses_seen{};  // HTTP/2 connections that were closed for it
  Counter stream_errors{};                    // HTTP/2 streams that were reset for the client's mistakes
  Gauge handshaking{};
  std::array<Counter, handshake_results> handshakes{};

  std::array<Counter, proxy_refusals> proxy_refused{};
  Counter rate_limited{};  // requests over the listener's own limit

  Counter& refused_for(ProxyRefusal refusal) noexcept {
    return proxy_refused[static_cast<std::size_t>(refusal)];
  }
  Counter& ended(HandshakeResult result) noexcept { return handshakes[static_cast<std::size_t>(result)]; }
};

// What came of a mirrored request, as sluice_mirrored_total says it.
enum class MirrorResult : std::uint8_t {
  same_status,  // as the client's answer
  other_status,
  failed,   // no answer
  dropped,  // not sent: too many at once, or a body over the limit
};
inline constexpr std::size_t mirror_results = 4;
[[nodiscard]] std::string_view to_string(MirrorResult result) noexcept;

struct ServiceCell {
  Counter minted{};  // identity cookies given out
  Counter forged{};  // of those: in place of one that was not ours
  Counter overrides_applied{};
  Counter overrides_refused{};
  std::array<Counter, mirror_results> mirrored{};
};

// Of a rule that has a limit or injects faults.
struct RuleCell {
  Counter rate_limited{};
  Counter delayed{};
  Counter aborted{};
};

struct WorkerMetrics {
  explicit WorkerMetrics(OutcomeShard& shard) : outcomes(shard) {}

  OutcomeShard& outcomes;
  Cells<GroupCell> groups;
  Cells<ListenerCell> listeners;
  Cells<ServiceCell> services;
  Cells<RuleCell> rules;
};

}  // namespace sluice
