// An address that Sluice accepts on, and what the requests that come in there must keep to.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "routing/rate_limit.h"
#include "routing/rule_table.h"
#include "routing/slot.h"
#include "routing/tls_policy.h"

namespace sluice {

struct ListenerLimits {
  std::chrono::milliseconds header_timeout{10'000};  // for the whole head (408)
  std::chrono::milliseconds idle_timeout{60'000};    // between requests of a connection
  std::chrono::milliseconds request_timeout{
      60'000};                             // for the client to send a body's next bytes, or to take ours
  // Silence in both directions of a tunnel, or of a request whose answer began before its body ended.
  std::chrono::milliseconds stream_idle_timeout{300'000};
  std::uint32_t max_connections = 50'000;  // for the process (503)
  std::uint32_t handshakes = 1000;         // of TLS, at a time, for each worker
  std::uint64_t body = 0;                  // bytes; 0: no limit (413)
  std::uint32_t request_line = 16 * 1024;  // (414)
  std::uint32_t header_field = 16 * 1024;  // one field (431)
  std::uint32_t header_total = 64 * 1024;  // request line and fields (431)
  std::uint32_t header_count = 100;        // (431)
  std::uint32_t streams = 100;             // of an HTTP/2 connection at a time
  std::uint32_t requests = 100'000;        // of an HTTP/2 connection; then the client opens another
  bool operator==(const ListenerLimits&) const = default;
};

// PEM texts of a certificate chain and its key, read and matched by control.
struct Certificate {
  std::string chain;
  std::string key;
  std::string ocsp = {};  // its issuer's word that it is not revoked, DER; empty: none
  bool operator==(const Certificate&) const = default;
};
// What clients must show. Texts are PEM.
struct ClientAuth {
  enum class Mode : std::uint8_t {
    off,
    passthrough,  // asked for, not verified, shown to the upstream
    verify,
  };
  Mode mode = Mode::off;
  std::string ca = {};   // to verify by
  std::string crl = {};  // what is revoked; empty: not looked at
  bool operator==(const ClientAuth&) const = default;
};
struct ListenerTls {
  std::vector<Certificate> certificates;  // the first is the default; the others by the names they carry
  const TlsPolicy* policy = &default_tls_policy();
  ClientAuth client_auth = {};
  bool operator==(const ListenerTls&) const = default;
};

// What becomes of a path with %2F or %5C in it, which some targets take for a slash: a rule does not.
enum class EscapedSlashes : std::uint8_t { reject, keep };

struct Listener {
  std::string name;
  SlotRef slot;
  std::string address;  // host:port as configured
  std::string ip;       // numeric
  std::uint16_t port = 0;
  bool h2c = false;         // http: HTTP/2 with prior knowledge, too
  std::string health_path;  // answered here; empty: none
  EscapedSlashes escaped_slashes = EscapedSlashes::reject;
  bool proxy_protocol = false;             // each connection begins with a PROXY header, from a trusted peer
  std::shared_ptr<const ListenerTls> tls;  // null: http
  ListenerLimits limits;
  std::shared_ptr<const RuleTable> rules;
  std::shared_ptr<const RateLimit> rate_limit;  // null: none
  bool operator==(const Listener&) const = default;
};

}  // namespace sluice
