// One target's check, made ready: where to connect, how to speak, and the very bytes that are sent. Made anew
// only when the configuration changes; a check itself only reads it. Pure.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "health/health_check.h"
#include "routing/target_group.h"

namespace sluice {

struct CheckQuestion {
  enum class Tls : std::uint8_t { none, unverified, verified };

  std::shared_ptr<const HealthCheck> check;
  std::string ip;
  std::uint16_t port = 0;
  Tls tls = Tls::none;
  std::string server_name;  // to ask for, and to be in the certificate; may be an address
  std::string_view alpn;    // to offer over TLS, as the extension carries it
  bool http2 = false;       // plain: with prior knowledge; TLS: if it is agreed on
  std::string authority;    // Host
  std::string request;      // over HTTP/1, whole
};

// The same is asked of the same place.
[[nodiscard]] bool same(const CheckQuestion& a, const CheckQuestion& b);

[[nodiscard]] CheckQuestion make_question(const TargetGroup& group, const Target& target,
                                          const std::shared_ptr<const HealthCheck>& check);

}  // namespace sluice
