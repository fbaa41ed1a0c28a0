// The addresses that serve a variant, and how to speak to them.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "routing/adaptive_state.h"
#include "routing/slot.h"
#include "routing/target_state.h"
#include "routing/weight.h"

namespace sluice {

struct Target {
  std::string address;  // host:port as configured; what logs, metrics and the API show
  std::string ip;       // numeric, v4 or v6
  std::uint16_t port = 0;
  std::uint32_t weight = 1;  // 1 to 256
  std::string zone;
  SlotRef slot;  // by (group, address)
  std::shared_ptr<TargetState> state = std::make_shared<TargetState>();  // likewise
  bool operator==(const Target&) const = default;
};

enum class UpstreamProtocol : std::uint8_t { http1, http2 };

// How to verify the targets of a group. Texts are PEM, read and checked by control.
struct UpstreamTls {
  bool verify = true;
  std::string server_name;  // SNI and the name that the certificate must carry; empty: the target's own host
  std::string ca;           // empty: the system's trust store
  UpstreamProtocol protocol = UpstreamProtocol::http1;  // to be agreed on by ALPN
  bool operator==(const UpstreamTls&) const = default;
};

struct TargetGroupLimits {
  std::uint32_t connections = 1024;  // of the process to all targets of the group, idle ones included
  std::chrono::milliseconds connect_timeout{2'000};
  std::chrono::milliseconds response_timeout{
      60'000};  // from the request's last byte to the response head, and between reads
  std::chrono::milliseconds idle_timeout{60'000};
  bool operator==(const TargetGroupLimits&) const = default;
};

enum class Algorithm : std::uint8_t { round_robin, least_outstanding, weighted_random, consistent_hash };

// What consistent_hash goes by. A request that has neither the header nor an identity goes by its address.
struct HashBy {
  enum class From : std::uint8_t { identity, header, address };
  From from = From::identity;
  std::string header;  // its name
  bool operator==(const HashBy&) const = default;
};

// Which targets are left out because of the answers that users got (health/outlier.h).
struct OutlierPolicy {
  std::uint32_t consecutive_5xx = 5;  // failed connections and attempts that got no answer count, too
  std::chrono::milliseconds base_ejection{30'000};  // times how often in a row
  Weight max_ejected{50 * Weight::unit};            // percent of the group's targets; 0: none is ever ejected
  bool operator==(const OutlierPolicy&) const = default;
};

// What a group takes before it is full, of the whole process.
struct Capacity {
  std::uint32_t pending = 1024;   // exchanges that wait for a connection
  std::uint32_t requests = 1024;  // exchanges in flight
  bool operator==(const Capacity&) const = default;
};

class HashRing;

struct TargetGroup {
  std::string name;
  SlotRef slot;
  std::shared_ptr<GroupState> state = std::make_shared<GroupState>();
  std::vector<Target> targets;
  Algorithm algorithm = Algorithm::round_robin;
  HashBy hash_by;
  std::shared_ptr<const HashRing> ring;  // of these targets; null unless the algorithm is consistent_hash
  OutlierPolicy outlier;
  Capacity capacity;
  std::shared_ptr<AdaptiveState> adaptive;  // null: no adaptive limit
  AdaptiveBounds adaptive_bounds;
  std::chrono::milliseconds slow_start{0};
  std::chrono::milliseconds deregistration_delay{300'000};
  // Percent of fit targets below which a stable variant uses all of them; 0: only when none is fit, as ALB.
  Weight panic_threshold{};
  std::string zone;  // our own; empty: all zones are alike
  UpstreamProtocol protocol = UpstreamProtocol::http1;
  TargetGroupLimits limits;
  std::shared_ptr<const UpstreamTls> tls;  // null: plain
  bool proxy_protocol = false;  // connections begin with a PROXY header, and are one client's alone
  bool operator==(const TargetGroup&) const = default;
};

}  // namespace sluice
