// The addresses that serve a variant, and how to speak to them.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "routing/slot.h"

namespace sluice {

struct Target {
  std::string address;  // host:port as configured; what logs, metrics and the API show
  std::string ip;       // numeric, v4 or v6
  std::uint16_t port = 0;
  std::uint32_t weight = 1;  // 1 to 256
  std::string zone;
  SlotRef slot;  // by (group, address)
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
  std::uint32_t connections = 1024;  // idle ones kept per target and worker
  std::chrono::milliseconds connect_timeout{2'000};
  std::chrono::milliseconds response_timeout{
      60'000};  // from the request's last byte to the response head, and between reads
  std::chrono::milliseconds idle_timeout{60'000};
  bool operator==(const TargetGroupLimits&) const = default;
};

struct TargetGroup {
  std::string name;
  SlotRef slot;
  std::vector<Target> targets;
  UpstreamProtocol protocol = UpstreamProtocol::http1;
  TargetGroupLimits limits;
  std::shared_ptr<const UpstreamTls> tls;  // null: plain
  bool proxy_protocol = false;       // connections begin with a PROXY header, and are one client's alone
  std::vector<std::uint32_t> turns;  // indexes into targets, spread by weight (balancer.h)
  bool operator==(const TargetGroup&) const = default;
};

}  // namespace sluice
